import { describe, expect, it } from 'vitest';
import { toFixed } from '../../../preview/model/numbers.ts';
import { formatValue } from '../../../preview/model/units.ts';
import { fromNow } from '../../../preview/model/units-time.ts';

// Expected texts are what Grafana's own formatters give for these values (grafana-data's valueFormats).
describe('units', () => {
  it.each([
    ['currencyUSD', 1532.82, 2, '$1.53K'],
    ['currencyUSD', -1532.82, 2, '-$1.53K'],
    ['currencyKRW', 1532.82, 2, '₩1.53K'],
    ['ms', 0.0024, 4, '0.0024 ms'],
    ['ms', 100, 0, '100 ms'],
    ['ms', 1250, 2, '1.25 s'],
    ['ms', 10000086.123, 1, '2.8 hours'],
    ['ms', 1200, 0, '1 s'],
    ['short', 9876543, 2, '9.88 Mil'],
    ['short', 999, undefined, '999'],
    ['short', 0, undefined, '0'],
    ['kbytes', 10000000, 3, '9.537 GiB'],
    ['deckbytes', 10000000, 3, '10.000 GB'],
    ['bytes', 1536, undefined, '1.50 KiB'],
    ['a', 1532.82, 0, '1533 a'],
    ['prefix:b', 1532.82, undefined, 'b1533'],
    ['suffix:d', 1532.82, undefined, '1533 d'],
    ['si:µF', 1234, 2, '1.23 mF'],
    ['si:µF', 1234000000, 2, '1.23 kF'],
    ['si:µF', 1234000000000000, 2, '1.23 GF'],
    ['count:xpm', 1234567, 2, '1.23M xpm'],
    ['count:x/min', 1234, 2, '1.23K x/min'],
    ['currency:@', 1234, 2, '@1.23K'],
    ['reqps', 12.34, undefined, '12.3 req/s'],
    ['ops', 1500, undefined, '1.50K ops/s'],
    ['percent', 12.345, 1, '12.3%'],
    ['percentunit', 0.99895, 2, '99.90%'],
    ['s', 0, undefined, '0 s'],
    ['s', 0.0000005, undefined, '500 ns'],
    ['s', 0.15, undefined, '150 ms'],
    ['s', 90, undefined, '1.50 mins'],
    ['s', 604800, undefined, '1 week'],
    ['none', 0.1234, undefined, '0.123'],
    ['none', 1.5, undefined, '1.50'],
    [undefined, 100.4, undefined, '100'],
    ['bool:on/off', 0, undefined, 'off'],
  ] as const)('%s of %d with %s decimals is %s', (unit, value, decimals, text) => {
    expect(formatValue(value, unit, decimals)).toBe(text);
  });

  it.each([
    [
      'dtdurationms',
      38898367008,
      20,
      '1 year, 2 months, 3 weeks, 4 days, 5 hours, 6 minutes, 7 seconds, 8 milliseconds',
    ],
    ['dtdurationms', 38898367008, 1, '1 year, 2 months'],
    ['dtdurations', 129600, 2, '1 day, 12 hours, 0 minutes'],
    ['dtdurations', 0, 0, '0 seconds'],
    ['dtdurationms', -1, 0, '1 millisecond ago'],
    ['dthms', -1, 0, '00:00:01 ago'],
    ['dtdhms', 90061, 0, '1 d 01:01:01'],
    ['clockms', 999, 0, '999ms'],
    ['clockms', 3599999, 1, '59m:59s'],
    ['clockms', 89999999, undefined, '24h:59m:59s:999ms'],
  ] as const)('%s of %d with %s decimals is %s', (unit, value, decimals, text) => {
    expect(formatValue(value, unit, decimals)).toBe(text);
  });

  it('writes dates in the zone asked for, and the time alone today', () => {
    const ms = Date.UTC(2026, 0, 15, 23, 30);
    expect(formatValue(ms, 'dateTimeAsIso', null, { zone: 'UTC' })).toBe('2026-01-15 23:30:00');
    expect(formatValue(ms, 'dateTimeAsIso', null, { zone: 'Europe/Berlin' })).toBe('2026-01-16 00:30:00');
    expect(formatValue(ms, 'dateTimeAsIsoNoDateIfToday', null, { zone: 'UTC', now: ms })).toBe('23:30:00');
    expect(formatValue(ms, 'dateTimeAsUS', null, { zone: 'UTC' })).toBe('01/15/2026 11:30:00 pm');
    expect(formatValue(ms, 'time:YYYY.MM', null, { zone: 'UTC' })).toBe('2026.01');
  });

  it('says how long ago', () => {
    const now = 1_000_000_000_000;
    expect(fromNow(now - 7 * 86_400_000, now)).toBe('7 days ago');
    expect(fromNow(now - 120_000, now)).toBe('2 minutes ago');
    expect(fromNow(now + 5000, now)).toBe('in a few seconds');
  });

  it('rounds to the decimals asked for, and chooses them otherwise', () => {
    expect(toFixed(100.37, 1)).toBe('100.4');
    expect(toFixed(186.123, -2)).toBe('186');
    expect(toFixed(Number.NaN)).toBe('NaN');
    expect(toFixed(-1.23)).toBe('-1.23');
    expect(toFixed(Number.NEGATIVE_INFINITY)).toBe('-∞');
  });
});
