import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesAll } from '../../../notifications/matcher.ts';
import { silenceProblems } from '../../../notifications/silence-checks.ts';
import { parseSettings, SettingsError } from '../../../stack/settings/index.ts';
import { ALERTS, build } from './project.ts';

const silence = (matchers: readonly string[], more: object = {}) => ({
  id: 'move',
  owner: 'platform',
  reason: 'moving Kafka',
  matchers: [...matchers],
  startsAt: '2027-03-01T20:00:00Z',
  endsAt: '2027-03-01T23:00:00Z',
  ...more,
});

/** What a stack with one silence is told, before any file is rendered. */
function said(one: object): readonly string[] {
  try {
    parseSettings({ notifications: { silences: [one] } }, { stack: 'try' });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).problems;
  }
}

const change = (key: string) =>
  `Change it: make set STACK=try NAME='notifications.silences[0].${key}' VALUE='<value>'`;

test('a silence by the name that settings have for an alert is told what it arrives as', () => {
  const alerts = [{ alertname: 'ServiceDown', service: 'checkout', severity: 'critical' }];
  const told = (matchers: string[]) =>
    silenceProblems([silence(matchers)], alerts, { externalLabels: {} }).join();
  expect(told(['alertname="CheckoutDown"'])).toContain(
    'meets no alert; CheckoutDown arrives as alertname="ServiceDown", service="checkout"',
  );
  expect(told(['alertname="ShopDown"'])).toContain('meets no alert; look for a mistyped name');
  expect(told(['alertname="ServiceDown"', 'service="checkout"'])).toBe('');
});

describe('what Alertmanager would refuse is refused with the settings', () => {
  test.each([
    [
      'an expression that RE2 does not have',
      silence(['service=~"(?!kafka).+"']),
      'notifications.silences[0].matchers[0] is "service=~\\"(?!kafka).+\\"", but must be a matcher whose regular expression RE2 can read, which knows no look-ahead and no back reference (invalid or unsupported Perl syntax: `(?!`). ' +
        change('matchers[0]'),
    ],
    [
      'matchers that all match the empty string',
      silence(['service=~".*"', 'instance=""']),
      'notifications.silences[0].matchers[0] is "service=~\\".*\\"", but must be a matcher that does not match the empty string, such as service=~".+", since Alertmanager refuses a silence whose matchers all do. ' +
        change('matchers[0]'),
    ],
    [
      'a name that no label has',
      silence(['service.name="redis"']),
      'notifications.silences[0].matchers[0] is "service.name=\\"redis\\"", but must be written as label="value", with one of = != =~ !~. ' +
        change('matchers[0]'),
    ],
    [
      'an end before its start',
      silence(['service="redis"'], { endsAt: '2027-03-01T19:00:00Z' }),
      `notifications.silences[0].endsAt is "2027-03-01T19:00:00Z", but must be later than startsAt. ${change('endsAt')}`,
    ],
    [
      'an end at its start',
      silence(['service="redis"'], { endsAt: '2027-03-01T20:00:00Z' }),
      `notifications.silences[0].endsAt is "2027-03-01T20:00:00Z", but must be later than startsAt. ${change('endsAt')}`,
    ],
    [
      'a time that is none',
      silence(['service="redis"'], { startsAt: 'tomorrow' }),
      `notifications.silences[0].startsAt is "tomorrow", but must be a time with its zone, such as 2027-03-01T20:00:00Z. ${change('startsAt')}`,
    ],
    [
      'nobody who answers for it',
      silence(['service="redis"'], { owner: ' ' }),
      `notifications.silences[0].owner is " ", but must be the name of whoever answers for it. ${change('owner')}`,
    ],
  ])('%s', (_, one, message) => {
    expect(said(one)).toEqual([message]);
  });

  test.each([
    [['service=~"redis|kafka"']],
    // By Alertmanager's rules these do not match the empty string.
    [['service!="kafka"', 'severity!="none"']],
    [['service=~".*"', 'alertname="DiskHigh"']],
    [['service=~"(?i)REDIS"']],
    [['alertname = "DiskHigh"', 'mountpoint=~"/data\\.d/.+"']],
  ])('%j is taken', (matchers) => {
    expect(said(silence(matchers))).toEqual([]);
  });
});

test('escapes are read as Alertmanager reads them', () => {
  expect(matchesAll(['x=~"a\\.b"'], { x: 'a.b' })).toBe(true);
  expect(matchesAll(['x=~"a\\.b"'], { x: 'axb' })).toBe(false);
  expect(matchesAll(['x=~"a\\\\.b"'], { x: 'axb' })).toBe(false);
  expect(matchesAll(['x="\\d"'], { x: '\\d' })).toBe(true);
});

describe('a silence never reaches the dead man’s switch', () => {
  const problems = (matchers: readonly string[], externalLabels = { environment: 'prod' }) =>
    silenceProblems([silence(matchers)], ALERTS, { externalLabels, stack: 'prod' });

  test('one that covers it among others is told how to leave it out', () => {
    expect(problems(['service!="kafka"'])).toEqual([
      'notifications.silences[0] (move: service!="kafka") also silences Watchdog, the dead man\'s switch: its heartbeat would stop, and whoever listens for it outside would raise the alarm. ' +
        "Leave that alert out: make set STACK=prod NAME='notifications.silences[0].matchers[1]' VALUE='severity!=\"none\"'",
    ]);
    expect(problems(['service!="kafka"', 'severity!="none"'])).toEqual([]);
  });

  test('one that covers nothing else has to go', () => {
    expect(problems(['alertname="Watchdog"'])[0]).toMatch(
      /Remove it: make unset STACK=prod NAME='notifications\.silences\[0\]'$/,
    );
  });

  test('labels that Prometheus adds count', () => {
    expect(problems(['environment="prod"'])[0]).toContain('also silences Watchdog');
    expect(problems(['environment="dev"'])[0]).toContain('meets no alert');
  });

  test.each([
    [['service="redis"']],
    [['instance="10.0.0.7:9100"']],
    [['alertname=~"Disk.+"', 'mountpoint=""']],
  ])('%j does not', (matchers) => {
    expect(problems(matchers)).toEqual([]);
  });

  test('every command that renders refuses it', () => {
    expect(() => build({ silences: [silence(['service!="kafka"'])] })).toThrow('also silences Watchdog');
  });

  test('whatever is accepted leaves it alone', () => {
    const matcher = fc
      .tuple(
        fc.constantFrom('alertname', 'severity', 'service', 'team', 'signal', 'instance', 'environment'),
        fc.constantFrom('=', '!=', '=~', '!~'),
        fc.constantFrom('', 'none', 'kafka', '.+', '.*', 'Watchdog', 'prod', 'critical|none', '[^k].*'),
      )
      .map(([label, operator, value]) => `${label}${operator}"${value}"`);
    const watchdog = ALERTS.find(({ alertname }) => alertname === 'Watchdog') ?? {};
    fc.assert(
      fc.property(fc.array(matcher, { minLength: 1, maxLength: 3 }), (matchers) => {
        const refused = said(silence(matchers)).length > 0 || problems(matchers).length > 0;
        const covers = matchesAll(matchers, { environment: 'prod', ...watchdog });
        expect(refused || !covers).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
