import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Case, CheckoutCopy, DEEP, faults } from './checkout-copy.ts';

/** What must refuse the same, with the same words, before it touches anything. */
const COMMANDS = ['render', 'diff', 'pr-report', 'preview', 'up'] as const;

const copy = new CheckoutCopy();
beforeAll(() => copy.make({ isRepository: true, stack: 'bad' }));
afterAll(() => copy.remove());

const STACK = 'Pulumi.bad.yaml';
const REFUSED: readonly Case['input'][] = [
  { [STACK]: 'config: {nonsense: 1}\n' },
  { [STACK]: 'config: {}\n', 'rules.d/a.yaml': DEEP },
  { [STACK]: 'config: {}\n', 'dashboards.d/a.json': '{' },
];

test('render, diff, pr-report, preview and up refuse the same with the same words, and change nothing', async () => {
  const before = copy.content();
  const found = await copy.run(
    REFUSED.flatMap((input) => COMMANDS.map((name) => ({ input, args: [name, '--stack', 'bad'] }))),
  );
  expect(found.map(({ code }) => code)).toEqual(found.map(() => 1));
  expect(faults(found)).toEqual([]);
  for (const [index] of REFUSED.entries()) {
    const [rendered, ...others] = found.slice(index * COMMANDS.length, (index + 1) * COMMANDS.length);
    for (const { args, said } of others) expect(said, args).toContain(rendered?.said.trim());
  }
  const after = copy.content();
  const changed = Object.keys({ ...before, ...after }).filter((path) => before[path] !== after[path]);
  // The input is taken away after each; the report says that it is refused.
  expect(changed.filter((path) => path !== STACK && !path.startsWith('pr-report/'))).toEqual([]);
}, 60_000);
