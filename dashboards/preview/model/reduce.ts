import type { Cell } from './frame.ts';

type Numbers = readonly number[];

const sum = (n: Numbers) => n.reduce((total, value) => total + value, 0);
const mean = (n: Numbers) => sum(n) / n.length;
const least = (n: Numbers) => n.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const most = (n: Numbers) => n.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

function quantile(numbers: Numbers, q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

function variance(n: Numbers): number {
  const average = mean(n);
  return mean(n.map((value) => (value - average) ** 2));
}

/** Grafana's calculations over the numbers of a field, nulls left out. */
const NUMERIC: Readonly<Record<string, (n: Numbers) => number>> = {
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
  delta: (n) =>
    n.reduce((total, value, i) => {
      const before = n[i - 1];
      return before === undefined ? total : total + (value >= before ? value - before : value);
    }, 0),
  diff: (n) => (n.at(-1) ?? 0) - (n[0] ?? 0),
  diffperc: (n) => ((n.at(-1) ?? 0) - (n[0] ?? 0)) / (n[0] ?? 1),
  step: (n) => least(n.slice(1).map((value, i) => value - (n[i] ?? 0))),
  stdDev: (n) => Math.sqrt(variance(n)),
  variance,
  logmin: (n) => least(n.filter((value) => value > 0)),
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
      return values.length;
    case 'distinctCount':
      return new Set(values).size;
    case 'changeCount':
      return values.filter((v, i) => i > 0 && v !== values[i - 1]).length;
    case 'allIsZero':
      return values.every((v) => v === 0) ? 1 : 0;
    default: {
      const numbers = values.filter(isNumber);
      if (numbers.length === 0) return null;
      const percentile = /^p(\d{1,2})$/.exec(calc)?.[1];
      const result = percentile ? quantile(numbers, Number(percentile) / 100) : NUMERIC[calc]?.(numbers);
      return result === undefined || Number.isNaN(result) ? null : result;
    }
  }
}

export const calcTitle = (calc: string): string => CALC_TITLES[calc] ?? calc;
