import type { AlertmanagerConfig, TimeSpan } from './config.ts';

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/**
 * Which of some named intervals an instant lies in, by Alertmanager's rules.
 *
 * @throws if a name is not among the configuration's intervals.
 */
export function intervalsAt(
  config: Pick<AlertmanagerConfig, 'time_intervals'>,
  names: readonly string[],
  at: Date,
): readonly string[] {
  return names.filter((name) => {
    const interval = config.time_intervals.find((candidate) => candidate.name === name);
    if (interval === undefined) throw new Error(`time interval ${name} is not defined`);
    return interval.time_intervals.some((span) => contains(span, at));
  });
}

/** Whether an instant lies in a span: in one of the ranges of each kind that is given. */
export function contains(span: TimeSpan, at: Date): boolean {
  const local = localTime(at, span.location ?? 'UTC');
  const minute = local.hour * 60 + local.minute;
  const lastDay = new Date(Date.UTC(local.year, local.month, 0)).getUTCDate();
  return (
    some(
      span.times,
      ({ start_time, end_time }) => minute >= minutes(start_time) && minute < minutes(end_time),
    ) &&
    some(span.days_of_month, (range) => {
      const [first, last] = bounds(range, Number).map((day) => (day < 0 ? lastDay + day + 1 : day));
      return first !== undefined && last !== undefined && local.day >= first && local.day <= last;
    }) &&
    some(span.months, (range) => within(local.month, bounds(range, month))) &&
    some(span.weekdays, (range) =>
      within(
        local.weekday,
        bounds(range, (day) => DAYS.indexOf(day)),
      ),
    ) &&
    some(span.years, (range) => within(local.year, bounds(range, Number)))
  );
}

function some<T>(ranges: readonly T[] | undefined, holds: (range: T) => boolean): boolean {
  return ranges === undefined || ranges.some(holds);
}

function bounds(range: string, parse: (text: string) => number): readonly [number, number] {
  const [first = '', last = first] = range.toLowerCase().split(':');
  return [parse(first), parse(last)];
}

function within(value: number, [first, last]: readonly [number, number]): boolean {
  return value >= first && value <= last;
}

function month(text: string): number {
  return MONTHS.includes(text) ? MONTHS.indexOf(text) + 1 : Number(text);
}

function minutes(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return hour * 60 + minute;
}

/** Making one takes far longer than using it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    weekday: 'long',
  });
  clocks.set(timeZone, clock);
  return clock;
}

function localTime(at: Date, timeZone: string) {
  const parts = clockOf(timeZone).formatToParts(at);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return {
    year: Number(part('year')),
    month: Number(part('month')),
    day: Number(part('day')),
    hour: Number(part('hour')),
    minute: Number(part('minute')),
    weekday: DAYS.indexOf(part('weekday').toLowerCase()),
  };
}
