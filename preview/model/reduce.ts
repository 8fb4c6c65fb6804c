import type { Cell } from './frame.ts';

type Numbers = readonly number[];

const sum = (n: Numbers) => n.reduce((total, value) => total + value, 0);
const mean = (n: Numbers) => sum(n) / n.length;
const least = (n: Numbers) => n.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const most = (n: Numbers) => n.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

function quantile(numbers: Numbers, q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  // Grafana takes the value at this place, without a mean of two.
  return sorted[Math.round((sorted.length - 1) * q)] ?? Number.NaN;
}

function variance(n: Numbers): number {
  const average = mean(n);
  return mean(n.map((value) => (value - average) ** 2));
}

/** Grafana's calculations over the numbers of a field, nulls left out; undefined where there are too few. */
const NUMERIC: Readonly<Record<string, (n: Numbers) => number | undefined>> = {
  sum,
  mean,
  min: least,
  max: most,
  median: (n) => {
    const sorted = [...n].sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    const upper = sorted[half] ?? Number.NaN;
    return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
  },
  range: (n) => most(n) - least(n),
  // What grows between two samples, but for the first step after a fall, which may be a reset.
  delta: (n) =>
    n.reduce((total, value, i) => {
      const [before, earlier] = [n[i - 1], n[i - 2]];
      if (before === undefined || value < before) return total;
      return earlier !== undefined && earlier > before ? total : total + value - before;
    }, 0),
  diff: (n) => (n.at(-1) ?? 0) - (n[0] ?? 0),
  diffperc: (n) => (100 * ((n.at(-1) ?? 0) - (n[0] ?? 0))) / (n[0] ?? 1),
  step: (n) => (n.length < 2 ? undefined : least(n.slice(1).map((value, i) => value - (n[i] ?? 0)))),
  stdDev: (n) => Math.sqrt(variance(n)),
  variance,
  logmin: (n) => Math.min(Number.MAX_VALUE, least(n.filter((value) => value > 0))),
};

/** What Grafana says of a field that has nothing but nulls. */
const OF_NULLS: Readonly<Record<string, number>> = {
  count: 0,
  sum: 0,
  median: Number.NaN,
  delta: 0,
  diffperc: 0,
  variance: 0,
  stdDev: 0,
  distinctCount: 0,
  changeCount: 0,
  logmin: Number.MAX_VALUE,
};

export const CALC_TITLES: Readonly<Record<string, string>> = {
  lastNotNull: 'Last *',
  last: 'Last',
  firstNotNull: 'First *',
  first: 'First',
  min: 'Min',
  max: 'Max',
  mean: 'Mean',
  median: 'Median',
  sum: 'Total',
  count: 'Count',
  range: 'Range',
  delta: 'Delta',
  diff: 'Difference',
  diffperc: 'Difference percent',
  stdDev: 'StdDev',
  variance: 'Variance',
  distinctCount: 'Distinct Count',
  changeCount: 'Change Count',
  step: 'Step',
  logmin: 'Min (above zero)',
};

const isNumber = (value: Cell): value is number => typeof value === 'number' && !Number.isNaN(value);

/** One value of many. Null where there is nothing to calculate from, or the calculation is not known. */
export function reduce(values: readonly Cell[], calc: string): Cell {
  const there = values.filter((value) => value !== null);
  if (values.length === 0) return ['sum', 'count', 'allIsZero'].includes(calc) ? 0 : null;
  if (there.length === 0 && calc in OF_NULLS) return OF_NULLS[calc] ?? null;
  switch (calc) {
    case 'last':
      return values.at(-1) ?? null;
    case 'first':
      return values[0] ?? null;
    case 'lastNotNull':
      return values.findLast((v) => v !== null && !Number.isNaN(v)) ?? null;
    case 'firstNotNull':
      return values.find((v) => v !== null && !Number.isNaN(v)) ?? null;
    case 'count':
      return there.length;
    case 'distinctCount':
      return new Set(there).size;
    case 'changeCount':
      return there.filter((v, i) => i > 0 && v !== there[i - 1]).length;
    case 'allIsZero':
      return there.length > 0 && there.every((v) => v === 0) ? 1 : 0;
    default: {
      const numbers = values.filter(isNumber);
      if (numbers.length === 0) return null;
      const percentile = /^p(\d{1,2})$/.exec(calc)?.[1];
      const result = percentile ? quantile(numbers, Number(percentile) / 100) : NUMERIC[calc]?.(numbers);
      return result ?? null;
    }
  }
}

export const calcTitle = (calc: string): string => CALC_TITLES[calc] ?? calc;
