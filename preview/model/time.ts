import { timePattern } from './units-time.ts';

/** An absolute range, in milliseconds since the epoch. */
export interface TimeRange {
  from: number;
  to: number;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** Milliseconds of `30s`, `1h30m`, `>1m` or a bare number of seconds; undefined for anything else. */
export function parseInterval(text: string | undefined): number | undefined {
  const trimmed = (text ?? '').replace(/^[>\s]+/, '').trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!/^(\d+(\.\d+)?(ms|[smhdwMy]))+$/.test(trimmed)) return undefined;
  return [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwMy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0),
    0,
  );
}

/** A duration as PromQL and Grafana write it: the largest unit that divides it. */
export function formatInterval(ms: number): string {
  for (const unit of ['y', 'd', 'h', 'm', 's']) {
    const size = UNIT_MS[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${Math.round(ms)}ms`;
}

function startOf(ms: number, unit: string, up: boolean): number {
  const date = new Date(ms);
  date.setUTCMilliseconds(0);
  date.setUTCSeconds(0);
  const step = (set: () => void) => {
    if (up) set();
  };
  if (unit === 's') return Math.floor(ms / 1000) * 1000 + (up ? 999 : 0);
  if (unit === 'm') step(() => date.setUTCMinutes(date.getUTCMinutes() + 1));
  else {
    date.setUTCMinutes(0);
    if (unit === 'h') step(() => date.setUTCHours(date.getUTCHours() + 1));
    else {
      date.setUTCHours(0);
      if (unit === 'd') step(() => date.setUTCDate(date.getUTCDate() + 1));
      if (unit === 'w') {
        date.setUTCDate(date.getUTCDate() - date.getUTCDay());
        step(() => date.setUTCDate(date.getUTCDate() + 7));
      }
      if (unit === 'M') {
        date.setUTCDate(1);
        step(() => date.setUTCMonth(date.getUTCMonth() + 1));
      }
      if (unit === 'y') {
        date.setUTCMonth(0, 1);
        step(() => date.setUTCFullYear(date.getUTCFullYear() + 1));
      }
    }
  }
  return date.getTime() - (up ? 1 : 0);
}

/** The zone of a dashboard: `utc`, an IANA name, or `browser` for that of whoever looks. */
export function zoneOf(timezone: string | undefined, browser: string): string {
  if (!timezone || timezone === 'browser') return browser;
  return timezone === 'utc' ? 'UTC' : timezone;
}

/** How far clocks of a zone are ahead of UTC at an instant. */
function aheadAt(ms: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const clock = timePattern('YYYY-MM-DDTHH:mm:ss.SSSZ', ms, { zone });
  return Date.parse(clock) - ms;
}

/** The instant at which clocks of a zone show a time, which is given as if they showed UTC. */
function instantOf(clock: number, zone: string): number {
  const near = clock - aheadAt(clock, zone);
  return clock - aheadAt(near, zone);
}

/** The same day of another month, or the last one where that month is shorter. */
function addMonths(ms: number, months: number): number {
  const date = new Date(ms);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, days));
  return date.getTime();
}

/** Epoch milliseconds, or anything that Date can read; without a zone of its own it is what clocks of `zone` show. */
function parseDate(text: string, zone: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const own = text.includes('Z') || /[+-]\d\d:?\d\d$/.test(text);
  const ms = Date.parse(own ? text : `${text.replace(' ', 'T')}Z`);
  if (Number.isNaN(ms)) return undefined;
  return own ? ms : instantOf(ms, zone);
}

/**
 * Grafana's date math: `now-6h`, `now/d`, `now-1d/d`, or a date. `up` rounds `/d` to the end of the day, and days are
 * those of the zone. Undefined where the text is none of these.
 */
export function parseTime(text: string, now: number, up = false, zone = 'UTC'): number | undefined {
  if (!text.startsWith('now')) return parseDate(text, zone);
  let ms = now;
  const byClock = (change: (clock: number) => number) => instantOf(change(ms + aheadAt(ms, zone)), zone);
  let rest = text.slice(3);
  while (rest !== '') {
    const match = /^(?:([+-])(\d+)([smhdwMy])|\/([smhdwMy]))/.exec(rest);
    if (!match) return undefined;
    const [all, sign, count, unit = '', round] = match;
    if (round) ms = byClock((clock) => startOf(clock, round, up));
    else {
      const n = Number(count) * (sign === '-' ? -1 : 1);
      if (unit === 'M' || unit === 'y')
        ms = byClock((clock) => addMonths(clock, n * (unit === 'y' ? 12 : 1)));
      else if (unit === 'd' || unit === 'w') ms = byClock((clock) => clock + n * (UNIT_MS[unit] ?? 0));
      else ms += n * (UNIT_MS[unit] ?? 0);
    }
    rest = rest.slice(all.length);
  }
  return ms;
}

/** The quick ranges of the time picker. */
export const QUICK_RANGES: readonly (readonly [from: string, label: string])[] = [
  ['now-5m', 'Last 5 minutes'],
  ['now-15m', 'Last 15 minutes'],
  ['now-30m', 'Last 30 minutes'],
  ['now-1h', 'Last 1 hour'],
  ['now-3h', 'Last 3 hours'],
  ['now-6h', 'Last 6 hours'],
  ['now-12h', 'Last 12 hours'],
  ['now-24h', 'Last 24 hours'],
  ['now-2d', 'Last 2 days'],
  ['now-7d', 'Last 7 days'],
  ['now-30d', 'Last 30 days'],
];
