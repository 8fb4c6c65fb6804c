import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INCIDENTS } from '../../../demo/incidents.ts';
import { detect } from '../../../operations/drills/detect.ts';
import { firstHolds, floorOf } from '../../../operations/drills/earliest-delay.ts';
import { expectationOf } from '../../../operations/drills/expectation.ts';
import { inlined } from '../../../operations/drills/inline.ts';
import { type DrillRecord, medianExcess } from '../../../operations/drills/record.ts';
import { durationSeconds, groupWait } from '../../../operations/drills/routing.ts';
import { type Recorded, rulesIn } from '../../../operations/drills/rules.ts';
import { type Planned, playAll } from '../../../operations/drills/schedule.ts';
import { detectionRows } from '../../../operations/drills/summary.ts';
import { detectionLine, lineOf } from '../../../operations/drills/timeline.ts';
import { type Heard, problemsOf, unended } from '../../../operations/drills/verdict.ts';
import { readConfig } from '../../../operations/reports/alertmanager.ts';
import { buildRules } from '../../../rules/index.ts';

const seconds = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('an expression holds from the first instant that lasts as long as its `for`', () => {
  const pace = { duration: 120, interval: 15 };
  expect(firstHolds([seconds(100, 250)], 90, pace)).toBe(100);
  expect(firstHolds([seconds(100, 219)], 90, pace)).toBeUndefined();
  // Each series waits for itself, and the first that is done fires.
  expect(firstHolds([seconds(100, 150), seconds(130, 300)], 90, pace)).toBe(130);
  expect(firstHolds([seconds(10, 300)], 90, { ...pace, duration: 0 })).toBe(90);
  expect(firstHolds([], 90, { ...pace, duration: 0 })).toBeUndefined();
  expect(floorOf(130, 120, 5)).toBe(255);
});

test('a break starts it over where every evaluation sees one', () => {
  const pace = { duration: 120, interval: 15 };
  expect(firstHolds([[...seconds(100, 150), ...seconds(166, 300)]], 90, pace)).toBe(166);
  expect(firstHolds([[...seconds(100, 150), ...seconds(165, 300)]], 90, pace)).toBe(100);
});

test('rules are those that a Prometheus has, with what their group says', () => {
  const { alerts, recordings } = rulesIn({
    groups: [
      {
        interval: 30,
        rules: [
          { type: 'recording', name: 'a:b', query: 'sum(b)' },
          { type: 'alerting', name: 'A', query: 'a:b > 1', duration: 60, labels: { severity: 'info' } },
        ],
      },
    ],
  });
  expect(recordings).toEqual([{ record: 'a:b', expr: 'sum(b)', labels: {} }]);
  expect(alerts).toEqual([
    { name: 'A', query: 'a:b > 1', duration: 60, interval: 30, labels: { severity: 'info' } },
  ]);
});

test('group_wait is that of the route an alert takes, inherited where the route has none', () => {
  const config = readConfig(`
route:
  receiver: a
  group_wait: 1m
  routes:
    - matchers: ['severity="critical"']
      group_wait: 5s
      routes:
        - receiver: pager
          continue: true
        - receiver: slack
          group_wait: 2s
    - matchers: ['severity="info"']
      receiver: digest
`);
  expect(groupWait(config, { severity: 'critical' })).toBe(2);
  expect(groupWait(config, { severity: 'info' })).toBe(60);
  expect(groupWait(config, { severity: 'other' })).toBe(60);
  expect(durationSeconds('1h1m30s')).toBe(3690);
  expect(durationSeconds('500ms')).toBe(0.5);
});

test('recorded series are replaced by what they come from, but not those that are read with a selector', () => {
  const recordings: Recorded[] = [
    { record: 'job:up:ratio', expr: 'avg by (job) (up)', labels: {} },
    { record: 'all:up:ratio', expr: 'min(job:up:ratio)', labels: {} },
    { record: 'slo:bad:rate1m', expr: 'x', labels: { slo: 'a' } },
  ];
  expect(inlined('all:up:ratio < 1', recordings)).toBe('(min((avg by (job) (up)))) < 1');
  expect(inlined('job:up:ratio{job="a"} < 1', recordings)).toBe('job:up:ratio{job="a"} < 1');
  expect(inlined('avg_over_time(job:up:ratio[5m]) < 1', recordings)).toBe(
    'avg_over_time(job:up:ratio[5m]) < 1',
  );
  expect(inlined('slo:bad:rate1m > 1', recordings)).toBe('slo:bad:rate1m > 1');
});

const expected = {
  alerts: ['A'],
  may: ['D'],
  lasting: [],
  beside: ['B'],
  before: ['C'],
  pagers: ['pager'],
};
const fired = [
  { at: 1, step: 'firing', alert: 'A' },
  { at: 9, step: 'resolved', alert: 'A' },
] as const;
const detection = { alert: 'A', severity: 'critical', receivers: ['pager'] };
const page = (alert: string, labels: Record<string, string> = {}): Heard => ({
  at: 2,
  receiver: 'pager',
  status: 'firing',
  alert,
  labels: { service: 'api', ...labels },
});

test('a drill passes when what was expected came, and nothing else paged', () => {
  expect(
    problemsOf(
      expected,
      [detection],
      fired,
      ['A', 'B', 'C', 'D'].map((alert) => page(alert)),
    ),
  ).toEqual([]);
  expect(problemsOf(expected, [detection], fired, [page('A'), page('Burn', { burn: 'fast' })])).toEqual([]);
  expect(problemsOf(expected, [{ ...detection, receivers: [], quiet: 'inhibited' }], fired, [])).toEqual([]);
});

test('a drill fails for an alert that is missing, unheard or unresolved, and for a page that nobody expected', () => {
  expect(problemsOf(expected, [], [], [])).toEqual(['A did not fire']);
  expect(problemsOf(expected, [{ ...detection, receivers: [] }], fired, [])).toEqual([
    'A fired, and no receiver heard of it',
  ]);
  expect(problemsOf(expected, [detection], fired.slice(0, 1), [])).toEqual([
    'A did not resolve after recovery',
  ]);
  expect(problemsOf({ ...expected, lasting: ['A'] }, [detection], fired.slice(0, 1), [])).toEqual([]);
  expect(problemsOf(expected, [detection], fired, [page('A'), page('X'), page('X')])).toEqual([
    'X went to pager, which nobody expected',
  ]);
  const elsewhere = page('Burn', { burn: 'fast', service: 'other' });
  expect(problemsOf(expected, [detection], fired, [page('A'), elsewhere])).toHaveLength(1);
});

test('an alert is open until the end of each of its series was told', () => {
  const told = (alert: string, status: string, endpoint = '') => ({
    ...page(alert, { alertname: alert, endpoint }),
    status,
  });
  const heard = [
    told('A', 'firing', 'x'),
    told('A', 'firing', 'y'),
    told('B', 'firing'),
    told('B', 'resolved'),
  ];
  expect(unended(heard, ['A', 'B', 'C'])).toEqual(['A']);
  const ending = [...heard, told('A', 'resolved', 'x')];
  expect(unended(ending, ['A'])).toEqual(['A']);
  expect(unended([...ending, told('A', 'resolved', 'y')], ['A'])).toEqual([]);
  expect(unended(heard, ['B'])).toEqual([]);
});

test('what an incident brings about is known: what may follow, and how long it goes on after recovery', () => {
  expect(expectationOf('redis-down')).toMatchObject({ alerts: ['RedisDown'], lasting: [], recovery: 600 });
  expect(expectationOf('redis-down').may).toContain('HealthScoreLow');
  expect(expectationOf('data-quality').recovery).toBe(1200);
  // It looks back an hour.
  expect(expectationOf('training-failed')).toMatchObject({ lasting: ['TrainingFailed'], recovery: 0 });
});

describe('several incidents', () => {
  /** Plays them, each ended by hand, and says which are on. */
  function stage(incidents: readonly Planned[], most: number) {
    const on = new Map<string, { beside: ReadonlySet<string>; end: PromiseWithResolvers<void> }>();
    const all = playAll(incidents, most, async (name, beside) => {
      const end = Promise.withResolvers<void>();
      on.set(name, { beside, end });
      await end.promise.finally(() => on.delete(name));
    });
    const end = async (name: string, error?: Error) => {
      const found = on.get(name)?.end;
      if (error === undefined) found?.resolve();
      else found?.reject(error);
      await new Promise(setImmediate);
    };
    return { all, end, playing: () => [...on.keys()], beside: (name: string) => on.get(name)?.beside };
  }

  test('begin as soon as no other is of the same service, and some are alone', async () => {
    const incidents = [
      { name: 'a', services: ['api'] },
      { name: 'b', services: ['api'] },
      { name: 'c', services: ['redis'], alone: true },
      { name: 'd', services: ['store'] },
      { name: 'e', services: ['stream'] },
    ];
    const { all, end, playing, beside } = stage(incidents, 2);
    expect(playing()).toEqual(['a', 'd']);
    await end('a');
    expect(playing()).toEqual(['d', 'b']);
    expect(beside('d')).toEqual(new Set(['a', 'b']));
    expect(beside('b')).toEqual(new Set(['d']));
    await end('d');
    expect(playing()).toEqual(['b', 'e']);
    await end('e');
    expect(playing()).toEqual(['b']);
    await end('b');
    expect(playing()).toEqual(['c']);
    await end('c');
    await all;
  });

  test('end before a failure is told, and no further one begins', async () => {
    const { all, end, playing } = stage(
      ['a', 'b', 'c'].map((name) => ({ name, services: [name] })),
      2,
    );
    const told = expect(all).rejects.toThrow('no answer');
    await end('a', new Error('no answer'));
    expect(playing()).toEqual(['b']);
    await end('b');
    await told;
    expect(playing()).toEqual([]);
  });
});

test('the median is over every detection that has a floor', () => {
  const record = (...excess: (number | undefined)[]) =>
    ({
      detections: excess.map((each) => (each === undefined ? {} : { excess: each })),
    }) as unknown as DrillRecord;
  expect(medianExcess([record(4, undefined), record(10, 6)])).toBe(6);
  expect(medianExcess([record(4, 10)])).toBe(7);
  expect(medianExcess([record(undefined)])).toBeUndefined();
});

describe('one alert beside its floor', () => {
  /** Answers like a Prometheus whose only series holds from 1100 to 1300. */
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const values = seconds(1100, 1300).map((at) => [at, '1']);
      response.end(JSON.stringify({ status: 'success', data: { result: [{ metric: {}, values }] } }));
    });
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const config = readConfig('route: { receiver: pager, group_wait: 5s }');
  const rule = { name: 'A', query: 'x > 1', duration: 120, interval: 15, labels: { severity: 'critical' } };
  const heard = [
    { at: 1240, receiver: 'pager' },
    { at: 1241, receiver: 'alerts' },
  ];
  const seen = { alert: 'A', start: 1090, end: 1320, heard };
  const found = (more: object = {}, basis: object = {}) => {
    const { port } = server.address() as AddressInfo;
    const prometheus = { scheme: 'http', host: '127.0.0.1', port } as const;
    return detect({ ...seen, ...more }, { prometheus, rule, recordings: [], config, ...basis });
  };

  test('the floor is when it first holds, plus `for`, plus `group_wait`', async () => {
    expect(await found()).toEqual({
      alert: 'A',
      severity: 'critical',
      receivers: ['pager', 'alerts'],
      holds: 1100,
      floor: 1225,
      heard: 1240,
      excess: 15,
    });
  });

  test('what was held back, or never heard, has a floor and no excess', async () => {
    expect(await found({ quiet: 'inhibited' })).toMatchObject({ floor: 1225, quiet: 'inhibited' });
    expect(await found({ quiet: 'inhibited' })).not.toHaveProperty('excess');
    expect(await found({ heard: [] })).not.toHaveProperty('excess');
  });

  test('without its rule, or without its `for` having passed, there is no floor', async () => {
    expect(await found({}, { rule: undefined })).not.toHaveProperty('floor');
    expect(await found({}, { rule: { ...rule, duration: 201 } })).not.toHaveProperty('floor');
  });
});

test('a table of detections counts from the beginning of each incident', () => {
  const detections = [
    { ...detection, floor: 1150, heard: 1162.5, excess: 12.5 },
    { ...detection, alert: 'B', floor: 1150, heard: 1162.5, quiet: 'inhibited' as const },
    { ...detection, alert: 'C' },
  ];
  const startedAt = new Date(1_000_000).toISOString();
  expect(detectionRows([{ incident: 'i', startedAt, detections }])).toEqual([
    ['i', 'A', '150.0 s', '162.5 s', '12.5 s'],
    ['i', 'B', '150.0 s', 'inhibited', '–'],
    ['i', 'C', '–', '–', '–'],
  ]);
});

test('a timeline line tells when, which alert and what', () => {
  expect(lineOf({ at: 162.5, step: 'notified', alert: 'A', receiver: 'pager' }, 100)).toBe(
    `   +62.5 s  ${'A'.padEnd(30)}message to pager`,
  );
  expect(detectionLine({ ...detection, floor: 150, heard: 162.5, excess: 12.5 }, 100)).toBe(
    'A: pager after 62.5 s; floor 50.0 s, excess 12.5 s',
  );
});

test('an alert that was held back is no late detection', () => {
  const held = { ...detection, quiet: 'inhibited' as const, heard: 400, floor: 150 };
  expect(detectionLine(held, 100)).toBe(
    'A: inhibited while a louder alert told the same; told after all at 300.0 s, when that one had ended',
  );
});

test('every incident expects alerts that exist', () => {
  const names = buildRules().alerts.map(({ name }) => name);
  for (const { alerts } of Object.values(INCIDENTS))
    for (const alert of alerts) expect(names).toContain(alert);
});
