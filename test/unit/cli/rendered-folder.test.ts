import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIST, writeRendered } from '../../../cli/rendered-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rendered-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('takes out what is no more, and nothing that somebody else put there', () => {
  const rules = join(folder, 'compose/config/prometheus/rules');
  writeRendered(folder, {
    'compose/config/prometheus/rules/a.yaml': 'a',
    'compose/config/prometheus/rules/b.yaml': 'b',
  });
  writeFileSync(join(rules, 'own.yaml'), 'own');
  writeRendered(folder, { 'compose/config/prometheus/rules/a.yaml': 'new' });
  expect(existsSync(join(rules, 'b.yaml'))).toBe(false);
  expect(readFileSync(join(rules, 'a.yaml'), 'utf8')).toBe('new');
  expect(existsSync(join(rules, 'own.yaml'))).toBe(true);
});

test('takes out nothing beyond the folder, whatever its list says', () => {
  const inner = join(folder, 'out');
  writeRendered(inner, { 'a.txt': 'a' });
  for (const name of ['beside', 'absolute']) writeFileSync(join(folder, name), 'mine');
  writeFileSync(join(inner, LIST), `../beside\n${join(folder, 'absolute')}\nx/../../beside\n.\n..\n`);
  writeRendered(inner, { 'a.txt': 'a' });
  for (const name of ['beside', 'absolute']) expect(existsSync(join(folder, name))).toBe(true);
});

test('lets the users of containers read what they mount, whatever the mask', () => {
  const before = process.umask(0o077);
  try {
    writeRendered(folder, { 'compose/config/a/b/c.yaml': 'c', 'prometheus/prometheus.yml': 'p' });
  } finally {
    process.umask(before);
  }
  const mode = (path: string) => statSync(join(folder, path)).mode & 0o777;
  expect([mode('compose/config/a/b/c.yaml'), mode('compose/config/a/b'), mode('compose/config/a')]).toEqual([
    0o644, 0o755, 0o755,
  ]);
  expect(mode('prometheus/prometheus.yml')).toBe(0o600);
});
