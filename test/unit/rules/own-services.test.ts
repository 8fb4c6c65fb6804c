import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { rulesIn } from '../../../operations/review/backtest/rules.ts';
import { readRules } from '../../../policies/resources/rules.ts';
import { settingsName } from '../../../rules/alert-names.ts';
import {
  alertnameOf,
  buildRules,
  isAlert,
  RulesError,
  type RulesSettingsInput,
  renderRules,
} from '../../../rules/index.ts';

const own = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `shop-${index}`, copies: true }));

const build = (alerts: NonNullable<RulesSettingsInput>['alerts'] = {}) =>
  buildRules({ services: [{ name: 'inference-api' }, ...own(2)], settings: { alerts } });

const problems = (options: Parameters<typeof buildRules>[0]): string => {
  try {
    buildRules(options);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(RulesError);
    return (error as RulesError).message;
  }
};

const find = (set: ReturnType<typeof build>, name: string) => set.alerts.find((alert) => alert.name === name);

describe('the alerts of a service of one’s own', () => {
  test('share the names under which they arrive, and have their own in the settings', () => {
    const names = build()
      .alerts.filter(({ service }) => service.startsWith('shop-'))
      .map((alert) => [alert.name, alertnameOf(alert), alert.labels.service]);
    expect(names).toEqual([
      ['Shop0Down', 'ServiceDown', 'shop-0'],
      ['Shop0ProbeFailing', 'ServiceProbeFailing', 'shop-0'],
      ['Shop0CopiesLost', 'ServiceCopiesLost', 'shop-0'],
      ['Shop1Down', 'ServiceDown', 'shop-1'],
      ['Shop1ProbeFailing', 'ServiceProbeFailing', 'shop-1'],
      ['Shop1CopiesLost', 'ServiceCopiesLost', 'shop-1'],
    ]);
    expect(alertnameOf(find(build(), 'InferenceAPIDown') ?? { name: '' })).toBe('InferenceAPIDown');
  });

  test('are set one by one by their own names, and together by the shared one', () => {
    const set = build({
      ServiceDown: { for: '3m', severity: 'warning' },
      Shop1Down: { for: '5m' },
      ServiceProbeFailing: { off: true },
      Shop1ProbeFailing: { off: false },
      Shop0CopiesLost: { off: true },
    });
    expect(find(set, 'Shop0Down')).toMatchObject({ for: '3m', labels: { severity: 'warning' } });
    expect(find(set, 'Shop1Down')).toMatchObject({ for: '5m', labels: { severity: 'warning' } });
    expect(find(set, 'InferenceAPIDown')).toMatchObject({ for: '1m', labels: { severity: 'critical' } });
    expect(find(set, 'Shop0ProbeFailing')).toBeUndefined();
    expect(find(set, 'Shop1ProbeFailing')).toBeDefined();
    expect(find(set, 'Shop0CopiesLost')).toBeUndefined();
    expect(find(set, 'Shop1CopiesLost')).toBeDefined();
  });

  test('keep the label that tells them apart, and a problem of all is told once', () => {
    const services = own(3);
    expect(
      problems({ services, settings: { alerts: { Shop1Down: { labels: { service: 'other' } } } } }),
    ).toContain(
      'rules.alerts.Shop1Down.labels.service: the alerts of services of your own share the name ServiceDown',
    );
    const wrong = problems({ services, settings: { alerts: { ServiceDown: { threshold: 'many' } } } });
    expect(wrong.match(/rules\.alerts\.ServiceDown\.threshold/g)).toHaveLength(1);
  });

  test('leave the shared names to no other alert', () => {
    const alert = {
      name: 'ServiceDown',
      service: 'inference-api',
      severity: 'critical' as const,
      signal: 'errors' as const,
      expr: 'sum(inference_active_requests) > $threshold',
      threshold: { value: 1, unit: 'requests' as const, direction: 'above' as const },
      summary: 'One',
      description: 'One',
      runbook: 'one',
      proof: {
        over: [{ series: 'inference_active_requests', kind: 'gauge' as const, value: 2 }],
        under: [{ series: 'inference_active_requests', kind: 'gauge' as const, value: 0 }],
      },
    };
    expect(problems({ services: own(1), settings: { own: { alerts: [alert] } } })).toContain(
      'alert ServiceDown: the name is that of an alert of each service of your own; give yours another name',
    );
    expect(problems({ services: [{ name: 'inference-api' }], settings: { own: { alerts: [alert] } } })).toBe(
      '',
    );
  });

  test('are evaluated in groups of bounded size, those of one service in one', () => {
    const { groups } = buildRules({ services: own(1000) });
    const found = groups.filter(({ name }) => /^services(-\d+)?$/.test(name));
    expect(found.length).toBe(25);
    expect(Math.max(...found.map(({ rules }) => rules.length))).toBeLessThanOrEqual(125);
    const services = found.map(
      ({ rules }) => new Set(rules.filter(isAlert).map(({ labels }) => labels.service)),
    );
    expect(services.reduce((sum, { size }) => sum + size, 0)).toBe(1000);
  });

  test('are read back from rule files under the names of the settings', () => {
    const set = build({ Shop1Down: { for: '5m' } });
    const files = renderRules(set);
    const written = Object.values(files).flatMap((text) =>
      (load(text) as { groups: { rules: { alert?: string }[] }[] }).groups.flatMap(({ rules }) =>
        rules.flatMap(({ alert }) => alert ?? []),
      ),
    );
    expect(written.filter((name) => name === 'ServiceDown')).toHaveLength(2);
    const names = set.alerts.map(({ name }) => name).sort();
    const read = readRules(Object.values(files), set.alerts).alerts;
    expect(read.map(({ name }) => name).sort()).toEqual(names);
    expect(read.find(({ name }) => name === 'Shop1Down')).toMatchObject({
      alertname: 'ServiceDown',
      for: '5m',
    });
    const version = rulesIn(
      Object.fromEntries(Object.entries(files).map(([file, text]) => [`prometheus/rules/${file}`, text])),
    );
    expect(version.alerts.map(({ name }) => name).sort()).toEqual(names);
  });
});

test.each([
  ['ServiceDown', { service: 'checkout' }, 'CheckoutDown'],
  ['ServiceProbeFailing', { service: 'ml-api' }, 'MLAPIProbeFailing'],
  ['ServiceDown', {}, 'ServiceDown'],
  ['RedisDown', { service: 'redis' }, 'RedisDown'],
  ['constructor', { service: 'redis' }, 'constructor'],
] as const)('%s of %j is %s in the settings', (alertname, labels, name) => {
  expect(settingsName(alertname, labels)).toBe(name);
});
