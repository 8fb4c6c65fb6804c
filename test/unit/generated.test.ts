import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { reduced, withPicture } from '../../cli/generate/architecture.ts';
import { GENERATED, generate } from '../../cli/generate/generate.ts';
import { PROJECT } from '../../cli/project.ts';
import { stackFileSchema } from '../../stack/settings/stack-schema.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

test.each(Object.entries(GENERATED))('%s is current: make generate', (path, render) => {
  expect(render()).toBe(read(path));
});

test('what is generated is written once, and then it is current', () => {
  const root = mkdtempSync(join(tmpdir(), 'generated-'));
  try {
    for (const path of Object.keys(GENERATED)) mkdirSync(dirname(join(root, path)), { recursive: true });
    expect(generate(root)).toEqual(Object.keys(GENERATED));
    expect(generate(root)).toEqual([]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

describe('the schema of a stack’s file', () => {
  const accepts = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(stackFileSchema(PROJECT)),
  );
  const stack = (settings: Record<string, unknown>) => ({
    config: Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`feature-store-monitoring:${key}`, value]),
    ),
  });

  test.each(['dev', 'local', 'prod'])('Pulumi.%s.yaml names it, and is accepted', (name) => {
    const text = read(`Pulumi.${name}.yaml`);
    expect(text).toMatch(/^# yaml-language-server: \$schema=settings\.schema\.json$/m);
    accepts(load(text));
    expect(accepts.errors).toBeNull();
  });

  test('secrets are encrypted, and providers have keys of their own', () => {
    const file = stack({ platform: 'kubernetes', grafana: { adminPassword: { secure: 'v1:abc' } } });
    accepts({ ...file, config: { ...file.config, 'kubernetes:context': 'prod' }, encryptionsalt: 'v1:x' });
    expect(accepts.errors).toBeNull();
  });

  test.each([
    ['a key that nobody knows', { platfrom: 'docker' }],
    ['a value that is not among those allowed', { platform: 'dokcer' }],
    ['an inner key that nobody knows', { prometheus: { retentoin: {} } }],
    [
      'an encrypted value with something beside it',
      { grafana: { adminPassword: { secure: 'x', plain: 'y' } } },
    ],
  ])('%s is refused', (_, settings) => {
    expect(accepts(stack(settings))).toBe(false);
  });
});

describe('the picture of docs/architecture.md', () => {
  const graph = (edges: Record<string, string[]>) =>
    new Map(Object.entries(edges).map(([from, to]) => [from, new Set(to)]));

  test('leaves out what a longer path stands for', () => {
    expect(reduced(graph({ a: ['b', 'c'], b: ['c'], c: [] }))).toEqual([
      ['a', 'b'],
      ['b', 'c'],
    ]);
  });

  test('cannot be drawn of folders that import each other', () => {
    expect(() => reduced(graph({ a: ['b'], b: ['c'], c: ['a'] }))).toThrow('a → b → c → a');
  });

  test('needs its place in the document', () => {
    expect(() => withPicture('# Architecture\n', ROOT)).toThrow('make generate');
  });

  test('every path that the document names exists', () => {
    const named = [...read('docs/architecture.md').matchAll(/`([\w/.-]+(?:\/|\.ts))`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
