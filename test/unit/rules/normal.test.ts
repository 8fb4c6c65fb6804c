import { describe, expect, test } from 'vitest';
import { print } from '../../../lib/promql/canonical.ts';
import { normalForm, normalised, scaled } from '../../../lib/promql/normal.ts';
import { parse } from '../../../lib/promql/parse.ts';

describe('the normal form', () => {
  test.each([
    ['x > 0.15', '0.15 < x'],
    ['x == 0', '0 == x'],
    ['a * b', 'b * a'],
    ['a * on (x) group_left (y) b', 'b * on(x) group_right(y) a'],
    ['x[5m] @ 0 offset 5m', 'x[300s] offset 300 @ 0'],
    ['x offset 0s', 'x'],
    ['x > 60 * 5', 'x > 300'],
    ['x > +-(2)', 'x > -2'],
    ['x{a=~"b|c", d="e"}', 'x{d="e", a=~"c|b"}'],
    ['x{a=~"b", a="b"}', 'x{a="b"}'],
    ['x{a=~".*"}', 'x'],
    ['SUM BY (a, b) (x) AND y', 'sum(x) by (b, a) and y'],
    ['a + ignoring () b', 'a + b'],
    ['rate(x[1h30m])', 'rate(x[90m]) # a remark'],
  ])('is one for %s and %s', (one, other) => {
    expect(normalForm(one)).toBe(normalForm(other));
  });

  test.each([
    ['sum(increase(x[5m] offset 0s))', 'sum(increase(x[5m] @ 0))'],
    ['x @ start()', 'x @ end()'],
    ['x offset 5m', 'x offset -5m'],
    ['a - b', 'b - a'],
    ['a / b', 'b / a'],
    ['a and b', 'b and a'],
    ['a or b', 'b or a'],
    ['a == b', 'b == a'],
    ['a > b', 'b < a'],
    ['x > 5', 'x < 5'],
    ['x > 5', 'x >= 5'],
    ['x > 5', 'x > bool 5'],
    ['x{a="b"}', 'x{a!="b"}'],
    ['x{a=~"b.c"}', 'x{a="b.c"}'],
    ['x{a=~".+"}', 'x'],
    ['sum by (a) (x)', 'sum without (a) (x)'],
    ['a * on (x) b', 'a * b'],
    ['a * on (x) group_left () b', 'a * on (x) group_right () b'],
    ['a - (b - c)', 'a - b - c'],
  ])('is not one for %s and %s', (one, other) => {
    expect(normalForm(one)).not.toBe(normalForm(other));
  });

  test.each([
    ['a * 100 / b', 100, 'a / b'],
    ['sum(a * 100) / sum(b)', 100, 'sum(a) / sum(b)'],
    ['100 * (a / b)', 100, 'a / b'],
    ['a / b', 1, 'a / b'],
    ['rate(a[5m]) * 60', 60, 'rate(a[300s])'],
    ['count(a * 100)', 1, 'count(a * 100)'],
  ])('takes a factor out of %s: %d', (source, factor, core) => {
    const found = scaled(normalised(parse(source)));
    expect([found.factor, print(found.core)]).toEqual([factor, core]);
  });
});
