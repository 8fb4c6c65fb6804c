import { expect, test } from 'vitest';
import { episodesOf } from '../../../../operations/review/backtest/state.ts';

const S = 1000;
const grid = (count: number, step = 15) => Array.from({ length: count }, (_, n) => n * step * S);
/** Evaluations of 15 s: `#` where the expression holds. */
const holds = (pattern: string) =>
  new Set([...pattern].flatMap((mark, n) => (mark === '#' ? [n * 15 * S] : [])));
const play = (pattern: string, wait = 0, keep = 0, starts: readonly number[] = []) =>
  episodesOf(
    grid(pattern.length),
    holds(pattern),
    { for: wait * S, keepFiringFor: keep * S },
    new Set(starts.map((n) => n * 15 * S)),
  ).map(({ activeAt, firingAt, lastAt }) =>
    [activeAt, firingAt, lastAt].map((at) => (at === undefined ? undefined : at / 15 / S)),
  );

test('without `for` it fires at the first evaluation at which it holds', () => {
  expect(play('.##..#.')).toEqual([
    [1, 1, 2],
    [5, 5, 5],
  ]);
});

test('`for` has passed at the evaluation that lies so long after the first', () => {
  expect(play('.####.', 30)).toEqual([[1, 3, 4]]);
  // 40 s have not passed at the third evaluation after the first, which lies 30 s later.
  expect(play('.#####', 40)).toEqual([[1, 4, 5]]);
});

test('one evaluation without it starts `for` anew', () => {
  expect(play('##.###', 30)).toEqual([
    [0, undefined, 1],
    [3, 5, 5],
  ]);
});

test('`keep_firing_for` bridges gaps, begins anew with each and ends by itself', () => {
  expect(play('##..##....', 15, 45)).toEqual([[0, 1, 8]]);
  expect(play('##...##', 15, 45)).toEqual([[0, 1, 4 + 2]]);
  expect(play('##....##', 15, 45)).toEqual([
    [0, 1, 4],
    [6, 7, 7],
  ]);
});

test('what is only pending is not kept', () => {
  expect(play('#.#.', 30, 300)).toEqual([
    [0, undefined, 0],
    [2, undefined, 2],
  ]);
});

test('a restart forgets what was pending, and records from the third evaluation on', () => {
  expect(play('#########', 30, 0, [4])).toEqual([
    [0, 2, 3],
    [4, 6, 8],
  ]);
  expect(play('########', 0, 0, [3])).toEqual([
    [0, 0, 2],
    [3, 5, 7],
  ]);
});

test('a restart restores what waits ten minutes or longer', () => {
  const minutes = (n: number) => n * 4;
  // It had waited 14 of 15 minutes: the rest becomes the ten minutes of grace.
  const waited = play('#'.repeat(minutes(40)), 15 * 60, 0, [minutes(14)]);
  expect(waited).toEqual([
    [0, undefined, minutes(14) - 1],
    [minutes(14) + 1 + minutes(10) - minutes(15), minutes(24) + 1, minutes(40) - 1],
  ]);
  // It fired: it goes on.
  expect(play('#'.repeat(minutes(40)), 15 * 60, 0, [minutes(20)])).toEqual([
    [0, minutes(15), minutes(40) - 1],
  ]);
});
