import { formatInterval, parseInterval, type TimeRange } from './time.ts';

/** Upper bound of the raw interval, and what Grafana rounds it to; both in ms. */
const ROUNDED: readonly (readonly [below: number, interval: number])[] = [
  [10, 1],
  [15, 10],
  [35, 20],
  [75, 50],
  [150, 100],
  [350, 200],
  [750, 500],
  [1500, 1000],
  [3500, 2000],
  [7500, 5000],
  [12_500, 10_000],
  [17_500, 15_000],
  [25_000, 20_000],
  [45_000, 30_000],
  [90_000, 60_000],
  [210_000, 120_000],
  [450_000, 300_000],
  [750_000, 600_000],
  [1_050_000, 900_000],
  [1_500_000, 1_200_000],
  [2_700_000, 1_800_000],
  [5_400_000, 3_600_000],
  [9_000_000, 7_200_000],
  [16_200_000, 10_800_000],
  [32_400_000, 21_600_000],
  [86_400_000, 43_200_000],
  [604_800_000, 86_400_000],
  [1_814_400_000, 604_800_000],
  [3_628_800_000, 2_592_000_000],
];

/** Prometheus answers at most this many points a series. */
const MOST_POINTS = 11_000;

export const roundInterval = (ms: number): number =>
  ROUNDED.find(([below]) => ms < below)?.[1] ?? 31_536_000_000;

export interface Intervals {
  /** Step of the query, and `$__interval`, in ms. */
  step: number;
  /** `$__rate_interval`, in ms. */
  rate: number;
}

export interface IntervalInputs {
  range: TimeRange;
  /** Points that the panel has room for. */
  maxDataPoints: number;
  /** `timeInterval` of the data source: the scrape interval, such as `15s`. */
  scrapeInterval: string;
  /** Smallest step of the panel. */
  panelInterval?: string;
  /** Smallest step of the query; takes the scrape interval's place in `$__rate_interval`. */
  queryInterval?: string;
  intervalFactor?: number;
}

/**
 * As Grafana's Prometheus data source: `$__interval` is range / points, rounded, and at least the smallest step;
 * `$__rate_interval` is the larger of `$__interval` + scrape interval and 4 × scrape interval.
 */
export function intervals(inputs: IntervalInputs): Intervals {
  const { range, scrapeInterval, intervalFactor = 1 } = inputs;
  const scrape = parseInterval(inputs.queryInterval) ?? parseInterval(scrapeInterval) ?? 15_000;
  const least = parseInterval(inputs.queryInterval) ?? parseInterval(inputs.panelInterval) ?? scrape;
  const length = range.to - range.from;
  const safe = roundInterval(length / MOST_POINTS);
  const interval = Math.max(least, roundInterval(length / Math.max(1, inputs.maxDataPoints)), safe);
  return { step: interval * intervalFactor, rate: Math.max(interval + scrape, 4 * scrape) };
}

/** Both ends rounded down to a multiple of the step, so that a refresh asks for the same points. */
export function alignRange(range: TimeRange, step: number): TimeRange {
  return { from: Math.floor(range.from / step) * step, to: Math.floor(range.to / step) * step };
}

/** Values of the built-in variables of a query. */
export function builtIns(range: TimeRange, { step, rate }: Intervals): Record<string, string> {
  const seconds = Math.round((range.to - range.from) / 1000);
  return {
    __interval: formatInterval(step),
    __interval_ms: String(step),
    __rate_interval: formatInterval(rate),
    __rate_interval_ms: String(rate),
    __range: `${seconds}s`,
    __range_s: String(seconds),
    __range_ms: String(seconds * 1000),
    __from: String(range.from),
    __to: String(range.to),
  };
}
