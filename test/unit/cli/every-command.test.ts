import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../../cli/run.ts';
import { slipsOf } from '../../sentences.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const LEFT_OUT = /^(test|bench|docs)\//;
const copy = mkdtempSync(join(tmpdir(), 'every command '));

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

interface Case {
  /** Files to write. `FOLDER` and `LINK target` stand for those. */
  readonly input: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

interface Found {
  readonly args: string;
  readonly input: readonly string[];
  readonly code: number;
  readonly said: string;
}

beforeAll(() => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of files.split('\n').filter((path) => path !== '' && !LEFT_OUT.test(path))) {
    if (!existsSync(join(ROOT, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'harness.mts'), HARNESS);
  mkdirSync(join(copy, 'bin'));
  // An engine that is there and refuses everything: nothing of it may come through as it stands.
  const pulumi =
    '#!/bin/sh\n[ "$1" = version ] && echo v3.259.0 && exit\necho "error: out of order" >&2\nexit 255\n';
  writeFileSync(join(copy, 'bin', 'pulumi'), pulumi, { mode: 0o755 });
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

async function results(cases: readonly Case[]): Promise<readonly Found[]> {
  writeFileSync(join(copy, 'cases.json'), JSON.stringify(cases));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'harness.mts'],
    {
      cwd: copy,
      maxBuffer: 256 * 1024 * 1024,
      env: {
        PATH: `${join(copy, 'bin')}:/usr/bin:/bin`,
        HOME: copy,
        NO_COLOR: '1',
        FSM_CACHE: join(copy, 'cache'),
        FSM_RELEASE_BASE: 'http://127.0.0.1:9',
        GOPROXY: 'off',
      },
    },
  );
  return JSON.parse(stdout) as Found[];
}

/** A line of a stack trace, or an error that nobody explained. */
const TRACE = /^\s+at (async )?\S+ ?\(?.*:\d+:\d+\)?$|node:internal|This is a bug of the program|code: -2/m;
const faults = (found: readonly Found[]) => found.filter(({ said }) => TRACE.test(said));
/** What does not read as a sentence. What follows a command to paste is another sentence. */
const slips = (found: readonly Found[]) => [...new Set(found.flatMap(({ said }) => slipsOf(said)))];

const key = (text: string) => ({ 'Pulumi.bad.yaml': `config:\n  feature-store-monitoring:${text}\n` });
const DEEP = '['.repeat(50_000);

/** Files of a stack that no command may take. */
const STACKS: readonly Case['input'][] = [
  {},
  { 'Pulumi.bad.yaml': 'FOLDER' },
  { 'Pulumi.bad.yaml': 'LINK nowhere' },
  { 'Pulumi.bad.yaml': '\xff\xfe\xff' },
  { 'Pulumi.bad.yaml': 'config: [' },
  { 'Pulumi.bad.yaml': '- a\n' },
  { 'Pulumi.bad.yaml': 'config: 5\n' },
  { 'Pulumi.bad.yaml': '--- {}\n---\n{}\n' },
  { 'Pulumi.bad.yaml': `config: ${DEEP}` },
  key('ports: { prometheus: 99999 }'),
  key('platform: mainframe'),
  key('nonsense: {}'),
  key('services: [{ name: inference-api, address: "redis://x/y" }]'),
  key('prometheus: { scrapeInterval: 30m1h }'),
  key(`rules: ${DEEP}${']'.repeat(50_000)}`),
];

/** These look at no stack, or serve until they are stopped. */
const WITHOUT_STACK = ['dashboards', 'dashboards-shoot', 'verify-metrics', 'pin-actions'];

test('no command ends in a stack trace over a bad file of a stack', async () => {
  const names = Object.keys(COMMANDS).filter((name) => !WITHOUT_STACK.includes(name));
  const cases = STACKS.flatMap((input) =>
    names.map((name) => ({
      input,
      args: [name, '--stack', 'bad', ...(name === 'secret' ? ['--name', 'x.y'] : [])],
    })),
  );
  const found = await results(cases);
  expect(found).toHaveLength(cases.length);
  expect(faults(found)).toEqual([]);
  expect(slips(found)).toEqual([]);
  const silent = found.filter(({ code, said }) => code !== 0 && said.trim() === '');
  expect(silent).toEqual([]);
}, 240_000);

const USER: readonly Case['input'][] = ['rules.d/x.yaml', 'dashboards.d/x.json', 'targets.d/x.json'].flatMap(
  (path) =>
    [
      '',
      '{',
      '[]',
      'null',
      '5',
      'FOLDER',
      'LINK nowhere',
      '\xff\xfe\xd8',
      '\0',
      DEEP,
      '{"a": {"b": [1, {"c": null}]}}',
    ].map((content) => ({
      'Pulumi.bad.yaml': 'config:\n  feature-store-monitoring:platform: local\n',
      [path]: content,
    })),
);

test('nor over a bad file in a folder of the user’s', async () => {
  const cases = USER.flatMap((input) =>
    ['render'].map((name) => ({ input, args: [name, '--stack', 'bad'] })),
  );
  const found = await results(cases);
  expect(found).toHaveLength(cases.length);
  expect(faults(found).map(({ args, input, said }) => [args, input, said.slice(0, 300)])).toEqual([]);
  expect(slips(found)).toEqual([]);
}, 240_000);

test('each command says how it is called, and refuses what it does not know', async () => {
  const names = Object.keys(COMMANDS);
  const cases = names.flatMap((name) => [
    { input: {}, args: [name, '--help'] },
    { input: {}, args: [name, '--nonsense'] },
  ]);
  const found = await results(cases);
  expect(faults(found)).toEqual([]);
  for (const [index, { args, code, said }] of found.entries()) {
    expect([args, code]).toEqual([args, index % 2 === 0 ? 0 : 2]);
    expect(said).toContain(index % 2 === 0 ? `make ${names[index / 2]} — ` : "Unknown option '--nonsense'");
  }
}, 120_000);
