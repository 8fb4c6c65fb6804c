import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HARMLESS, SILENT } from '../../../review/harmless.ts';

test('docs/review.md lists every harmless field with its reason, and no other', () => {
  const text = readFileSync(new URL('../../../docs/review.md', import.meta.url), 'utf8');
  const [told = '', silent = ''] =
    (text.split('## Fields that are harmless')[1] ?? '').split('\n## ')[0]?.split('Not told:') ?? [];
  const rows = (part: string) =>
    part
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2);
  const lines = (fields: typeof HARMLESS) =>
    fields.map(({ where, field, reason }) => `| ${where} | ${field} | ${reason} |`);
  expect(rows(told)).toEqual(lines(HARMLESS));
  expect(rows(silent)).toEqual(lines(SILENT));
});
