import { minute } from './format.ts';
import { ReportError } from './report-error.ts';

/** A stretch of time, in Unix seconds. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

export interface PeriodOptions {
  /** `2026-10`. Default: none. */
  readonly month?: string;
  /** ISO time, or a length back from `to` such as `7d`. Default: the fallback. */
  readonly from?: string;
  /** ISO time. Default: now. */
  readonly to?: string;
}

const DAY = 86_400;
const LENGTH = /^(\d+)([mhdw])$/;
const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: DAY, w: 7 * DAY };

/**
 * The period that somebody asked for. A month that has not ended ends now.
 *
 * @param now Unix time in seconds.
 * @param fallback what `from` is where nothing is given: a length such as `1d`, or `month` for the current month.
 * @throws ReportError naming the option.
 */
export function readPeriod({ month, from, to }: PeriodOptions, now: number, fallback: string): Period {
  if (month !== undefined && (from !== undefined || to !== undefined))
    throw new ReportError('--month stands alone: give either it or --from and --to');
  if (month !== undefined) return monthOf(month, now);
  const end = to === undefined ? now : time('to', to);
  if (from === undefined && fallback === 'month' && to === undefined)
    return monthOf(new Date(now * 1000).toISOString().slice(0, 7), now);
  const start = instant('from', from ?? (fallback === 'month' ? '30d' : fallback), end);
  if (start >= end) throw new ReportError(`--from ${minute(start)} must lie before --to ${minute(end)}`);
  return { from: start, to: end };
}

function monthOf(text: string, now: number): Period {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (year === undefined || month === undefined)
    throw new ReportError(`--month ${text} is not a month, such as 2026-10`);
  const from = Date.UTC(Number(year), Number(month) - 1) / 1000;
  if (from >= now) throw new ReportError(`--month ${text} has not begun`);
  return { from, to: Math.min(Date.UTC(Number(year), Number(month)) / 1000, now) };
}

function instant(option: string, text: string, end: number): number {
  const [, amount, unit] = LENGTH.exec(text) ?? [];
  return amount !== undefined && unit !== undefined
    ? end - Number(amount) * (SECONDS[unit] ?? 0)
    : time(option, text);
}

function time(option: string, text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new ReportError(
      `--${option} ${text} is not a time, such as 2026-10-01, 2026-10-01T06:00:00Z or 7d`,
    );
  return Math.floor(ms / 1000);
}

/** Cuts a period at the days of UTC; the first and the last may be shorter. */
export function daysOf({ from, to }: Period): readonly Period[] {
  const found: Period[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min((Math.floor(start / DAY) + 1) * DAY, to);
    found.push({ from: start, to: end });
    start = end;
  }
  return found;
}

export const lengthOf = ({ from, to }: Period): number => to - from;

export const describePeriod = ({ from, to }: Period): string => `${minute(from)} to ${minute(to)} UTC`;
