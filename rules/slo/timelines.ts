import type { Slo } from '../../catalogue/slos.ts';
import type { Phase, Timeline } from '../alert.ts';
import { duration, seconds } from '../promql/parse.ts';
import type { SloSample } from './sample.ts';
import { type BurnWindow, factor } from './windows.ts';

/** Events a second, far over any minimum. */
const BUSY = 10;

/** Boundary cases of a burn alert: for each of its window pairs just over the factor, and just under it. */
export function burnTimelines(
  name: string,
  slo: Slo,
  rows: readonly BurnWindow[],
  sample: SloSample,
): Timeline[] {
  const cases = rows.flatMap((row) =>
    slo.kind === 'events' ? eventCases(slo, row, sample) : sliceCases(slo, row, sample),
  );
  return cases.map((timeline) => ({ ...timeline, name: `${name}: ${timeline.name}`, evaluate: '1m' }));
}

const phase = (lasts: number, series: Phase['series']): Phase => ({ lasts: duration(lasts), series });

function eventCases(slo: Slo, row: BurnWindow, sample: SloSample): Timeline[] {
  const limit = factor(row, slo.windowDays) * (1 - slo.objective);
  const long = seconds(row.long);
  const over = Math.min(limit * 1.02, 1);
  const quiet = slo.minimumEvents / long;
  // A clean time before keeps the other pair of windows below its own factor.
  const clean = (times: number) => phase(long * times, sample(0, BUSY * 3));
  const course = (share: number, perSecond = BUSY): Phase[] => [
    clean(6),
    phase(long, sample(share, perSecond)),
  ];
  const few = (share: number): Phase[] => [phase(long, sample(share, quiet * 0.95))];
  const enough = (share: number): Phase[] => [phase(long + 300, sample(share, quiet * 1.04))];
  return [
    { name: `just over ${row.long}`, phases: () => course(over), fires: true },
    { name: `just under ${row.long}`, phases: () => course(limit * 0.98) },
    {
      name: `recovered for ${row.short}`,
      phases: () => [...course(over), phase(seconds(row.short) + 300, sample(0, BUSY))],
    },
    { name: `too few events in ${row.long}`, phases: () => few(over) },
    { name: `just enough events in ${row.long}`, phases: () => enough(over), fires: true },
  ];
}

function sliceCases(slo: Slo, row: BurnWindow, sample: SloSample): Timeline[] {
  const minutes = seconds(row.long) / 60;
  const limit = factor(row, slo.windowDays) * (1 - slo.objective) * minutes;
  const needed = Math.floor(limit + 1e-9) + 1;
  const short = seconds(row.short) / 60;
  // Minutes of calm after the bad ones that silence the next shorter pair, and leave this one firing.
  const calm = Math.floor(short / 3);
  const course = (bad: number): Phase[] => [
    phase(minutes * 60 * 2, sample(0, BUSY)),
    phase(bad * 60, sample(1, BUSY)),
    phase(calm * 60, sample(0, BUSY)),
  ];
  return [
    { name: `${needed} bad minutes in ${row.long}`, phases: () => course(needed), fires: true },
    { name: `${needed - 1} bad minutes in ${row.long}`, phases: () => course(needed - 1) },
    {
      name: `recovered for ${row.short}`,
      phases: () => [...course(needed), phase(seconds(row.short), sample(0, BUSY))],
    },
  ];
}
