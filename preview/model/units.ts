import { toFixed } from './numbers.ts';
import { BINARY_UNITS, CURRENCIES, CURRENCIES_AFTER, DECIMAL_UNITS, PLAIN_UNITS } from './units-table.ts';
import { DURATION_UNITS, type TimeContext, timePattern } from './units-time.ts';

/** A value as drawn: Grafana sets prefix and suffix in a smaller size where it draws large numbers. */
export interface FormattedValue {
  prefix?: string;
  text: string;
  suffix?: string;
}

export type Formatter = (value: number, decimals?: number | null, time?: TimeContext) => FormattedValue;

const COUNT = ['', 'K', 'M', 'B', 'T'];
const DECIMAL = ['f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const SHORT = ['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr', ' Quint', ' Sext', ' Sept'];

const plain =
  (suffix: string): Formatter =>
  (value, decimals) => ({ text: toFixed(value, decimals), ...(suffix ? { suffix: ` ${suffix}` } : {}) });

/** Scales by powers of `base`; `offset` names the entry of `suffixes` that stands for the value as it is. */
function scaled(base: number, suffixes: readonly string[], offset = 0): Formatter {
  return (value, decimals) => {
    if (!Number.isFinite(value)) return { text: value.toLocaleString('en-US') };
    const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)) / Math.log10(base));
    const power = Math.max(-offset, Math.min(suffixes.length - offset - 1, exponent));
    return { text: toFixed(value / base ** power, decimals), suffix: suffixes[offset + power] ?? '' };
  };
}

/** `from` is the prefix that the metric itself is counted in: 1 for kilo, -1 for milli. */
const decimalSi = (unit: string, from = 0): Formatter =>
  scaled(
    1000,
    DECIMAL.map((p) => ` ${p}${unit}`),
    5 + from,
  );

const binarySi = (unit: string, from = 0): Formatter =>
  scaled(
    1024,
    BINARY.map((p) => ` ${p}${unit}`),
    from,
  );

function count(unit: string): Formatter {
  const scale = scaled(1000, COUNT);
  return (value, decimals) => {
    const result = scale(value, decimals);
    return { ...result, suffix: `${result.suffix ?? ''} ${unit}` };
  };
}

function currency(symbol: string, after = false): Formatter {
  const scale = scaled(1000, COUNT);
  return (value, decimals) => {
    const { text, suffix = '' } = scale(Math.abs(value), decimals);
    const sign = value < 0 ? '-' : '';
    return after ? { text: sign + text, suffix: suffix + symbol } : { prefix: sign + symbol, text, suffix };
  };
}

const percent =
  (factor: number): Formatter =>
  (value, decimals) => ({ text: toFixed(value * factor, decimals), suffix: '%' });

const hexadecimal = (value: number, decimals: number | null | undefined, prefix = '') => {
  const rounded = Number.parseFloat(toFixed(value, decimals));
  return `${rounded < 0 ? '-' : ''}${prefix}${Math.abs(rounded).toString(16).toUpperCase()}`;
};

const COUNT_UNITS = {
  cps: 'c/s',
  ops: 'ops/s',
  reqps: 'req/s',
  rps: 'rd/s',
  wps: 'wr/s',
  iops: 'io/s',
  eps: 'evt/s',
  mps: 'msg/s',
  recps: 'rec/s',
  rowsps: 'rows/s',
  cpm: 'c/m',
  opm: 'ops/m',
  reqpm: 'req/m',
  rpm: 'rd/m',
  wpm: 'wr/m',
  epm: 'evts/m',
  mpm: 'msgs/m',
  recpm: 'rec/m',
  rowspm: 'rows/m',
};

const FORMATS = new Map<string, Formatter>([
  ['none', plain('')],
  ['string', (value) => ({ text: String(value) })],
  ['short', scaled(1000, SHORT)],
  ['sishort', decimalSi('')],
  ['percent', percent(1)],
  ['percentunit', percent(100)],
  ['sci', (value, decimals) => ({ text: value.toExponential(decimals ?? undefined) })],
  ['locale', (value, decimals) => ({ text: value.toLocaleString('en-US', maximumDigits(decimals)) })],
  ['hex', (value, decimals) => ({ text: hexadecimal(value, decimals) })],
  ['hex0x', (value, decimals) => ({ text: hexadecimal(value, decimals, '0x') })],
  ['bool', (value) => ({ text: value ? 'True' : 'False' })],
  ['bool_yes_no', (value) => ({ text: value ? 'Yes' : 'No' })],
  ['bool_on_off', (value) => ({ text: value ? 'On' : 'Off' })],
  ['dB', plain('dB')],
  ['celsius', plain('°C')],
  ['hertz', decimalSi('Hz')],
  ['rothz', decimalSi('Hz')],
  ['watt', decimalSi('W')],
  ['pps', decimalSi('p/s')],
  ['bps', decimalSi('b/s')],
  ['Bps', decimalSi('B/s')],
  ['binbps', binarySi('b/s')],
  ['binBps', binarySi('B/s')],
  ['bits', binarySi('b')],
  ['bytes', binarySi('B')],
  ['decbits', decimalSi('b')],
  ['decbytes', decimalSi('B')],
  ...['k', 'm', 'g', 't', 'p'].flatMap((letter, i): [string, Formatter][] => [
    [`${letter}bytes`, binarySi('B', i + 1)],
    [`dec${letter}bytes`, decimalSi('B', i + 1)],
  ]),
  ...Object.entries(COUNT_UNITS).map(([id, unit]): [string, Formatter] => [id, count(unit)]),
  ...Object.entries(CURRENCIES).map(([id, symbol]): [string, Formatter] => [
    `currency${id}`,
    currency(symbol),
  ]),
  ...Object.entries(CURRENCIES_AFTER).map(([id, symbol]): [string, Formatter] => [
    `currency${id}`,
    currency(symbol, true),
  ]),
  ...Object.entries(PLAIN_UNITS).map(([id, symbol]): [string, Formatter] => [id, plain(symbol)]),
  ...Object.entries(DECIMAL_UNITS).map(([id, of]): [string, Formatter] => [id, decimalSi(...of)]),
  ...Object.entries(BINARY_UNITS).map(([id, of]): [string, Formatter] => [id, binarySi(...of)]),
  ['pressurepsi', scaled(1000, ['psi', 'ksi', 'Mpsi'])],
  ...Object.entries(DURATION_UNITS),
]);

const maximumDigits = (decimals?: number | null) =>
  decimals === null || decimals === undefined ? {} : { maximumFractionDigits: decimals };

const SI_OFFSET: Record<string, number> = {
  f: -5,
  p: -4,
  n: -3,
  μ: -2,
  µ: -2,
  m: -1,
  k: 1,
  M: 2,
  G: 3,
  T: 4,
};

/** Units that a user spells out: `suffix:x`, `prefix:x`, `count:x`, `currency:x`, `si:kW`, `time:YYYY`, `bool:a/b`. */
function spelledOut(id: string): Formatter | undefined {
  const [, kind, rest = ''] = /^(\w+):(.*)$/s.exec(id) ?? [];
  switch (kind) {
    case 'prefix':
      return (value, decimals) => ({ prefix: rest, text: toFixed(value, decimals) });
    case 'suffix':
      return plain(rest);
    case 'count':
      return count(rest);
    case 'currency':
      return currency(rest);
    case 'si': {
      const offset = rest.length > 1 ? (SI_OFFSET[rest.charAt(0)] ?? 0) : 0;
      return decimalSi(offset === 0 ? rest : rest.slice(1), offset);
    }
    case 'time':
      return (value, _decimals, time) => ({ text: timePattern(rest, value, time) });
    case 'bool': {
      const [yes = '', no = '-'] = rest.split('/');
      return (value) => ({ text: value ? yes : no });
    }
    default:
      return undefined;
  }
}

/** The formatter of a Grafana unit id. An unknown id is appended to the number, as Grafana does. */
export function formatter(unit: string | undefined): Formatter {
  if (!unit) return plain('');
  return FORMATS.get(unit) ?? spelledOut(unit) ?? plain(unit);
}

/** A value in its unit, as one string. `decimals` unset: as many as Grafana would choose. */
export function formatValue(
  value: number | null | undefined,
  unit?: string,
  decimals?: number | null,
  time?: TimeContext,
): string {
  if (value === null || value === undefined) return '';
  const { prefix = '', text, suffix = '' } = formatter(unit)(value, decimals, time);
  return prefix + text + suffix;
}

export const isTimeUnit = (unit?: string): boolean => /^(dateTime|time:)/.test(unit ?? '');
