import { seconds } from '../../lib/promql/parse.ts';
import type { InputSeries, Phase } from '../alert.ts';

/**
 * Where the tests' clock begins: any time that leaves room for timestamps before it. This one begins a block of
 * 162 hours, so that the days after it take as few blocks as possible.
 */
export const START = 1_728_021_600;

/** A series and its samples in promtool's notation. */
export interface Samples {
  readonly series: string;
  readonly values: string;
}

/**
 * Lays phases end to end, in promtool's notation. A gauge jumps at the start of a phase; a counter goes on from
 * where it is, so that its new pace shows from the first sample after the start of a phase.
 */
export function layOut(
  phases: readonly Phase[],
  interval: number,
  vanishing: 'stale' | 'gap' = 'stale',
): Samples[] {
  const names = new Set(phases.flatMap((phase) => phase.series.map((each) => each.series)));
  return [...names].map((name) => ({ series: name, values: values(name, phases, interval, vanishing) }));
}

function values(
  name: string,
  phases: readonly Phase[],
  interval: number,
  vanishing: 'stale' | 'gap',
): string {
  const parts: string[] = [];
  let total = 0;
  let time = 0;
  let present = false;
  for (const [index, phase] of phases.entries()) {
    const samples = Math.round(seconds(phase.lasts) / interval);
    const found = phase.series.find((each) => each.series === name);
    // The last phase has a sample at its end too.
    const count = index === phases.length - 1 ? samples + 1 : samples;
    if (count > 0) {
      if (found === undefined) parts.push(absence(count, present && vanishing === 'stale'));
      else if (found.kind === 'counter') parts.push(run(total, found.value * interval, count));
      else parts.push(run(first(found, time), slope(found) * interval, count));
    }
    if (found?.kind === 'counter') total += found.value * samples * interval;
    present = found !== undefined;
    time += samples * interval;
  }
  return parts.join(' ');
}

const first = (series: InputSeries, time: number): number =>
  series.kind === 'age' ? START + time - series.value : series.value;
const slope = (series: InputSeries): number => (series.kind === 'age' ? 1 : (series.slope ?? 0));

function absence(count: number, marked: boolean): string {
  if (!marked) return count === 1 ? '_' : `_x${count}`;
  return count === 1 ? 'stale' : `stale _x${count - 1}`;
}

/** `count` samples from `start` on, `step` apart; what is no number has no short notation. */
function run(start: number, step: number, count: number): string {
  if (!Number.isFinite(start))
    return Array(count)
      .fill(Number.isNaN(start) ? 'NaN' : 'Inf')
      .join(' ');
  if (count === 1) return String(start);
  const sign = step < 0 ? '-' : '+';
  return `${plain(start)}${sign}${plain(Math.abs(step))}x${count - 1}`;
}

/** A number without an exponent's sign, which the notation would take for a step. */
const plain = (value: number): string => {
  const text = String(value);
  return /e/i.test(text) ? value.toFixed(20).replace(/\.?0+$/, '') : text;
};
