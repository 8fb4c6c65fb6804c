import { describe, expect, test } from 'vitest';
import { changesBetween, propertyPath } from '../../../../platforms/local/provider/diff.ts';
import { process as resource } from '../../../../platforms/local/provider/resource.ts';
import { holdsSecret, reveal, secret } from '../../../../platforms/local/provider/secrets.ts';

describe('differences', () => {
  test('name every argument and every file', () => {
    const before = {
      args: ['a', 'b'],
      directories: { rules: { files: { 'a.yml': '1', 'b.yml': '1' } } },
      status: 'stopped',
    };
    const after = {
      args: ['a', 'c', 'd'],
      directories: { rules: { files: { 'b.yml': '2', 'c.yml': '1' } } },
      status: 'healthy',
    };
    expect(changesBetween(before, after).map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'update args[1]',
      'add args[2]',
      'delete directories.rules.files["a.yml"]',
      'update directories.rules.files["b.yml"]',
      'add directories.rules.files["c.yml"]',
      'update status',
    ]);
  });

  test('of place replace the process, of the supervisor alone do nothing', () => {
    expect(changesBetween({ state: '/a' }, { state: '/b' })).toEqual([
      { path: 'state', kind: 'update', replaces: true },
    ]);
    expect(changesBetween({ supervisor: '/a' }, { supervisor: '/b' })).toEqual([]);
  });

  test('look behind the mark of a secret', () => {
    expect(resource.diff({ a: secret('x') }, { a: secret('x') })).toEqual([]);
    expect(resource.diff({ a: secret('x') }, { a: secret('y') })).toHaveLength(1);
  });

  test('paths quote what is no plain name', () => {
    expect(propertyPath('', 'args')).toBe('args');
    expect(propertyPath('env', 'A_B')).toBe('env.A_B');
    expect(propertyPath('files', 'a "b".yml')).toBe('files["a \\"b\\".yml"]');
  });
});

describe('secrets', () => {
  test('are found and revealed at any depth', () => {
    const value = { a: [{ b: secret({ c: secret('x') }) }] };
    expect(holdsSecret(value)).toBe(true);
    expect(reveal(value)).toEqual({ a: [{ b: { c: 'x' } }] });
    expect(holdsSecret({ a: ['x'] })).toBe(false);
  });

  test('outside a secret directory are refused', () => {
    const directory = (isSecretDirectory: boolean) => ({
      directories: { config: { secret: isSecretDirectory, files: { f: secret('x') } } },
    });
    expect(resource.check(directory(true)).refusals).toEqual([]);
    expect(resource.check(directory(false)).refusals[0]).toMatchObject({
      property: 'directories.config',
      reason: expect.stringContaining('secret: true'),
    });
  });

  test('a check wants the process healthy, whatever a refresh has found', () => {
    expect(resource.check({ status: 'stopped' }).inputs).toEqual({ status: 'healthy' });
  });
});
