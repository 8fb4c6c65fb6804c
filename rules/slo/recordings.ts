import type { EventSlo, SliceSlo, Slo } from '../../catalogue/slos.ts';
import { duration, seconds } from '../../lib/promql/parse.ts';
import type { Recording } from '../alert.ts';
import { RECORDED } from '../recorded.ts';
import {
  runningRecord,
  runningTotal,
  START_RECORD,
  startOfTotals,
  TOTALLED,
  type Totalled,
  windowedRecord,
  windowOfTotals,
} from './totals.ts';
import { RECORDED_WINDOWS } from './windows.ts';

/** Interval of the SLO groups: the staged sums count on one sample a minute. */
export const SLO_INTERVAL = '1m';
const STEP = seconds(SLO_INTERVAL);
/** How often a service is scraped whose interval nobody says. */
export const DEFAULT_SCRAPE_INTERVAL = '15s';

/**
 * How windows over a day are counted: `sums` adds up every minute of them anew, `totals` takes the difference of two
 * running totals.
 */
export const LONG_WINDOWS = ['sums', 'totals'] as const;
export type LongWindows = (typeof LONG_WINDOWS)[number];
/** Windows that are always sums, besides what `RECORDED_WINDOWS` has of shorter ones. */
const LONGEST_SUM = 86_400;

export const sloGroup = (name: string): string => `slo-${name}`;

/**
 * Range of the short rate that every window is staged on. A rate counts from the first sample in its range to the
 * last, one scrape interval less than the range. A minute and an interval count one minute: each rate goes on
 * where that of the minute before ends, so that their sum counts everything once. Where scrapes come less often
 * than evaluations, the range holds two of them.
 */
export function baseRange(scrapeInterval: string): string {
  const interval = seconds(scrapeInterval);
  return duration(Math.max(STEP, interval) + interval);
}

/**
 * The recording rules of an SLO. Raw data is read over the last minute only; every window adds up those short
 * rates, so that it is weighted by events and costs one series each for bad and all.
 *
 * @param scrapeInterval how often the service of the SLO is scraped. Default: 15s.
 * @param longWindows how windows over a day are counted. Default: as sums.
 */
export function sloRecordings(
  name: string,
  slo: Slo,
  scrapeInterval: string = DEFAULT_SCRAPE_INTERVAL,
  longWindows: LongWindows = 'sums',
): Recording[] {
  const labels = { slo: name, service: slo.service, team: slo.team };
  const rule = (record: keyof typeof RECORDED, expr: string, window?: string): Recording => ({
    record,
    group: sloGroup(name),
    expr,
    labels: window ? { ...labels, window } : labels,
    help: RECORDED[record].help,
  });
  const period = `${slo.windowDays}d`;
  const windows = [...RECORDED_WINDOWS, period];
  const one = `{slo="${name}"}`;
  const at = (window: string) => `{slo="${name}", window="${window}"}`;
  const budget = Number((1 - slo.objective).toPrecision(10));
  const isLong = (window: string) => longWindows === 'totals' && seconds(window) > LONGEST_SUM;
  const windowed = (what: Totalled, window: string) =>
    rule(
      windowedRecord(what),
      isLong(window) ? windowOfTotals(name, what, window) : sumOfWindow(slo.kind, name, what, window),
      window,
    );
  return [
    rule('slo:objective:ratio', `vector(${slo.objective})`),
    ...(slo.kind === 'events' ? eventBase(name, slo, baseRange(scrapeInterval), rule) : sliceBase(slo, rule)),
    ...(longWindows === 'totals'
      ? [
          rule(START_RECORD, startOfTotals(name, period)),
          ...TOTALLED.map((what) =>
            rule(runningRecord(what), runningTotal(name, what, sumOf(slo.kind, name, what, SLO_INTERVAL))),
          ),
        ]
      : []),
    ...windows.flatMap((window) => [windowed('bad', window), windowed('total', window)]),
    ...windows.map((window) => windowed('history', window)),
    // One rule for all windows: both sides carry the label `window`.
    rule('slo:error:ratio', `slo:bad:increase${one} / (slo:total:increase${one} > 0)`),
    // Failures weigh by what the whole window lets expect: after a fresh start the first blip is no lasting burn.
    rule('slo:burn_rate:ratio', `slo:error:ratio${one} * slo:history:ratio${one} / ${budget}`),
    rule('slo:compliance:ratio', `1 - max(slo:error:ratio${at(period)})`),
    rule('slo:current_burn_rate:ratio', `max(slo:burn_rate:ratio${at('1h')}) or vector(0)`),
    rule('slo:error_budget_remaining:ratio', `1 - (max(slo:burn_rate:ratio${at(period)}) or vector(0))`),
    rule(
      'slo:error_budget_exhaustion:seconds',
      `clamp_min(slo:error_budget_remaining:ratio${one}, 0) * ${slo.windowDays * 86_400} / (slo:current_burn_rate:ratio${one} > 0)`,
    ),
  ];
}

type Rule = (record: keyof typeof RECORDED, expr: string) => Recording;

function eventBase(name: string, slo: EventSlo, range: string, rule: Rule): Recording[] {
  const bad = numberOrNone(slo.bad.replaceAll('$window', range));
  const total = numberOrNone(slo.total.replaceAll('$window', range));
  if (slo.probe === undefined) return [rule('slo:bad:rate1m', bad), rule('slo:total:rate1m', total)];
  const failed = `max(slo:probe_failed:bool{slo="${name}"})`;
  const weight = `max(slo:probe_weight:rate1d{slo="${name}"})`;
  // A dead minute weighs at least as much as if the minimum of events came in an hour.
  const least = Number((slo.minimumEvents / 3600).toPrecision(6));
  return [
    rule(
      'slo:probe_weight:rate1d',
      `clamp_min(max(avg_over_time(slo:total:rate1m{slo="${name}"}[1d])) or vector(0), ${least})`,
    ),
    // Requests that are answered show that it is the prober, not the service, that is cut off.
    rule(
      'slo:probe_failed:bool',
      `(1 - clamp(${slo.probe}, 0, 1) or vector(0)) * (${total} < bool ${weight} / 2)`,
    ),
    rule('slo:bad:rate1m', `${bad} * (1 - ${failed}) + ${failed} * ${weight}`),
    rule('slo:total:rate1m', `${total} * (1 - ${failed}) + ${failed} * ${weight}`),
  ];
}

/** Events a second; 0 where there is no series, or no number: one NaN or Inf in a sum would stay for the whole period. */
const numberOrNone = (rate: string): string => `((${rate}) >= 0 < Inf or vector(0))`;

/** NaN compares as false, which would make the minute good: it is left out, like a minute without a sample. */
function sliceBase(slo: SliceSlo, rule: Rule): Recording[] {
  const missed = slo.bound.op === '<' ? '>=' : '<=';
  return [rule('slo:slice_bad:bool', `((${slo.level}) > -Inf) ${missed} bool ${slo.bound.value}`)];
}

/** What every minute of a window adds up to: bad and all events or minutes, and the minutes that were measured. */
export function sumOf(kind: Slo['kind'], name: string, what: Totalled, window: string): string {
  const over = (series: string) => `${series}{slo="${name}"}[${window}]`;
  // The objective is recorded each minute, so its samples are the minutes that the SLO has been measured for.
  if (what === 'history') return `count_over_time(${over('slo:objective:ratio')})`;
  // Each short rate stands for its minute.
  if (kind === 'events') return `${STEP} * sum_over_time(${over(`slo:${what}:rate1m`)})`;
  return `${what === 'bad' ? 'sum_over_time' : 'count_over_time'}(${over('slo:slice_bad:bool')})`;
}

/** What is recorded of a window, added up from its minutes: bad, all, and the share that was measured. */
export function sumOfWindow(kind: Slo['kind'], name: string, what: Totalled, window: string): string {
  const sum = sumOf(kind, name, what, window);
  return what === 'history' ? `${sum} / ${seconds(window) / STEP}` : sum;
}
