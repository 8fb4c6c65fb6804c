import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { copyProject } from '../project-copy.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Folders that no command here reads. */
const LEFT_OUT = /^(test|bench|docs|demo|runbooks)\//;

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The project in a git repository of its own, where changes can be made, looked at and taken back. */
export class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), 'review-'));

  /** @param config settings of the stack `local` that the first commit holds. */
  constructor(config: Readonly<Record<string, unknown>>) {
    copyProject(this.folder, LEFT_OUT);
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
    this.configure('local', config);
    this.#git('init', '--quiet');
    this.commit('base');
  }

  edit(path: string, change: (text: string) => string): void {
    const file = join(this.folder, path);
    const text = readFileSync(file, 'utf8');
    const changed = change(text);
    if (changed === text) throw new Error(`${path} stays the same`);
    writeFileSync(file, changed);
  }

  /** Adds to a stack's settings, or replaces what it has of the same group. */
  configure(stack: string, config: Readonly<Record<string, unknown>>): void {
    const file = join(this.folder, `Pulumi.${stack}.yaml`);
    const content = load(readFileSync(file, 'utf8')) as { config: Record<string, unknown> };
    for (const [key, value] of Object.entries(config))
      content.config[`feature-store-monitoring:${key}`] = value;
    writeFileSync(file, dump(content));
  }

  /** Commits everything. @returns the commit. */
  commit(message: string): string {
    this.#git('add', '--all');
    const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
    this.#git(...author, 'commit', '--quiet', '-m', message);
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: this.folder, encoding: 'utf8' }).trim();
  }

  reset(): void {
    this.#git('checkout', '--quiet', '--', '.');
    this.#git('clean', '--quiet', '-fd');
  }

  /** Runs a command of the project. */
  cli(...args: readonly string[]): Promise<Run> {
    return this.#run(args);
  }

  /** Encrypts a secret into the stack `local`. @throws what the command said, where it failed. */
  async encrypt(name: string, value: string): Promise<void> {
    const { code, stderr } = await this.#run(['secret', '--stack', 'local', '--name', name], value);
    if (code !== 0) throw new Error(stderr);
  }

  #run(args: readonly string[], input = ''): Promise<Run> {
    return new Promise((done) => {
      const options = {
        cwd: this.folder,
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, NO_COLOR: '1' },
      };
      const child = execFile(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', 'cli/main.ts', ...args],
        options,
        (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
      child.stdin?.end(input);
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #git(...args: readonly string[]): void {
    execFileSync('git', args, { cwd: this.folder });
  }
}
