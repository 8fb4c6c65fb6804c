import type { Threshold, ThresholdUnit } from './alert.ts';

/** Factor to the base unit, by the unit as people write it. */
const WRITTEN: Readonly<Record<string, { readonly unit: ThresholdUnit; readonly factor: number }>> = {
  ms: { unit: 'seconds', factor: 0.001 },
  s: { unit: 'seconds', factor: 1 },
  seconds: { unit: 'seconds', factor: 1 },
  m: { unit: 'seconds', factor: 60 },
  h: { unit: 'seconds', factor: 3600 },
  d: { unit: 'seconds', factor: 86_400 },
  '%': { unit: 'ratio', factor: 0.01 },
  ratio: { unit: 'ratio', factor: 1 },
  times: { unit: 'times', factor: 1 },
  '×': { unit: 'times', factor: 1 },
  messages: { unit: 'messages', factor: 1 },
  requests: { unit: 'requests', factor: 1 },
  events: { unit: 'events', factor: 1 },
  score: { unit: 'score', factor: 1 },
  count: { unit: 'count', factor: 1 },
  '/s': { unit: 'per_second', factor: 1 },
  B: { unit: 'bytes', factor: 1 },
  KB: { unit: 'bytes', factor: 1e3 },
  MB: { unit: 'bytes', factor: 1e6 },
  GB: { unit: 'bytes', factor: 1e9 },
  KiB: { unit: 'bytes', factor: 2 ** 10 },
  MiB: { unit: 'bytes', factor: 2 ** 20 },
  GiB: { unit: 'bytes', factor: 2 ** 30 },
};

/** How a threshold of a unit may be written, for messages. */
const EXAMPLES: Readonly<Record<ThresholdUnit, string>> = {
  seconds: '200ms, 1.5s, 5m or 0.2',
  ratio: '0.5% or 0.005',
  times: '3 times or 3',
  messages: '10 000 messages or 10000',
  requests: '100 requests or 100',
  events: '20 events or 20',
  bytes: '2GiB or 2000000000',
  score: '0.25',
  count: '1',
  per_second: '5 /s or 5',
  burn_rate: '14.4',
};

/** A number, with a separator before each three digits or without any, and a unit. A decimal comma is none of it. */
const NUMBER_WITH_UNIT = /^(-?(?:\d{1,3}(?:[ _,\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?)\s*([A-Za-z%/×]*)$/;

/**
 * The value of a threshold in its base unit. A bare number is in the base unit already; text is a number, with
 * spaces, commas or underscores between thousands, and a unit. Throws where it is none, of another unit, or a ratio
 * that is no share.
 */
export function thresholdValue(written: number | string, unit: ThresholdUnit): number {
  const refuse = (why: string): never => {
    throw new Error(`${why}; the threshold is in ${unit}: write ${EXAMPLES[unit]}`);
  };
  const value = typeof written === 'number' ? written : parsed(written, unit, refuse);
  if (unit === 'ratio' && (value < 0 || value > 1)) refuse(`“${written}” is no share from 0 to 1`);
  return value;
}

function parsed(written: string, unit: ThresholdUnit, refuse: (why: string) => never): number {
  const match = NUMBER_WITH_UNIT.exec(written.trim());
  if (!match) return refuse(`“${written}” is no number with a unit`);
  const value = Number(match[1]?.replaceAll(/[ _,\u00a0\u202f]/g, ''));
  const name = match[2] ?? '';
  if (name === '' || name === unit) return value;
  const known = Object.hasOwn(WRITTEN, name) ? WRITTEN[name] : undefined;
  if (!known) return refuse(`“${name}” is no unit that is known here`);
  if (known.unit !== unit) return refuse(`“${written}” is in ${known.unit}`);
  return Number((value * known.factor).toPrecision(12));
}

/** A number as PromQL writes it. */
export const promqlNumber = (value: number): string => String(value);

/** Whether a value fires later than a limit does. */
export const looser = (value: number, limit: number, direction: Threshold['direction']): boolean =>
  direction === 'above' ? value > limit : value < limit;
