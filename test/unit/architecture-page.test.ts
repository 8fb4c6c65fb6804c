import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const ROWS = PAGE.split('| to add | start at |')[1]?.match(/^\| .+ \| .+ \|$/gm) ?? [];

test.each(['alert', 'exporter', 'dashboard', 'platform', 'channel', 'store'])(
  'it says where to add %s',
  (kind) => {
    const answers = ROWS.filter((row) => row.split('|')[1]?.includes(kind));
    expect(answers).toHaveLength(1);
  },
);

test('every command of make that it names is there', () => {
  const makefile = readFileSync(join(ROOT, 'Makefile'), 'utf8');
  const targets = [...PAGE.matchAll(/`make ([a-z-]+)/g)].map(([, target = '']) => target);
  expect(targets.length).toBeGreaterThan(1);
  expect(targets.filter((target) => !new RegExp(`^${target}:`, 'm').test(makefile))).toEqual([]);
});
