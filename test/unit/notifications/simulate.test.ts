import { describe, expect, test } from 'vitest';
import type { AlertmanagerConfig, Route } from '../../../notifications/config.ts';
import { formatMatcher, matchesAll, parseMatcher } from '../../../notifications/matcher.ts';
import { messages, simulate } from '../../../notifications/simulate.ts';
import { contains } from '../../../notifications/time.ts';

const configured = (route: Route, more: Partial<AlertmanagerConfig> = {}): AlertmanagerConfig => ({
  global: { resolve_timeout: '5m' },
  templates: [],
  receivers: [],
  inhibit_rules: [],
  time_intervals: [],
  route: { receiver: 'root', group_by: ['alertname'], ...route },
  ...more,
});
const AT = new Date('2026-03-18T10:00:00Z');
const heard = (config: AlertmanagerConfig, ...alerts: Record<string, string>[]) =>
  simulate(config, alerts, AT).map(({ notified }) => notified);

describe('routes', () => {
  test('the first child that matches ends the search unless it continues', () => {
    const routes = [
      { receiver: 'a', matchers: ['x="1"'], continue: true },
      { receiver: 'b', matchers: ['x=~"1|2"'] },
      { receiver: 'c' },
    ];
    const config = configured({ routes });
    expect(heard(config, { x: '1' }, { x: '2' }, { x: '3' })).toEqual([['a', 'b'], ['b'], ['c']]);
    expect(heard(configured({ routes: routes.slice(0, 1) }), { x: '3' })).toEqual([['root']]);
  });

  test('a node takes what none of its children matches, and hands receiver and grouping down', () => {
    const config = configured({
      routes: [{ matchers: ['x="1"'], receiver: 'a', group_by: ['y'], routes: [{ matchers: ['y="1"'] }] }],
    });
    const [inner, outer] = simulate(config, [{ x: '1', y: '1' }, { x: '1' }], AT);
    expect(inner?.hops).toMatchObject([
      { receiver: 'a', path: [0, 0], groupKey: '{}/{x="1"}/{y="1"}:{y="1"}' },
    ]);
    expect(outer?.hops).toMatchObject([{ receiver: 'a', path: [0], groupKey: '{}/{x="1"}:{}' }]);
  });

  test('time intervals are not handed down', () => {
    const time_intervals = [
      { name: 'always', time_intervals: [{}] },
      { name: 'never', time_intervals: [] },
    ];
    const child = { matchers: ['y="1"'] };
    const config = configured(
      {
        routes: [
          { matchers: ['x="1"'], mute_time_intervals: ['always'], routes: [child] },
          { matchers: ['x="2"'], active_time_intervals: ['never'] },
          { matchers: ['x="3"'], active_time_intervals: ['never', 'always'] },
        ],
      },
      { time_intervals },
    );
    expect(heard(config, { x: '1' }, { x: '1', y: '1' }, { x: '2' }, { x: '3' })).toEqual([
      [],
      ['root'],
      [],
      ['root'],
    ]);
    const unknown = configured({ routes: [{ mute_time_intervals: ['gone'] }] });
    expect(() => heard(unknown, {})).toThrow('time interval gone is not defined');
  });

  test('alerts of one group come in one message', () => {
    const alerts = ['1', '2'].map((instance) => ({ alertname: 'A', instance }));
    expect(messages(simulate(configured({}), alerts, AT))).toMatchObject([{ receiver: 'root', alerts }]);
  });
});

describe('matchers', () => {
  test.each([
    ['x="1"', { x: '1' }, true],
    ['x=""', {}, true],
    ['x!="1"', {}, true],
    ['x=~".+"', {}, false],
    ['x=~"a|b"', { x: 'ab' }, false],
    ['x!~"a|b"', { x: 'ab' }, true],
    ['x="a\\"b\\\\c"', { x: 'a"b\\c' }, true],
  ] as const)('%s', (matcher, labels, result) => {
    expect(matchesAll([matcher], labels)).toBe(result);
    expect(formatMatcher(parseMatcher(matcher))).toBe(matcher);
  });

  test.each(['x=1', 'x', '="1"', 'x=="1"'])('%s is refused', (text) => {
    expect(() => parseMatcher(text)).toThrow('written as label="value", with one of = != =~ !~');
  });

  test.each(['x=~"("', 'x!~"(?=a)"'])('the expression of %s is refused', (text) => {
    expect(() => parseMatcher(text)).toThrow('a matcher whose regular expression RE2 can read');
  });
});

describe('time', () => {
  const office = {
    times: [{ start_time: '09:00', end_time: '18:00' }],
    weekdays: ['monday:friday'],
    location: 'Europe/Berlin',
  };
  test.each([
    ['the first minute', '2026-01-05T08:00:00Z', true],
    ['the minute before', '2026-01-05T07:59:00Z', false],
    ['the last minute', '2026-01-05T16:59:59Z', true],
    ['the end, which is outside', '2026-01-05T17:00:00Z', false],
    ['a Sunday', '2026-01-04T12:00:00Z', false],
    ['the first minute in summer', '2026-07-06T07:00:00Z', true],
    ['the same hour of winter in summer', '2026-07-06T16:30:00Z', false],
  ])('office hours: %s', (_, at, inside) => {
    expect(contains(office, new Date(at))).toBe(inside);
  });

  test.each([
    [{ days_of_month: ['-1'] }, '2028-02-29T12:00:00Z', true],
    [{ days_of_month: ['-1'] }, '2028-02-28T12:00:00Z', false],
    [{ days_of_month: ['1:7'] }, '2026-03-07T23:59:00Z', true],
    [{ days_of_month: ['31'] }, '2026-04-30T12:00:00Z', false],
    [{ months: ['march:may'] }, '2026-05-31T12:00:00Z', true],
    [{ months: ['3'], years: ['2027'] }, '2026-03-01T12:00:00Z', false],
    [{ times: [{ start_time: '23:00', end_time: '24:00' }] }, '2026-03-01T23:59:00Z', true],
    [{}, '2026-03-01T12:00:00Z', true],
  ])('%j at %s: %s', (span, at, inside) => {
    expect(contains(span, new Date(at))).toBe(inside);
  });
});
