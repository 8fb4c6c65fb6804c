import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileExpression, expressionProblem, quoteExpression } from '../../../lib/re2.ts';

describe('what RE2 refuses is refused in its own words', () => {
  test.each([
    ['(?!kafka).+', 'invalid or unsupported Perl syntax: `(?!`'],
    ['(?<=a)b', 'invalid named capture: `(?<=a)b`'],
    ['\\1', 'invalid escape sequence: `\\1`'],
    ['\\u0041', 'invalid escape sequence: `\\u`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['x**', 'invalid nested repetition operator: `**`'],
    ['[a', 'missing closing ]: `[a`'],
    // Anchored, these would be valid.
    ['a)(b', 'unexpected ): `a)(b`'],
  ])('%s', (expression, problem) => {
    expect(expressionProblem(expression)).toBe(problem);
    if (expression !== 'a)(b') expect(() => compileExpression(expression)).toThrow('error parsing regexp');
  });
});

describe('what RE2 takes and JavaScript reads otherwise, or not at all', () => {
  test.each([
    ['(?i)redis', 'REDIS', true],
    ['\\Qa.b\\E', 'a.b', true],
    ['\\Qa.b\\E', 'axb', false],
    ['[[:alpha:]]+', 'abc', true],
    ['\\pL+', 'ä', true],
    ['(?P<x>a)', 'a', true],
    ['\\x{41}', 'A', true],
    ['a|ab', 'ab', true],
    ['b', 'abc', false],
  ])('%s and %s: %s', (expression, text, matches) => {
    expect(expressionProblem(expression)).toBeUndefined();
    expect(compileExpression(expression).test(text)).toBe(matches);
  });

  test('a dot stops at a line break for Alertmanager, and does not for Prometheus', () => {
    expect(compileExpression('a.b').test('a\nb')).toBe(false);
    expect(compileExpression('a.b', { dotAll: true }).test('a\nb')).toBe(true);
  });
});

test('a quoted text matches itself and no other', () => {
  const text = fc.string({ unit: 'binary-ascii', maxLength: 12 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const expression = compileExpression(quoteExpression(one), { dotAll: true });
      expect(expression.test(one)).toBe(true);
      expect(expression.test(other)).toBe(one === other);
    }),
  );
});

test('lists of names are short', async () => {
  const { listed } = await import('../../../lib/list-names.ts');
  expect(listed(['a'])).toBe('a');
  expect(listed(['a', 'b'])).toBe('a and b');
  expect(listed([...'abcdef'])).toBe('a, b, c, d, e and f');
  expect(listed([...'abcdefgh'])).toBe('a, b, c, d, e and 3 more');
});
