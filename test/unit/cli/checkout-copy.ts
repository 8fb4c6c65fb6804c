import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { VERSION_SCHEMA } from '../../../operations/review/version.ts';
import { copyProject } from '../../project-copy.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const LEFT_OUT = /^(test|bench|docs)\//;

/** Runs command lines in one process of the copy, each over its input. Prints what each said, and its exit code. */
const HARNESS = `
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exemptLoopback } from './tools/loopback.ts';
import { run } from './cli/run.ts';
exemptLoopback();
const cases = JSON.parse(readFileSync('cases.json', 'utf8'));
const found = [];
const write = process.stdout.write.bind(process.stdout);
for (const { input, args } of cases) {
  for (const [path, content] of Object.entries(input)) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(dirname(path), { recursive: true });
    if (content === 'FOLDER') mkdirSync(path);
    else if (content.startsWith('LINK ')) symlinkSync(content.slice(5), path);
    else writeFileSync(path, Buffer.from(content, 'latin1'));
  }
  let said = '';
  const take = (text) => { said += text + '\\n'; };
  console.log = (...x) => take(x.join(' ')); console.error = console.log;
  process.stdout.write = (x) => { said += x; return true; };
  process.stderr.write = process.stdout.write;
  const code = await run(args);
  process.stdout.write = write;
  found.push({ args: args.join(' '), input: Object.keys(input), code, said: said.slice(0, 4000) });
  for (const path of Object.keys(input)) rmSync(path, { recursive: true, force: true });
}
// A pipe takes what is written in pieces: an exit before the last one cuts it off.
write(JSON.stringify(found), () => process.exit(0));
`;

/** What the commit declares with which the copy is compared. */
const BASE = { schema: VERSION_SCHEMA, stack: 'bad', files: {}, facts: {} };

/** A command line over files that are there while it runs. */
export interface Case {
  /** Files to write. `FOLDER` and `LINK target` stand for those. */
  readonly input: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

export interface Found {
  readonly args: string;
  readonly input: readonly string[];
  readonly code: number;
  readonly said: string;
}

/** More brackets than a parser that calls itself gets through. */
export const DEEP = '['.repeat(50_000);

/** A line of a stack trace, or an error that nobody explained. */
const TRACE = /^\s+at (async )?\S+ ?\(?.*:\d+:\d+\)?$|node:internal|This is a bug of the program|code: -2/m;
export const faults = (found: readonly Found[]): readonly Found[] =>
  found.filter(({ said }) => TRACE.test(said));

/** The program as git has it, in a folder of its own, with an engine that is there and refuses everything. */
export class CheckoutCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'every command '));

  /**
   * @param isRepository whether it is one of git, with a commit of what it holds. Default: no.
   * @param hasEngine whether an engine is on PATH, which refuses everything. Default: yes.
   */
  make({
    isRepository = false,
    hasEngine = true,
    stack,
  }: {
    readonly isRepository?: boolean;
    readonly hasEngine?: boolean;
    readonly stack?: string;
  } = {}): void {
    copyProject(this.folder, LEFT_OUT);
    if (stack !== undefined) writeFileSync(join(this.folder, `Pulumi.${stack}.yaml`), 'config: {}\n');
    if (isRepository) this.#commit();
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
    writeFileSync(join(this.folder, 'harness.mts'), HARNESS);
    mkdirSync(join(this.folder, 'bin'));
    // Nothing of what it says may come through as it stands.
    const pulumi =
      '#!/bin/sh\n[ "$1" = version ] && echo v3.259.0 && exit\necho "error: out of order" >&2\nexit 255\n';
    if (hasEngine) writeFileSync(join(this.folder, 'bin', 'pulumi'), pulumi, { mode: 0o755 });
  }

  /** Commits a program that says at once what it declares, so that comparing with it costs one process for all. */
  #commit(): void {
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
        cwd: this.folder,
      });
    git('init', '--quiet');
    const main = join(this.folder, 'cli', 'main.ts');
    const program = readFileSync(main);
    writeFileSync(main, `console.log('${JSON.stringify(BASE)}')`);
    git('add', '--', 'cli/main.ts', 'cli/commands/describe.ts');
    git('commit', '--quiet', '--no-verify', '--message=base');
    writeFileSync(main, program);
  }

  /** Runs command lines in one process, one after the other, each over its input, which is removed again. */
  async run(cases: readonly Case[]): Promise<readonly Found[]> {
    writeFileSync(join(this.folder, 'cases.json'), JSON.stringify(cases));
    const { stdout } = await this.#node('harness.mts');
    return JSON.parse(stdout) as Found[];
  }

  /** Runs a command line as `make` does, in a process of its own, over what lies there. */
  async process(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
    try {
      const { stdout, stderr } = await this.#node('cli/main.ts', ...args);
      return { code: 0, said: `${stdout}${stderr}` };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, said: `${stdout}${stderr}` };
    }
  }

  #node(...args: readonly string[]) {
    return promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd: this.folder,
      maxBuffer: 256 * 1024 * 1024,
      env: {
        PATH: `${join(this.folder, 'bin')}:/usr/bin:/bin`,
        HOME: this.folder,
        NO_COLOR: '1',
        FSM_CACHE: join(this.folder, 'cache'),
        FSM_RELEASE_BASE: 'http://127.0.0.1:9',
        GOPROXY: 'off',
      },
    });
  }

  /** Hash of every file by its path, so that two of them tell what changed. Caches and git's own are left out. */
  content(): Readonly<Record<string, string>> {
    const files = readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(
        (path) =>
          !/^(node_modules|\.git|\.monitoring\/\w+\/described|cache|cases\.json)(\/|$)/.test(
            path.slice(this.folder.length + 1),
          ),
      );
    return Object.fromEntries(
      files.map((path) => [
        path.slice(this.folder.length + 1),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
