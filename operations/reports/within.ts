import { PromqlSyntaxError, parse } from '../../lib/promql/parse.ts';
import { lengthOf, type Period } from './period.ts';

/** Seconds between two evaluations inside a step: the default evaluation interval of the stack. */
const FINEST = 15;
/** Most evaluations of an expression over a whole period: a week at 15 s, a month at a minute. */
const MOST = 50_000;

/** Times of a grid that ends where the period ends, and the seconds that each of its steps covers. */
export interface Grid {
  readonly period: Period;
  readonly step: number;
}

/**
 * A grid whose steps cover a whole period: each point stands for the step that ends there.
 * @param points how many at most; a step is a minute at least.
 */
export function gridOver(period: Period, points: number): Grid {
  const step = Math.max(60, Math.ceil(lengthOf(period) / points));
  const steps = Math.max(1, Math.ceil(lengthOf(period) / step));
  return { step, period: { from: period.to - (steps - 1) * step, to: period.to } };
}

/** Seconds between two evaluations that keep a query over so many seconds within 50,000 of them: 15 at least. */
export const resolutionFor = (seconds: number): number => Math.max(FINEST, Math.ceil(seconds / MOST));

/**
 * An expression's values inside each step as one value.
 * @param resolution seconds between two evaluations. A plain selector needs none: it is read sample by sample.
 */
export function within(fold: 'avg' | 'max' | 'min', expr: string, step: number, resolution = FINEST): string {
  const range = isSelector(expr) ? `${expr}[${step}s]` : `(${expr})[${step}s:${resolution}s]`;
  return `${fold}_over_time(${range})`;
}

/** Whether an expression is a plain selector of an instant, which can be read over a range as it was stored. */
export function isSelector(expr: string): boolean {
  try {
    return parse(expr).kind === 'selector';
  } catch (error) {
    if (error instanceof PromqlSyntaxError) return false;
    throw error;
  }
}
