import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineTexts, stackContent } from '../../cli/stack-file/stack-file.ts';
import { SettingsError } from '../../stack/settings/index.ts';
import { ensureTools } from '../../tools/install.ts';

const PROJECT = 'feature-store-monitoring';
let folder: string;
let pulumi: string;

beforeAll(async () => {
  ({ pulumi } = await ensureTools(['pulumi']));
  folder = mkdtempSync(join(tmpdir(), 'stack-file-'));
  mkdirSync(join(folder, 'state'));
  writeFileSync(join(folder, 'Pulumi.yaml'), dump({ name: PROJECT, runtime: 'yaml' }));
  engine('stack', 'init', 'try');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function engine(...args: readonly string[]): string {
  return execFileSync(pulumi, [...args, '--non-interactive'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      HOME: folder,
      PATH: `${dirname(pulumi)}:${process.env.PATH}`,
      PULUMI_BACKEND_URL: `file://${join(folder, 'state')}`,
      PULUMI_CONFIG_PASSPHRASE: 'only for this test',
      PULUMI_SKIP_UPDATE_CHECK: '1',
    },
  });
}

/** What the engine reads in a file, a text for each key. */
function asEngine(text: string): Record<string, string> {
  writeFileSync(join(folder, 'Pulumi.try.yaml'), text);
  const read = JSON.parse(engine('config', '--json', '--stack', 'try')) as Record<string, { value: string }>;
  return Object.fromEntries(Object.entries(read).map(([key, { value }]) => [key, value]));
}

const asMake = (text: string) => engineTexts(stackContent(text, 'Pulumi.try.yaml'), 'hidden');

/** JSON texts by what they say: the order of keys means nothing. */
function meaning(texts: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text = '']) => [key, /^[[{]/.test(text) ? JSON.parse(text) : text]),
  );
}

const SCALARS =
  `true True TRUE false yes no on off y n null Null NULL ~ 0 1 -1 +5 007 0777 08 0x1F 0o17 0b11 1_000 1.0 1.50 .5 5. -0
  1e3 1.0e-7 1e999 1e21 0.1 123456789012 9007199254740993 .inf -.Inf .nan 09:00 1:30 12:30:45 2027-03-01 2027-3-1 2027-02-30
  2027-03-01T20:00:00Z 2027-03-01t20:00:00.50+02:00 2027-03-01T22:00:00-05:30 a é a:b "true" '5' "" '~' "a\\nb" host:80
  10.0.0.1 1.2.3 15s 30d 10GB #c * 1e +`.split(/\s+/);

test('make and the engine read the same in every value, or make refuses the file', () => {
  const entries = SCALARS.flatMap((scalar, index) => [
    [`top${index}`, scalar],
    [`in${index}`, `{a: ${scalar}, b: [${scalar}, {c: ${scalar}}]}`],
  ]);
  const taken = entries.filter(([key, value]) => {
    try {
      asMake(`config:\n  ${key}: ${value}\n`);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(SettingsError);
      return false;
    }
  });
  expect(taken.length).toBeGreaterThan(entries.length / 2);
  const text = `config:\n${taken.map(([key, value]) => `  ${key}: ${value}`).join('\n')}\n`;
  expect(meaning(asMake(text))).toEqual(meaning(asEngine(text)));
});

test.each([
  [
    'x: &a {b: 1, c: {d: 2}}\nconfig:\n  e: {<<: *a, b: 3}\n  f: {b: 4, <<: [{b: 5, g: 6}, *a, {g: 7}]}\n  h: *a\n',
  ],
  [`config:\n  a: 1\n  ${PROJECT}:b: 2\n  other:c: 3\n  ${PROJECT}:config:d: 4\n`],
  ['config:\n  a:\n  b: {c: }\n  d: |\n    [1, 2]\n  e: >-\n    two\n    lines\n'],
  ['\uFEFFconfig:\r\n  a: 1\r\n  b: "x"\r\n'],
  ['config: {a: {secure: 5}, b: {secure: [x]}, c: {secure: x, d: 1}}\n'],
  [''],
  ['# nothing\n'],
  ['config:\n'],
])('make reads what the engine reads in %j', (text) => {
  expect(meaning(asMake(text))).toEqual(meaning(asEngine(text)));
});

test('make reads what the engine reads in whatever a program writes', () => {
  const key = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc
        .string({ unit: 'grapheme', maxLength: 12 })
        .filter((text) => !/[\uFFFE\uFFFF\uD800-\uDFFF]/.test(text)),
      fc.constantFrom(...SCALARS),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map((number) => number + 0),
      fc.boolean(),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 3 }),
    ),
  })).any;
  const config = fc.dictionary(key, value, { minKeys: 150, maxKeys: 150 });
  fc.assert(
    fc.property(config, (values) => {
      const text = dump({ config: values });
      expect(meaning(asMake(text))).toEqual(meaning(asEngine(text)));
    }),
    { numRuns: 4 },
  );
});
