import { describe, expect, it } from 'vitest';
import { alignRange, builtIns, intervals, roundInterval } from '../../../preview/model/interval.ts';
import { formatInterval, parseInterval, parseTime } from '../../../preview/model/time.ts';

const range = (seconds: number) => ({ from: 0, to: seconds * 1000 });

describe('intervals', () => {
  it.each([
    [3600, 1000, {}, 15_000, 60_000],
    [3600, 100, {}, 30_000, 60_000],
    [86_400, 600, {}, 120_000, 135_000],
    [2_592_000, 1000, {}, 1_800_000, 1_815_000],
    [3600, 1000, { panelInterval: '1m' }, 60_000, 75_000],
    [3600, 1000, { queryInterval: '1m' }, 60_000, 240_000],
    [3600, 1000, { queryInterval: '5s' }, 5000, 20_000],
    [3600, 1000, { scrapeInterval: '30s' }, 30_000, 120_000],
  ])('%d s over %d points with %o: step %d, rate %d', (seconds, maxDataPoints, more, step, rate) => {
    expect(intervals({ range: range(seconds), maxDataPoints, scrapeInterval: '15s', ...more })).toEqual({
      step,
      rate,
    });
  });

  it('never asks for more points than Prometheus answers', () => {
    const { step } = intervals({ range: range(2_592_000), maxDataPoints: 1e9, scrapeInterval: '15s' });
    expect(2_592_000_000 / step).toBeLessThanOrEqual(11_000);
  });

  it('rounds as Grafana does', () => {
    expect([1499, 1500, 89_999, 90_000, 4e9].map(roundInterval)).toEqual([
      1000, 2000, 60_000, 120_000, 31_536_000_000,
    ]);
  });

  it('aligns both ends to the step', () => {
    expect(alignRange({ from: 100_500, to: 200_999 }, 15_000)).toEqual({ from: 90_000, to: 195_000 });
  });

  it('fills in the built-in variables', () => {
    expect(builtIns(range(3600), { step: 15_000, rate: 60_000 })).toMatchObject({
      __interval: '15s',
      __interval_ms: '15000',
      __rate_interval: '1m',
      __range: '3600s',
      __range_s: '3600',
      __range_ms: '3600000',
    });
  });
});

describe('times', () => {
  const now = Date.UTC(2026, 0, 15, 12, 34, 56);

  it.each([
    ['now', false, '2026-01-15T12:34:56.000Z'],
    ['now-6h', false, '2026-01-15T06:34:56.000Z'],
    ['now-1M', false, '2025-12-15T12:34:56.000Z'],
    ['now/d', false, '2026-01-15T00:00:00.000Z'],
    ['now/d', true, '2026-01-15T23:59:59.999Z'],
    ['now-1d/d', false, '2026-01-14T00:00:00.000Z'],
    ['now/w', false, '2026-01-11T00:00:00.000Z'],
    ['now/h', false, '2026-01-15T12:00:00.000Z'],
    ['1768478400000', false, '2026-01-15T12:00:00.000Z'],
    ['2026-01-15 12:00:00', false, '2026-01-15T12:00:00.000Z'],
    ['2026-01-15T12:00:00+02:00', false, '2026-01-15T10:00:00.000Z'],
  ])('%s (up: %s) is %s', (text, up, iso) => {
    expect(new Date(parseTime(text, now, up) ?? 0).toISOString()).toBe(iso);
  });

  it.each([
    ['2026-01-15 12:00:00', false, 'Europe/Berlin', '2026-01-15T11:00:00.000Z'],
    ['2026-07-15 12:00:00', false, 'Europe/Berlin', '2026-07-15T10:00:00.000Z'],
    ['2026-01-15T12:00:00Z', false, 'Europe/Berlin', '2026-01-15T12:00:00.000Z'],
    ['now/d', false, 'Asia/Tokyo', '2026-01-14T15:00:00.000Z'],
    ['now/d', true, 'America/New_York', '2026-01-16T04:59:59.999Z'],
    ['now-6h', false, 'Asia/Tokyo', '2026-01-15T06:34:56.000Z'],
    // Across the end of summer time a day has 25 hours.
    ['now-90d/d', false, 'Europe/Berlin', '2025-10-16T22:00:00.000Z'],
  ])('%s (up: %s) in %s is %s', (text, up, zone, iso) => {
    expect(new Date(parseTime(text, now, up, zone) ?? 0).toISOString()).toBe(iso);
  });

  it('knows what is no time', () => {
    expect(['now-', 'yesterday', 'now-5q'].map((text) => parseTime(text, now))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('reads and writes intervals', () => {
    expect(['1h30m', '>1m', '15', '100ms', 'soon', ''].map(parseInterval)).toEqual([
      5_400_000,
      60_000,
      15_000,
      100,
      undefined,
      undefined,
    ]);
    expect([60_000, 75_000, 86_400_000, 500].map(formatInterval)).toEqual(['1m', '75s', '1d', '500ms']);
  });
});
