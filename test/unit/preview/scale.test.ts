import { expect, test } from 'vitest';
import { scaleOf, tickText } from '../../../preview/model/scale.ts';

/** Labels of a value axis of 180 pixels, five steps or less, over values from 0 to `max`. */
function labels(unit: string, max: number, decimals?: number): string[] {
  const config = { unit, min: 0, ...(decimals === undefined ? {} : { decimals }) };
  const field = { name: 'value', type: 'number' as const, values: [0, max], config };
  const scale = scaleOf([field], { min: 0, max }, 180);
  return scale.ticks.map((tick) => tickText(tick, scale, config));
}

test('a tick is not rounded to what it is not', () => {
  expect(labels('none', 10)).toEqual(['0', '2', '4', '6', '8', '10']);
  expect(labels('none', 12)).toEqual(['0', '2.5', '5', '7.5', '10', '12.5']);
  expect(labels('percentunit', 0.012)).toEqual(['0%', '0.25%', '0.5%', '0.75%', '1%', '1.25%']);
});

test('an axis without decimals counts in whole steps', () => {
  expect(labels('short', 1, 0)).toEqual(['0', '1']);
  expect(labels('short', 2, 0)).toEqual(['0', '1', '2']);
  expect(labels('percentunit', 0.02, 0)).toEqual(['0%', '1%', '2%']);
});
