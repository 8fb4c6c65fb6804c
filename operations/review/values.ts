import { duration, seconds } from '../../lib/promql/parse.ts';
import type { ThresholdUnit } from '../../rules/index.ts';

const UNITS: Readonly<Record<ThresholdUnit, string>> = {
  seconds: 's',
  ratio: '',
  times: '×',
  messages: 'messages',
  requests: 'requests',
  events: 'events',
  bytes: 'bytes',
  score: '',
  count: '',
  per_second: '/s',
  burn_rate: '×',
};

/** A threshold with its unit, as exact as it was written: `0.2 s`, `70 %`, `10,000 messages`. */
export function inUnit(value: number, unit: ThresholdUnit | undefined): string {
  if (unit === 'ratio') return share(value);
  const text = value.toLocaleString('en-US', { maximumSignificantDigits: 12 });
  return `${text} ${unit === undefined ? '' : UNITS[unit]}`.trim();
}

/** A share in percent, exact: 0.9995 is `99.95 %`. */
export const share = (value: number): string => `${Number((value * 100).toPrecision(12))} %`;

/** ` (+33 %)`, or nothing where it was zero. */
export function growth(before: number, after: number): string {
  if (before === 0) return '';
  const percent = (100 * (after - before)) / Math.abs(before);
  const text = Math.abs(percent) < 10 ? Number(percent.toPrecision(2)) : Math.round(percent);
  return ` (${percent > 0 ? '+' : '−'}${Math.abs(text).toLocaleString('en-US')} %)`;
}

/** How many words around a change are quoted. */
const CONTEXT = 3;

/** Where two texts differ, with a few words around it: `“for 95 % of requests” → “for 99 % of requests”`. */
export function wording(before: string, after: string): string {
  const [was, is] = [before.split(/\s+/), after.split(/\s+/)];
  const shortest = Math.min(was.length, is.length);
  const first = firstWhere(shortest, (index) => was[index] !== is[index]);
  const last = firstWhere(shortest - first, (index) => was.at(-1 - index) !== is.at(-1 - index));
  const quoted = (words: readonly string[]) => {
    const [from, to] = [Math.max(0, first - CONTEXT), Math.min(words.length, words.length - last + CONTEXT)];
    return `“${from > 0 ? '… ' : ''}${words.slice(from, to).join(' ')}${to < words.length ? ' …' : ''}”`;
  };
  return `${quoted(was)} → ${quoted(is)}`;
}

function firstWhere(end: number, holds: (index: number) => boolean): number {
  for (let index = 0; index < end; index += 1) if (holds(index)) return index;
  return end;
}

/** How much later the longer of two intervals is: `9m45s`. */
export const later = (before: string, after: string): string =>
  duration(Math.round(Math.abs(seconds(after) - seconds(before))));
