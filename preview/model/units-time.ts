import { toFixed } from './numbers.ts';
import type { FormattedValue, Formatter } from './units.ts';

/** What date formats depend on. `zone` is an IANA name or undefined for the browser's; `now` in ms. */
export interface TimeContext {
  zone?: string;
  now?: number;
}

/**
 * Upper bound of each step (in the unit of the value), the value's divisor, and the unit's name; `never` where it takes no
 * plural.
 */
type Ladder = readonly (readonly [limit: number, divisor: number, suffix: string, plural?: 'never'])[];

const ladder =
  (steps: Ladder): Formatter =>
  (value, decimals) => {
    const step = steps.find(([limit]) => Math.abs(value) < limit) ?? steps.at(-1);
    return step
      ? { text: toFixed(value / step[1], decimals), suffix: ` ${plural(step[2], value / step[1], step[3])}` }
      : { text: toFixed(value, decimals) };
  };

/** Grafana writes units in full in the plural where there is more than one, whatever the number is rounded to. */
const plural = (unit: string, count: number, which?: 'never'): string =>
  which !== 'never' && unit.length > 2 && Math.abs(count) > 1 ? `${unit}s` : unit;

const DAY = 86_400;
const SECONDS = ladder([
  [1e-6, 1e-9, 'ns'],
  [1e-3, 1e-6, 'µs'],
  [1, 1e-3, 'ms'],
  [60, 1, 's'],
  [3600, 60, 'min'],
  [DAY, 3600, 'hour'],
  [7 * DAY, DAY, 'day'],
  [365 * DAY, 7 * DAY, 'week'],
  [Number.POSITIVE_INFINITY, 3.15569e7, 'year'],
]);

/** Seconds of each part of a duration. A month counts 30 days and a year 365. */
const PARTS: readonly (readonly [string, number])[] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
  ['millisecond', 0.001],
];

/** `1 day, 12 hours`: the largest part that is not zero, and `decimals` more. */
function inWords(unit: 'second' | 'millisecond'): Formatter {
  const scale = unit === 'second' ? 1000 : 1;
  return (value, decimals) => {
    if (value === 0) return { text: '0', suffix: ` ${unit}s` };
    let rest = Math.abs(value) * scale;
    const words: string[] = [];
    for (const [name, seconds] of PARTS) {
      const part = Math.floor(rest / (seconds * 1000));
      if (words.length === 0 && part < 1) continue;
      if (words.length > (decimals ?? 0)) break;
      words.push(`${part} ${name}${part === 1 ? '' : 's'}`);
      rest %= seconds * 1000;
    }
    return { text: words.join(', '), ...(value < 0 ? { suffix: ' ago' } : {}) };
  };
}

const two = (n: number) => String(n).padStart(2, '0');

function hms(seconds: number): string {
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60].map(two).join(':');
}

const clockFace =
  (withDays: boolean): Formatter =>
  (value): FormattedValue => {
    const size = Math.abs(value);
    const days = withDays ? Math.floor(size / DAY) : 0;
    const text = `${days > 0 ? `${days} d ` : ''}${hms(size - days * DAY)}`;
    return { text, ...(value < 0 ? { suffix: ' ago' } : {}) };
  };

/** `59m:59s:999ms`, cut after `decimals` parts. */
const clock =
  (milliseconds: number): Formatter =>
  (value, decimals) => {
    const ms = value * milliseconds;
    const rest = [two(Math.floor(ms / 60_000) % 60), two(Math.floor(ms / 1000) % 60)];
    const parts = [
      `${Math.floor(ms / 3_600_000)}h`,
      `${rest[0]}m`,
      `${rest[1]}s`,
      `${String(((Math.trunc(ms) % 1000) + 1000) % 1000).padStart(3, '0')}ms`,
    ];
    const first = ms >= 3_600_000 ? 0 : ms >= 60_000 ? 1 : ms >= 1000 ? 2 : 3;
    const last = first === 3 || decimals === null || decimals === undefined ? 4 : first + 1 + decimals;
    return { text: parts.slice(first, last).join(':') };
  };

/** A date by the tokens YYYY MM DD HH h mm ss SSS a, in a time zone. */
export function timePattern(pattern: string, ms: number, { zone }: TimeContext = {}): string {
  const parts: Record<string, string> = {};
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  });
  for (const { type, value } of format.formatToParts(ms)) parts[type] = value;
  const hour = Number(parts.hour);
  const tokens: Record<string, string | undefined> = {
    YYYY: parts.year,
    MM: parts.month,
    DD: parts.day,
    HH: parts.hour,
    hh: two(hour % 12 || 12),
    h: String(hour % 12 || 12),
    mm: parts.minute,
    ss: parts.second,
    SSS: parts.fractionalSecond,
    a: hour < 12 ? 'am' : 'pm',
  };
  return pattern.replace(/YYYY|MM|DD|HH|hh|h|mm|SSS|ss|a/g, (token) => tokens[token] ?? token);
}

const date =
  (pattern: string, today = pattern): Formatter =>
  (value, _decimals, time) => {
    const day = (ms: number) => timePattern('YYYY-MM-DD', ms, time);
    const isToday = today !== pattern && day(value) === day(time?.now ?? Date.now());
    return { text: timePattern(isToday ? today : pattern, value, time) };
  };

const AGO: readonly (readonly [limit: number, divisor: number, one: string, many: string])[] = [
  [45, 1, 'a few seconds', 'a few seconds'],
  [90, 60, 'a minute', 'minutes'],
  [45 * 60, 60, 'a minute', 'minutes'],
  [90 * 60, 3600, 'an hour', 'hours'],
  [22 * 3600, 3600, 'an hour', 'hours'],
  [36 * 3600, DAY, 'a day', 'days'],
  [26 * DAY, DAY, 'a day', 'days'],
  [45 * DAY, 30 * DAY, 'a month', 'months'],
  [320 * DAY, 30 * DAY, 'a month', 'months'],
  [Number.POSITIVE_INFINITY, 365 * DAY, 'a year', 'years'],
];

/** `7 days ago`, with the thresholds that Moment.js uses. */
export function fromNow(ms: number, now = Date.now()): string {
  const seconds = (now - ms) / 1000;
  const size = Math.abs(seconds);
  const [, divisor, one, many] = AGO.find(([limit]) => size < limit) ?? [0, 365 * DAY, 'a year', 'years'];
  const n = Math.round(size / divisor);
  const words = n <= 1 || one === many ? one : `${n} ${many}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

const inSeconds: Formatter = (value, decimals) =>
  value === 0 ? { text: '0', suffix: ' s' } : SECONDS(value, decimals);

/** Formatters of Grafana's units of time and date, by unit id. */
export const DURATION_UNITS: Readonly<Record<string, Formatter>> = {
  ns: ladder([
    [1e3, 1, 'ns'],
    [1e6, 1e3, 'µs'],
    [1e9, 1e6, 'ms'],
    [6e10, 1e9, 's'],
    [3.6e12, 6e10, 'min'],
    [8.64e13, 3.6e12, 'hour'],
    [Number.POSITIVE_INFINITY, 8.64e13, 'day'],
  ]),
  µs: ladder([
    [1e3, 1, 'µs'],
    [1e6, 1e3, 'ms'],
    [Number.POSITIVE_INFINITY, 1e6, 's'],
  ]),
  ms: ladder([
    [1000, 1, 'ms'],
    [60_000, 1000, 's'],
    [3_600_000, 60_000, 'min'],
    [86_400_000, 3_600_000, 'hour'],
    [31_536_000_000, 86_400_000, 'day'],
    [Number.POSITIVE_INFINITY, 31_536_000_000, 'year'],
  ]),
  s: inSeconds,
  timeticks: (value, decimals) => inSeconds(value / 100, decimals),
  m: ladder([
    [60, 1, 'min', 'never'],
    [1440, 60, 'hour'],
    [10_080, 1440, 'day'],
    [604_800, 10_080, 'week'],
    [Number.POSITIVE_INFINITY, 5.25948e5, 'year'],
  ]),
  h: ladder([
    [24, 1, 'hour', 'never'],
    [168, 24, 'day'],
    [8760, 168, 'week'],
    [Number.POSITIVE_INFINITY, 8760, 'year'],
  ]),
  d: ladder([
    [7, 1, 'day'],
    [365, 7, 'week'],
    [Number.POSITIVE_INFINITY, 365, 'year'],
  ]),
  dtdurationms: inWords('millisecond'),
  dtdurations: inWords('second'),
  dthms: clockFace(false),
  dtdhms: clockFace(true),
  clockms: clock(1),
  clocks: clock(1000),
  dateTimeAsIso: date('YYYY-MM-DD HH:mm:ss'),
  dateTimeAsIsoNoDateIfToday: date('YYYY-MM-DD HH:mm:ss', 'HH:mm:ss'),
  dateTimeAsUS: date('MM/DD/YYYY h:mm:ss a'),
  dateTimeAsUSNoDateIfToday: date('MM/DD/YYYY h:mm:ss a', 'h:mm:ss a'),
  dateTimeAsSystem: date('YYYY-MM-DD HH:mm:ss'),
  dateTimeAsLocal: date('YYYY-MM-DD HH:mm:ss'),
  dateTimeFromNow: (value, _decimals, time) => ({ text: fromNow(value, time?.now) }),
};
