import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../../cli/run.ts';
import { faultsOf, slipsOf } from '../../sentences.ts';
import { type Case, CheckoutCopy, DEEP, type Found, faults } from './checkout-copy.ts';

const copy = new CheckoutCopy();
beforeAll(() => copy.make());
afterAll(() => copy.remove());
const results = (cases: readonly Case[]) => copy.run(cases);

/** What does not read as a sentence. What follows a command to paste is another sentence. */
const slips = (found: readonly Found[]) => [...new Set(found.flatMap(({ said }) => slipsOf(said)))];

/** The same for what refusals say: each line of theirs begins and ends as a sentence does. */
const unclosed = (found: readonly Found[]) => [
  ...new Set(
    found
      .filter(({ code }) => code !== 0)
      .flatMap(({ said }) => said.trim().split('\n'))
      // Names below a head, an example to paste, and the words of tools stand as they are.
      .filter((line) => line !== '' && !/^ {2}(?!- )|^ *(- )?\w+: |^(✗|fatal: |out of order)/.test(line))
      .flatMap(faultsOf),
  ),
];

const key = (text: string) => ({ 'Pulumi.bad.yaml': `config:\n  feature-store-monitoring:${text}\n` });

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
  expect(unclosed(found)).toEqual([]);
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
  expect(unclosed(found)).toEqual([]);
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
