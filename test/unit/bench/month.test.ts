import { expect, test } from 'vitest';
import { joined } from '../../../bench/month/evaluate.ts';
import { INCIDENTS, KINDS, TRAPS } from '../../../bench/month/kinds.ts';
import { type Firing, messagesOf } from '../../../bench/month/messages.ts';
import { type MonthPlan, planMonth } from '../../../bench/month/plan.ts';
import { ours, plain } from '../../../bench/month/rules.ts';
import { MONTH_START, Month } from '../../../bench/month/samples.ts';
import { scoreOf } from '../../../bench/month/score.ts';
import { randomOf } from '../../../bench/random.ts';

const at = (seconds: number) => (MONTH_START + seconds) * 1000;

test('a month has every kind of incident and of trap, and none of them overlap', () => {
  const { happenings } = planMonth(7, 30);
  const kinds = new Set(happenings.map(({ kind }) => kind));
  expect(Object.keys({ ...INCIDENTS, ...TRAPS }).filter((kind) => !kinds.has(kind))).toEqual([]);
  expect(happenings.length).toBeGreaterThan(65);
  for (const [index, { from, to, kind }] of happenings.entries()) {
    const [shortest, longest] = KINDS[kind]?.lasts ?? [0, 0];
    expect((to - from) / 60).toBeGreaterThanOrEqual(shortest - 0.01);
    expect((to - from) / 60).toBeLessThanOrEqual(longest + 0.01);
    expect(from).toBeGreaterThan(happenings[index - 1]?.to ?? 0);
  }
});

test('the same seed gives the same month, and another one another', () => {
  expect(planMonth(3, 10)).toEqual(planMonth(3, 10));
  expect(planMonth(3, 10)).not.toEqual(planMonth(4, 10));
});

test('binomial and Poisson numbers have the mean that was asked for', () => {
  const random = randomOf(1);
  const mean = (draw: () => number) => Array.from({ length: 20_000 }, draw).reduce((a, b) => a + b) / 20_000;
  expect(mean(() => random.binomial(20, 0.3))).toBeCloseTo(6, 1);
  expect(mean(() => random.binomial(200, 0.3))).toBeCloseTo(60, 0);
  expect(mean(() => random.poisson(0.5))).toBeCloseTo(0.5, 1);
  expect(mean(() => random.poisson(80))).toBeCloseTo(80, 0);
});

test('samples show what happens: a service that is down is not scraped, and counters only grow', () => {
  const plan: MonthPlan = {
    seed: 1,
    days: 1,
    silentNights: new Set(),
    happenings: [{ kind: 'api-down', truth: 'critical', from: 36_000, to: 37_000, level: 1 }],
  };
  const day = new Month(plan).next();
  const series = (start: string) => [...day].filter(([text]) => text.startsWith(start));
  const [, up] = series('up{job="inference-api"')[0] ?? [];
  const offset = (up?.length ?? 0) - 5760;
  expect([2399, 2401, 2467].map((tick) => up?.[offset + tick])).toEqual([1, 0, 1]);
  for (const [, values] of series('inference_requests_total')) {
    expect(values[offset + 2401]).toBeNaN();
    const seen = values.filter((value) => !Number.isNaN(value));
    expect(seen.every((value, index) => index === 0 || value >= (seen[index - 1] ?? 0))).toBe(true);
  }
});

const firing = (alertname: string, from: number, to: number, labels = {}): Firing => ({
  labels: { alertname, severity: 'critical', ...labels },
  from: at(from),
  to: at(to),
});

test('what midnight divides is one firing', () => {
  const seen = (from: number, to: number) => ({
    ...firing('A', from, to),
    state: 'firing' as const,
    activeAt: 0,
  });
  expect(joined([seen(86_000, 86_385), seen(86_400, 86_500)])).toHaveLength(1);
  expect(joined([seen(1000, 1100), seen(1115, 1200)])).toHaveLength(2);
});

test('a group is told after its wait, once while it lasts, and again when it comes back', () => {
  const { routing } = plain();
  const told = messagesOf(routing, [firing('InstanceDown', 100, 400), firing('InstanceDown', 2000, 2300)]);
  const pages = told.filter(({ receiver }) => receiver === 'pager');
  expect(pages.map((page) => [page.at, page.opens])).toEqual([
    [at(105), true],
    [at(2005), true],
  ]);
});

test('what joins a page that is open is told, and opens none', () => {
  const { routing } = plain();
  const told = messagesOf(routing, [
    firing('InstanceDown', 100, 900, { instance: 'a' }),
    firing('InstanceDown', 300, 900, { instance: 'b' }),
  ]);
  expect(told.filter(({ receiver }) => receiver === 'pager').map(({ opens }) => opens)).toEqual([
    true,
    false,
  ]);
});

test('what an inhibition mutes is told once its cause is gone', () => {
  const { routing } = ours();
  const labels = { service: 'redis', signal: 'availability' };
  const target = { service: 'inference-api', endpoint: '/x' };
  const told = messagesOf(routing, [
    firing('RedisDown', 100, 400, labels),
    firing('InferenceAPIHighLatency', 130, 900, target),
  ]);
  const pages = told.filter(({ receiver }) => receiver === 'pager');
  expect(pages.map((page) => page.firings.map((each) => each.labels.alertname))).toEqual([
    ['RedisDown'],
    ['InferenceAPIHighLatency'],
  ]);
  expect(pages[1]?.at).toBeGreaterThan(at(415));
});

test('a score tells pages within incidents from late ones and those outside', () => {
  const plan: MonthPlan = {
    seed: 1,
    days: 1,
    silentNights: new Set(),
    // What rules say in their first hour is not judged.
    watched: { from: -3600, to: 86_400 },
    happenings: [
      { kind: 'errors', truth: 'critical', from: 1000, to: 2000, level: 0.1 },
      { kind: 'error-blip', truth: 'trap', from: 10_000, to: 10_060, level: 0.1 },
      { kind: 'lag', truth: 'warning', from: 20_000, to: 21_000, level: 1 },
    ],
  };
  const contender = plain();
  const score = scoreOf(
    plan,
    contender,
    messagesOf(contender.routing, [
      firing('HighErrorRate', 1100, 1900),
      firing('HighLatency', 1200, 1300),
      firing('InstanceDown', 2100, 2200),
      firing('RedisDown', 10_200, 10_300),
      firing('DiskHigh', 12_000, 13_000, { severity: 'warning' }),
    ]),
  );
  expect(score).toMatchObject({ incidents: 2, heard: 1, missed: ['lag'], critical: 1, pages: 2 });
  expect(score.delays).toEqual([{ kind: 'errors', delay: 105, excess: 15 }]);
  expect(
    [score.late, score.outside, score.warnings].map((all) => all.map(({ alerts }) => alerts[0])),
  ).toEqual([['InstanceDown'], ['RedisDown'], ['DiskHigh']]);
});
