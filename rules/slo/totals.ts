import { seconds } from '../../lib/promql/parse.ts';
import type { RECORDED } from '../recorded.ts';

/**
 * Windows over a day that are read off running totals instead of being added up from every minute. A day and what is
 * shorter stays a sum: it is cheap, and the sum of days is what stands in where the totals are too young.
 */
const MIDDLE_WINDOW = '3d';
const MIDDLE_DAYS = 3;
const DAY = 86_400;

/** What is totalled: its running total, and the windowed series that is read off it. */
const TOTALS = {
  bad: { running: 'slo:bad:running_sum', windowed: 'slo:bad:increase' },
  total: { running: 'slo:total:running_sum', windowed: 'slo:total:increase' },
  history: { running: 'slo:history:running_sum', windowed: 'slo:history:ratio' },
} as const satisfies Record<
  string,
  { readonly running: keyof typeof RECORDED; readonly windowed: keyof typeof RECORDED }
>;
export type Totalled = keyof typeof TOTALS;
export const TOTALLED = Object.keys(TOTALS) as readonly Totalled[];

const START = 'slo:running_sum:start_timestamp';

/** Every series that only the Prometheus that recorded it can read: each replica counts from its own start. */
export const RUNNING_SUMS: readonly (keyof typeof RECORDED)[] = [
  START,
  ...TOTALLED.map((what) => TOTALS[what].running),
];

/** The running total's record. */
export const runningRecord = (what: Totalled): keyof typeof RECORDED => TOTALS[what].running;
export const windowedRecord = (what: Totalled): keyof typeof RECORDED => TOTALS[what].windowed;
export const START_RECORD: keyof typeof RECORDED = START;

/** How long an interruption the totals survive. After a longer one they begin anew. */
const LONGEST_GAP = '1d';
/**
 * Steps in which a sample before an interruption is looked for. No longer than Prometheus's lookback (5 minutes), so
 * that some step sees the very last sample before it.
 */
const STEPS = '5m';
/** How far back a sum of days looks for a window that was not recorded at its own minute. */
const NEARBY = `[9h:${STEPS}]`;
/** Never the sample of this very evaluation: evaluated once more, a rule yields what it recorded. */
const BEFORE = 'offset 1s';

/**
 * When the running totals began, as a Unix time; negative where nothing was measured before them. They begin anew after an interruption that is longer than a day, and where the SLO was measured while they were
 * not recorded: what they missed they can never make up for.
 *
 * @param period longest window of the SLO, such as `30d`
 */
export function startOfTotals(name: string, period: string): string {
  const own = `${START}{slo="${name}"}`;
  const measured = `slo:objective:ratio{slo="${name}"}`;
  const goesOn = `max(last_over_time(${own}[${LONGEST_GAP}:${STEPS}] ${BEFORE})) unless on () max(${measured} ${BEFORE})`;
  const hasPast = `max(last_over_time(${measured}[${LONGEST_GAP}:${STEPS}] offset 1m)) or max(last_over_time(${measured}[${period}:1h] offset 1m))`;
  return `max(${own} ${BEFORE}) or (${goesOn}) or (vector(time()) and on () (${hasPast})) or vector(-time())`;
}

/**
 * A running total: what it was at the last evaluation, before an interruption if there was one, and what came since.
 * @param increment PromQL of what the newest minute adds; nothing where it has no sample
 */
export function runningTotal(name: string, what: Totalled, increment: string): string {
  const own = `${TOTALS[what].running}{slo="${name}"}`;
  return `(max(${own} ${BEFORE}) or max(last_over_time(${own}[${LONGEST_GAP}:${STEPS}] ${BEFORE})) or vector(0)) + (max(${increment}) or vector(0))`;
}

/**
 * What a long window holds: the running total now less what it was when the window began; all of it where nothing came
 * before the window. Where the totals lack a part of the window, or that sample is gone: the sum of the shorter windows
 * that lie in it one after the other.
 *
 * @param window `3d`, or the period of the SLO in days, such as `30d`
 */
export function windowOfTotals(name: string, what: Totalled, window: string): string {
  const { running } = TOTALS[what];
  const own = `${running}{slo="${name}"}`;
  const start = `max(${START}{slo="${name}"})`;
  const length = seconds(window);
  const begun = `(max(${own} offset ${window}) or max(last_over_time(${own}[${LONGEST_GAP}:${STEPS}] offset ${window})))`;
  const difference = `((max(${own}) - ${begun}) and on () (abs(${start}) <= time() - ${length}))`;
  const everything = `(max(${own}) and on () (${start} < ${length} - time()))`;
  const whole = `${difference} or ${everything}`;
  return what === 'history'
    ? `((${whole}) / ${length / 60}) or (${sumOfDays(name, what, window)})`
    : `${whole} or (${sumOfDays(name, what, window)})`;
}

/** The windows of 3 days, and at the end of a day, that lie in a window one after the other. */
function sumOfDays(name: string, what: Totalled, window: string): string {
  const days = seconds(window) / DAY;
  const middle = window === MIDDLE_WINDOW ? 0 : Math.floor(days / MIDDLE_DAYS);
  const parts = [
    ...Array.from({ length: middle }, (_, index) => ({ length: MIDDLE_DAYS, from: index * MIDDLE_DAYS })),
    ...Array.from({ length: days - middle * MIDDLE_DAYS }, (_, index) => ({
      length: 1,
      from: middle * MIDDLE_DAYS + index,
    })),
  ];
  const sum = parts
    .map(({ length, from }) => {
      const own = `${TOTALS[what].windowed}{slo="${name}", window="${length}d"}`;
      const term =
        from === 0
          ? `max(${own}) or vector(0)`
          : `max(${own} offset ${from}d) or max(last_over_time(${own}${NEARBY} offset ${from}d)) or vector(0)`;
      // A share of a window weighs as many days as the window has.
      return what === 'history' && length > 1 ? `${length} * (${term})` : `(${term})`;
    })
    .join(' + ');
  return what === 'history' ? `(${sum}) / ${days}` : sum;
}
