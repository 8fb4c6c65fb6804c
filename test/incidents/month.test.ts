import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MonthPlan } from '../../bench/month/plan.ts';
import { ours, plain } from '../../bench/month/rules.ts';
import { judge, writeMonth } from '../../bench/month/run.ts';
import type { Score } from '../../bench/month/score.ts';

const minutes = (hour: number, minute: number) => (hour * 60 + minute) * 60;
const event = (
  kind: string,
  truth: 'critical' | 'warning' | 'trap',
  from: number,
  lasts: number,
  level = 1,
) => ({
  kind,
  truth,
  from,
  to: from + lasts,
  level,
});

/** Some hours of a month: a silent night with traps, dawn, and an incident of each urgency. `make bench` has days. */
const HOURS: MonthPlan = {
  seed: 11,
  days: 1,
  silentNights: new Set([0]),
  happenings: [
    // Half an hour of slow requests, of which there is one in ten minutes.
    event('slow-blip', 'trap', minutes(3, 2), 1800, 5),
    event('restart', 'trap', minutes(3, 10), 40),
    event('scrape-gap', 'trap', minutes(3, 40), 120),
    event('target-blip', 'trap', minutes(4, 10), 35),
    event('lag-spike', 'trap', minutes(4, 40), 60, 15_000),
    event('lag', 'warning', minutes(5, 10), 900, 20_000),
    event('errors', 'critical', minutes(7, 35), 1200, 0.1),
  ],
  watched: { from: minutes(2, 0), to: minutes(8, 15) },
};

const folder = mkdtempSync(join(tmpdir(), 'month-'));
let own: Score;
let bounds: Score;

beforeAll(async () => {
  await writeMonth(HOURS, folder);
  own = await judge(HOURS, folder, ours());
  bounds = await judge(HOURS, folder, plain());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every incident is heard of, in time', () => {
  expect(own.missed).toEqual([]);
  for (const { kind, delay } of own.delays) expect(delay, kind).toBeLessThan(kind === 'lag' ? 240 : 180);
});

test('a silent night, traps and dawn wake nobody, where plain bounds do', () => {
  expect(own.outside).toEqual([]);
  expect(own.warnings).toEqual([]);
  expect(bounds.outside.map(({ alerts }) => alerts[0]).join()).toMatch(/HighLatency/);
});
