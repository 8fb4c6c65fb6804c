import { describe, expect, test } from 'vitest';
import type { AlertmanagerConfig, Labels, Route } from '../../../notifications/config.ts';
import { inhibitions, route, simulate } from '../../../notifications/simulate.ts';
import { routesIn } from '../../../notifications/tree.ts';
import { ALERTS, configOf, EVERYTHING, INSTANTS, PROJECT_ALERTS } from './project.ts';
import { batchTable, combinations, name } from './table.ts';

const plain = configOf();
const full = configOf(EVERYTHING);
const NOON = INSTANTS['business hours'];

describe('what comes of every alert', () => {
  test('covers every alert of the project', () => {
    expect(PROJECT_ALERTS.length).toBeGreaterThan(30);
    const covered = new Set(ALERTS.map(({ alertname }) => alertname));
    expect(PROJECT_ALERTS.filter((alert) => !covered.has(alert.name))).toEqual([]);
  });

  test('without any setting, as the table says', async () => {
    await expect(batchTable(plain, ALERTS, { 'any time': NOON })).toMatchFileSnapshot('golden/batch.txt');
  });

  test('with every setting, at every kind of instant, as the table says', async () => {
    await expect(batchTable(full, ALERTS, INSTANTS)).toMatchFileSnapshot('golden/batch-everything.txt');
  });
});

describe('without any setting', () => {
  const heard = (alert: Labels) => simulate(plain, [alert], NOON)[0]?.notified;

  test.each(ALERTS.map((alert) => [name(alert), alert] as const))(
    '%s goes where its severity goes',
    (_, alert) => {
      const expected: Record<string, string[]> = {
        critical: ['pager', 'alerts'],
        warning: ['alerts'],
        info: ['digest'],
        none: ['heartbeat'],
      };
      expect(heard(alert)).toEqual(expected[alert.severity ?? '']);
    },
  );

  test('an alert that no route knows is heard', () => {
    expect(heard({ alertname: 'Stray' })).toEqual(['unrouted']);
  });

  test('Slack groups by alert name, a page by alert and objective', () => {
    const alert = { alertname: 'A', severity: 'critical', service: 's', instance: 'i', slo: 'o' };
    const hops = simulate(plain, [alert], NOON)[0]?.hops.map(({ receiver, groupLabels }) => [
      receiver,
      groupLabels,
    ]);
    expect(hops).toEqual([
      ['pager', { alertname: 'A', slo: 'o' }],
      ['alerts', { alertname: 'A' }],
    ]);
  });
});

describe('inhibition', () => {
  const quiet = (target: Labels, source: Labels) =>
    inhibitions(plain.inhibit_rules, target, [target, source]).map(({ rule }) => rule);

  test('only crosses services where one is known to follow from the other', () => {
    const allowed = ['redis', 'kafka'];
    const crossed = ALERTS.flatMap((source) =>
      ALERTS.filter((target) => target.service !== source.service && quiet(target, source).length > 0).map(
        (target) => [source, target] as const,
      ),
    ).filter(
      ([source, target]) =>
        // The score follows from every part.
        !['TargetDown', 'HealthScoreLow'].includes(target.alertname ?? '') &&
        // They are about whatever they name.
        !['TargetDown', 'SharedOutage'].includes(source.alertname ?? '') &&
        !allowed.includes(source.service ?? ''),
    );
    expect(crossed.map((pair) => pair.map(name))).toEqual([]);
  });

  test('a latency page hides nothing but latency, and no saturation', () => {
    const pages = ALERTS.filter((alert) => /Latency/.test(alert.alertname ?? ''));
    expect(pages.length).toBeGreaterThanOrEqual(2);
    const hidden = pages.flatMap((page) => ALERTS.filter((target) => quiet(target, page).length > 0));
    expect(
      hidden.filter(
        ({ signal, alertname }) => signal !== 'latency' && alertname !== 'InferenceAPIHighLatency',
      ),
    ).toEqual([]);
    expect(quiet(alert('DiskHigh'), alert('InferenceAPIHighLatency'))).toEqual([]);
    expect(quiet(alert('DiskHigh'), alert('InferenceAPILatencySLOBroken'))).toEqual([]);
  });

  test('the broken objective of 200 ms hides the fixed alert of the same endpoint only', () => {
    const fixed = alert('InferenceAPIHighLatency');
    const broken = alert('InferenceAPILatencySLOBroken');
    expect(quiet(fixed, broken)).toContain('broken-latency-over-fixed-latency');
    expect(quiet({ ...fixed, endpoint: '/other' }, broken)).toEqual([]);
    expect(quiet(broken, fixed)).toEqual([]);
  });

  test('what is not confirmed hides the fixed alert of the same endpoint, and no other page', () => {
    const fixed = alert('InferenceAPIHighLatency');
    const unconfirmed = alert('InferenceAPILatencyUnconfirmed');
    expect(quiet(fixed, unconfirmed)).toEqual(['unconfirmed-latency-over-fixed-latency']);
    expect(quiet({ ...fixed, endpoint: '/other' }, unconfirmed)).toEqual([]);
    expect(quiet({ ...fixed, service: 'other' }, unconfirmed)).toEqual([]);
    expect(quiet(alert('InferenceAPILatencySLOBroken'), unconfirmed)).toEqual([]);
    expect(quiet(alert('InferenceAPIHighErrorRate'), unconfirmed)).toEqual([]);
  });

  test('a page of a part of the health score hides that of the score, and a warning does not', () => {
    const score = alert('HealthScoreLow');
    for (const cause of ['RedisDown', 'KafkaDown', 'StreamProcessingDown', 'InferenceAPIHighErrorRate'])
      expect(quiet(score, alert(cause))).toContain('cause-over-health-score');
    expect(quiet(score, alert('CacheHitRateLow'))).toEqual([]);
    expect(quiet(alert('RedisDown'), score)).toEqual([]);
  });

  test('labels that are missing on both sides hide nothing', () => {
    const source = { alertname: 'A', severity: 'critical' };
    const target = { alertname: 'B', severity: 'warning' };
    expect(quiet(target, source)).toEqual([]);
    expect(quiet({ ...target, service: 's' }, { ...source, service: 's' })).toEqual([]);
    expect(quiet({ ...target, signal: 'lag' }, { ...source, signal: 'lag' })).toEqual([]);
    const both = { service: 's', signal: 'lag' };
    expect(quiet({ ...target, ...both }, { ...source, ...both })).toEqual(['critical-over-warning']);
  });

  test('no page of a user-facing failure is hidden by a dependency', () => {
    for (const target of ['InferenceAPIHighErrorRate', 'InferenceAPIDown', 'InferenceAPIAvailabilityLow']) {
      for (const source of ['RedisDown', 'KafkaDown'])
        expect(quiet(alert(target), alert(source))).toEqual([]);
    }
  });
});

describe('a change of the configuration is noticed: the table of the golden file is another one', () => {
  const proofs = [
    ['without any setting', plain, { 'any time': NOON }],
    ['with every setting', full, INSTANTS],
  ] as const;

  describe.each(proofs)('%s', (_, config, instants) => {
    const sets = combinations(config, ALERTS);
    const tableOf = (changed: AlertmanagerConfig) => batchTable(changed, ALERTS, instants, sets);
    const golden = tableOf(config);
    const nodes = routesIn(config.route).filter(({ path }) => path.length > 0);

    test.each(config.inhibit_rules.map(({ name }) => name))('without the inhibition %s', (deleted) => {
      const inhibit_rules = config.inhibit_rules.filter(({ name }) => name !== deleted);
      expect(inhibit_rules).toHaveLength(config.inhibit_rules.length - 1);
      expect(tableOf({ ...config, inhibit_rules })).not.toBe(golden);
    });

    test.each(nodes.map(({ path }) => [path.join('.'), path] as const))('without the route %s', (_, path) => {
      const without = withoutRoute(config, path);
      expect(routesIn(without.route).length).toBeLessThan(nodes.length + 1);
      expect(tableOf(without)).not.toBe(golden);
    });

    test.each(config.time_intervals.map(({ name }) => name))('without the hours of %s', (emptied) => {
      const time_intervals = config.time_intervals.map((own) =>
        own.name === emptied ? { ...own, time_intervals: [] } : own,
      );
      expect(tableOf({ ...config, time_intervals })).not.toBe(golden);
    });

    test('every route is reached by some alert', () => {
      const reached = new Set(
        ALERTS.flatMap((own) => route(config, own, NOON).map(({ path }) => path.join('.'))),
      );
      const leaves = nodes
        .filter((node) => node.route.routes === undefined)
        .map(({ path }) => path.join('.'));
      expect(leaves.filter((path) => !reached.has(path))).toEqual([]);
    });

    test('every inhibition keeps some alert quiet', () => {
      const used = new Set(
        sets.flatMap((set) =>
          set.flatMap((own) => inhibitions(config.inhibit_rules, own, set).map(({ rule }) => rule)),
        ),
      );
      expect([...used].sort()).toEqual(config.inhibit_rules.map(({ name }) => name).sort());
    });
  });
});

function alert(wanted: string): Labels {
  const found = ALERTS.find(({ alertname }) => alertname === wanted);
  if (found === undefined) throw new Error(`the project has no alert ${wanted}`);
  return found;
}

function withoutRoute(config: AlertmanagerConfig, path: readonly number[]): AlertmanagerConfig {
  const remove = (node: Route, [index = 0, ...rest]: readonly number[]): Route => ({
    ...node,
    routes: (node.routes ?? []).flatMap((child, at) =>
      at !== index ? [child] : rest.length === 0 ? [] : [remove(child, rest)],
    ),
  });
  return { ...config, route: remove(config.route, path) };
}
