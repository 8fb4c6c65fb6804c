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

function addMonths(ms: number, months: number): number {
  const date = new Date(ms);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.getTime();
}

/**
 * Grafana's date math in UTC: `now-6h`, `now/d`, `now-1d/d`, epoch milliseconds, or anything that Date can read.
 * `up` rounds `/d` to the end of the day. Undefined where the text is none of these.
 */
export function parseTime(text: string, now: number, up = false): number | undefined {
  if (!text.startsWith('now')) {
    const ms = /^\d+$/.test(text)
      ? Number(text)
      : Date.parse(text.includes('Z') || /[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
    return Number.isNaN(ms) ? undefined : ms;
  }
  let ms = now;
  let rest = text.slice(3);
  while (rest !== '') {
    const match = /^(?:([+-])(\d+)([smhdwMy])|\/([smhdwMy]))/.exec(rest);
    if (!match) return undefined;
    const [all, sign, count, unit = '', round] = match;
    if (round) ms = startOf(ms, round, up);
    else {
      const n = Number(count) * (sign === '-' ? -1 : 1);
      if (unit === 'M' || unit === 'y') ms = addMonths(ms, n * (unit === 'y' ? 12 : 1));
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
