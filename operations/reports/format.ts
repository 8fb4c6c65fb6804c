import type { Unit } from './document.ts';

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Three significant digits; thousands are separated. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/** A share in percent: three significant digits, and near the whole enough to tell 99.95 from 99.99. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const text = share > 0.9 && share < 1.1 ? String(Number((share * 100).toFixed(3))) : number(share * 100);
  return `${text} %`;
}

export function bytes(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const power = value === 0 ? 0 : Math.min(4, Math.max(0, Math.floor(Math.log2(Math.abs(value)) / 10)));
  return `${number(value / 1024 ** power)} ${BYTES[power]}`;
}

/** `0.2 s` under a minute, then the two largest units: `3 h 20 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 0) return `-${duration(-seconds)}`;
  if (seconds < 1) return `${number(seconds * 1000)} ms`;
  if (seconds < 60) return `${number(seconds)} s`;
  const total = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor((total % 86_400) / 3600), 'h'],
    [Math.floor((total % 3600) / 60), 'min'],
    [total % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

/** Days until something, in the words of a plan. */
export function days(value: number | undefined): string {
  if (value === undefined) return 'none in sight';
  if (value <= 0) return 'reached';
  if (value > 3650) return 'over 10 years';
  return value < 10 ? `${number(value)} days` : `${Math.round(value)} days`;
}

export function inUnit(value: number | undefined, unit: Unit): string {
  if (value === undefined) return '–';
  switch (unit) {
    case 'ratio':
      return percent(value);
    case 'seconds':
      return duration(value);
    case 'bytes':
      return bytes(value);
    case 'per_second':
      return `${number(value)}/s`;
    case 'count':
      return number(value);
  }
}

/** `2026-10-03`, in UTC. */
export const date = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** `2026-10-03 14:05`, in UTC. */
export const minute = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');

export const counted = (n: number, noun: string): string => `${number(n)} ${noun}${n === 1 ? '' : 's'}`;
