import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { afterAll, expect, test } from 'vitest';
import { compileExpression, expressionProblem } from '../../lib/re2.ts';
import { ensureTools } from '../../tools/install.ts';
import { failures, writeFiles } from './promtool.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 're2-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Pieces that RE2 takes, that JavaScript alone takes, and that neither does. */
const PIECES = [
  ...[
    'a',
    'b',
    'redis',
    '.',
    '\\.',
    '\\d',
    '\\pL',
    '[[:alpha:]]',
    '[^a]',
    '[a-c]',
    '(?i)',
    '(?:a|b)',
    '(?P<x>a)',
    '|',
  ],
  ...[
    '(?!a)',
    '(?=a)',
    '(?<=a)',
    '\\1',
    '\\u0061',
    '\\cA',
    '(',
    ')',
    '[',
    ']',
    '*',
    '+',
    '?',
    '*?',
    '{2}',
    '{2,1}',
    '{1001}',
  ],
  ...[
    '\\z',
    '\\Z',
    '\\C',
    '\\Qa.b\\E',
    '^',
    '$',
    '\\b',
    '\\x{61}',
    '\\-',
    '\\"',
    'é',
    '\\_',
    '(?<y>b)',
    '(?-s).',
    '\n',
  ],
];
const TEXTS = ['', 'a', 'ab', 'abc', 'A', 'redis', 'a.b', 'aXb', '1', 'é', 'a\nb', '"', '-', 'aa', 'b1'];
const SEED = 20_271_003;
const expressions = [
  ...new Set(
    fc.sample(
      fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('')),
      { numRuns: 600, seed: SEED },
    ),
  ),
  // Go lets two groups of one expression share a name. re2js refuses that, and so does the project.
].filter((expression) => !/(\(\?P?<\w+>).*\1/s.test(expression));

test('what is taken for an expression, promtool takes, and nothing else', async () => {
  const rules = expressions.map((expression, index) => ({
    record: `r${index}`,
    expr: `up{x=~${JSON.stringify(expression)}}`,
  }));
  const [path = ''] = writeFiles(folder, { 'rules.yaml': dump({ groups: [{ name: 'g', rules }] }) });
  const { promtool } = await ensureTools(['promtool']);
  const { stdout, stderr } = await run(promtool, ['check', 'rules', path], { maxBuffer: 1e8 }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  const refused = new Set(
    [...`${stdout}${stderr}`.matchAll(/rule \d+, "r(\d+)"/g)].map(([, at]) => Number(at)),
  );
  const taken = (index: number) => !refused.has(index);
  expect(refused.size).toBeGreaterThan(100);
  expect(expressions.filter((_, index) => taken(index)).length).toBeGreaterThan(100);
  const wrong = expressions.filter(
    // Alertmanager compiles a silence's expression by itself as well, where Prometheus sees it anchored alone.
    (expression, index) =>
      taken(index) !== (expressionProblem(expression) === undefined) && !unbalanced(expression),
  );
  expect(wrong).toEqual([]);
});

test('what it matches, Prometheus matches', async () => {
  const valid = expressions.filter((expression) => expressionProblem(expression) === undefined);
  const series = TEXTS.map((text, index) => ({
    series: `in{at="${index}", x=${JSON.stringify(text)}}`,
    values: '1',
  }));
  const promql_expr_test = valid.map((expression) => {
    const { test: matches } = compileExpression(expression, { dotAll: true });
    const matched = TEXTS.flatMap((text, index) => (matches(text) ? [index] : []));
    return {
      expr: `in{x=~${JSON.stringify(expression)}} * 0 + 1`,
      eval_time: '0m',
      exp_samples: matched.map((index) => ({
        // A label without a value is none.
        labels: `{at="${index}"${TEXTS[index] === '' ? '' : `, x=${JSON.stringify(TEXTS[index])}`}}`,
        value: 1,
      })),
    };
  });
  const file = dump({
    evaluation_interval: '1m',
    tests: [{ interval: '1m', input_series: series, promql_expr_test }],
  });
  expect(await failures(writeFiles(folder, { 'matches.test.yaml': file }))).toBe('');
});

/** Valid between `^(?s:` and `)$` alone, such as `a)(?:b`. */
function unbalanced(expression: string): boolean {
  try {
    compileExpression(expression, { dotAll: true });
    return expressionProblem(expression) !== undefined;
  } catch {
    return false;
  }
}
