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

test('where an imported file lies changes nothing, and which one it is does', () => {
  const one = codeOf("import { nearest } from '../../catalogue/nearest.ts';\nnearest();\n");
  expect(codeOf("import { nearest } from '../lib/nearest.ts';\nnearest();\n")).toBe(one);
  expect(codeOf("import { nearest } from './nearest.ts';\nnearest();\n")).toBe(one);
  expect(codeOf("import { nearest } from '../lib/farthest.ts';\nnearest();\n")).not.toBe(one);
});
