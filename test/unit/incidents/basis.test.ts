import { expect, test } from 'vitest';
import { basisOfPlay, codeOf } from '../../incidents/basis.ts';

test('the basis of the play is the same each time', () => {
  expect(basisOfPlay()).toBe(basisOfPlay());
  expect(basisOfPlay()).toMatch(/^[0-9a-f]{16}$/);
});

test('what a program does counts, and what is said about it does not', () => {
  const one = codeOf('/** Says it. */\nexport const share = (a: number): number => a / 2; // half\n');
  expect(codeOf('export const share = (a: number): number => a / 2;\n')).toBe(one);
  expect(codeOf('export const share = (a: number): number => a / 3;\n')).not.toBe(one);
});
