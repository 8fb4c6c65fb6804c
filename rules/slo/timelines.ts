import type { Slo } from '../../catalogue/slos.ts';
import { duration, seconds } from '../../lib/promql/parse.ts';
import type { InputSeries, Phase, Timeline } from '../alert.ts';
import { type BurnWindow, factor } from './windows.ts';

/** Events a second, far over any minimum. */
const BUSY = 10;
/** promtool reads 10,000 samples of a series at most: seven days of minutes. */
const LONGEST_CLEAN = 3 * 86_400;
/** How much of its window a young SLO has been measured for. */
const FRESH = 0.9;
/** The staged sums count one sample a minute. */
const MINUTE = 60;

/**
 * Boundary cases of a burn alert: for each of its window pairs just over the factor, and just under it. They begin
 * at the short rates that everything else is staged on; what those make of raw metrics has tests of its own.
 */
export function burnTimelines(name: string, slo: Slo, rows: readonly BurnWindow[]): Timeline[] {
  const labels = `{slo="${name}", service="${slo.service}", team="${slo.team}"}`;
  // Recorded each minute from the start on: how long the SLO has been measured for.
  const measured: readonly InputSeries[] = [
    { series: `slo:objective:ratio${labels}`, kind: 'gauge', value: slo.objective },
  ];
  const events: Behaviour = (share, perSecond) => [
    ...measured,
    { series: `slo:bad:rate1m${labels}`, kind: 'gauge', value: share * perSecond },
    { series: `slo:total:rate1m${labels}`, kind: 'gauge', value: perSecond },
  ];
  const minutes: Behaviour = (share) => [
    ...measured,
    { series: `slo:slice_bad:bool${labels}`, kind: 'gauge', value: share },
  ];
  return rows.flatMap((row) =>
    slo.kind === 'events'
      ? eventCases(slo, row, rows, events)
      : sliceCases(slo, row, rows, minutes, measured),
  );
}

type Behaviour = (badShare: number, perSecond: number) => readonly InputSeries[];

const timeline = (name: string, phases: readonly Phase[], fires = false): Timeline => ({
  name,
  phases: () => phases,
  fires,
  evaluate: '1m',
  onlyAtEnd: true,
});

function eventCases(slo: Slo, row: BurnWindow, rows: readonly BurnWindow[], sample: Behaviour): Timeline[] {
  const limit = factor(row, slo.windowDays) * (1 - slo.objective);
  const long = seconds(row.long);
  const short = seconds(row.short);
  /** Whether another pair stays quiet at a burn that this one sees, measured for nine tenths of its long window. */
  const isUnder = (each: BurnWindow, burn: number) =>
    (burn / FRESH) * Math.min(1, (FRESH * long) / seconds(each.long)) <
    factor(each, slo.windowDays) * (1 - slo.objective);
  const over = Math.min(limit * 1.02, 1);
  const phase = (lasts: number, share: number, perSecond = BUSY): Phase => ({
    lasts: duration(lasts),
    series: sample(share, perSecond),
  });
  // Busier clean time before keeps the pairs with longer windows below their own factors.
  const clean = phase(Math.min(6 * long, LONGEST_CLEAN), 0, BUSY * 4);
  const rate = slo.minimumEvents / long;
  return [
    timeline(`just over the burn rate of ${row.long}`, [clean, phase(long + 600, over)], true),
    timeline(`just under the burn rate of ${row.long}`, [clean, phase(long + 600, limit * 0.98)]),
    timeline(`over it in ${row.long}, but no longer in ${row.short}`, [
      clean,
      phase(long, Math.min(over * 1.5, 1)),
      phase(short + 600, 0),
    ]),
    timeline(`over it in ${row.short}, but not in ${row.long}`, [clean, phase(long, 0), phase(short, over)]),
    // The newest two samples hold them all.
    timeline(
      `just enough events in ${row.long}`,
      [phase(long, 0, 0), phase(MINUTE, over, slo.minimumEvents / (2 * MINUTE))],
      true,
    ),
    timeline(`too few events in ${row.long}`, [phase(long, over, rate * 0.95)]),
    timeline(`no traffic for ${row.long}`, [phase(long + 600, 0, 0)]),
    // Of a short period the pairs have one factor: what is short of it in a young window can be over it in another.
    ...[1.02, 0.98]
      .filter((beyond) => beyond > 1 || rows.every((each) => each === row || isUnder(each, limit * beyond)))
      .map((beyond) =>
        timeline(
          `${beyond > 1 ? 'just over' : 'just under'} it, measured for nine tenths of ${row.long}`,
          [phase(long * FRESH, Math.min((limit * beyond) / FRESH, 1))],
          beyond > 1,
        ),
      ),
  ];
}

function sliceCases(
  slo: Slo,
  row: BurnWindow,
  rows: readonly BurnWindow[],
  sample: Behaviour,
  measured: readonly InputSeries[],
): Timeline[] {
  const long = seconds(row.long) / MINUTE;
  const short = seconds(row.short) / MINUTE;
  const allowed = (each: BurnWindow) => factor(each, slo.windowDays) * (1 - slo.objective);
  const exceeding = (minutes: number, each = row) => Math.floor(allowed(each) * minutes + 1e-9) + 1;
  const phase = (minutes: number, bad: number): Phase => ({
    lasts: duration(minutes * MINUTE),
    series: sample(bad, 0),
  });
  // Older bad minutes, calm that silences the pair with the next shorter windows, and just enough new ones.
  const recent = exceeding(short);
  const fresh = (bad: number, calm: number): Phase[] => [
    phase(Math.max(bad - recent, 1), 1),
    phase(short, 0),
    phase(Math.min(recent, bad), 1),
    phase(calm, 0),
  ];
  const course = (bad: number, calm: number): Phase[] => [
    phase(Math.min(6 * long, LONGEST_CLEAN / MINUTE), 0),
    ...fresh(bad, calm),
  ];
  const withoutData: Phase = { lasts: row.long, series: measured };
  const needed = exceeding(long);
  // A calm that ends inside the short window: the newest bad minutes still count.
  const calm = Math.max(1, Math.floor(short / 4));
  return [
    timeline(`${needed} bad minutes in ${row.long}`, course(needed, calm), true),
    timeline(`${needed - 1} bad minutes in ${row.long}`, course(needed - 1, calm)),
    // Twice as many would fire another pair of the same alert where both allow as many minutes.
    ...(rows.every((each) => each === row || needed * 2 < exceeding(seconds(each.long) / MINUTE, each))
      ? [timeline(`over it in ${row.long}, but no longer in ${row.short}`, course(needed * 2, short))]
      : []),
    // A sample at each end: one more than minutes have passed.
    timeline(`${slo.minimumEvents - 1} minutes with data`, [withoutData, phase(slo.minimumEvents - 2, 1)]),
    timeline(`${slo.minimumEvents} minutes with data`, [withoutData, phase(slo.minimumEvents - 1, 1)], true),
    timeline(`${needed} bad minutes since a fresh start`, fresh(needed, calm), true),
    timeline(`${needed - 1} bad minutes since a fresh start`, fresh(needed - 1, calm)),
  ];
}
