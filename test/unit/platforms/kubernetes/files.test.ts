import * as pulumi from '@pulumi/pulumi';
import { describe, expect, test } from 'vitest';
import { fileRefusals, MAX_DIRECTORY_BYTES, podFingerprint } from '../../../../platforms/kubernetes/files.ts';
import type { ConfigDirectory, Workload } from '../../../../platforms/workload.ts';
import { manifestsOf, ofKind, podOf } from './objects.ts';
import { bare } from './workloads.ts';

function holding(files: ConfigDirectory['files'], more: Partial<ConfigDirectory> = {}): Workload {
  return bare({
    directories: [{ name: 'config', mount: '/etc/example', files, onChange: 'watched', ...more }],
  });
}

function resolve<T>(value: pulumi.Input<T>): Promise<T> {
  return new Promise((done) => pulumi.output(value).apply((known) => done(known as T)));
}

describe('mounting', () => {
  test('a flat directory has no list of files, so that a new one appears in the running pod', () => {
    const one = podOf(holding({ 'a.yml': '1' }));
    const two = podOf(holding({ 'a.yml': '2', 'b.yml': '3' }));
    expect(two).toStrictEqual(one);
  });

  test('folders are kept', () => {
    const workload = holding({ 'top.yml': '1', 'rules/slo.yml': '2' });
    expect(ofKind(manifestsOf(workload), 'ConfigMap')[0]?.data).toStrictEqual({
      'top.yml': '1',
      'rules__slo.yml': '2',
    });
    expect(podOf(workload).spec.volumes?.[0]?.configMap?.items).toStrictEqual([
      { key: 'top.yml', path: 'top.yml' },
      { key: 'rules__slo.yml', path: 'rules/slo.yml' },
    ]);
  });
});

describe('a change', () => {
  const fingerprint = (content: string, onChange: ConfigDirectory['onChange'], secret = false) =>
    podFingerprint(holding({ a: content }, { onChange, secret }));

  test('of watched files touches no pod', () => {
    expect(fingerprint('1', 'watched')).toBeUndefined();
  });

  test.each(['restart', { reload: '/-/reload' }] as const)(
    'of files that mean %j replaces pods',
    (onChange) => {
      expect(fingerprint('1', onChange)).toBe(fingerprint('1', onChange));
      expect(fingerprint('1', onChange)).not.toBe(fingerprint('2', onChange));
    },
  );

  test('of a name counts, not only of content', () => {
    const of = (files: Record<string, string>) => podFingerprint(holding(files, { onChange: 'restart' }));
    expect(of({ a: 'x', b: 'y' })).not.toBe(of({ a: 'x', c: 'y' }));
  });

  test('of a secret is seen without telling it', async () => {
    const [before, after] = await Promise.all(
      ['one', 'two'].map((value) =>
        resolve(
          podFingerprint(holding({ a: pulumi.secret(value) }, { onChange: 'restart', secret: true })) ?? '',
        ),
      ),
    );
    expect(before).toMatch(/^[0-9a-f]{32}$/);
    expect(before).not.toBe(after);
  });
});

test('secrets stay secrets', async () => {
  const [secret] = ofKind(manifestsOf(holding({ key: 'plain by mistake' }, { secret: true })), 'Secret');
  const value = (secret as unknown as { data: { key: pulumi.Output<string> } }).data.key;
  expect(await pulumi.isSecret(value)).toBe(true);
  expect(Buffer.from(await resolve(pulumi.unsecret(value)), 'base64').toString()).toBe('plain by mistake');
});

describe('refusals', () => {
  test('a directory over the limit, by name and size', () => {
    const half = 'x'.repeat(MAX_DIRECTORY_BYTES / 2);
    expect(fileRefusals(holding({ a: half }))).toStrictEqual([]);
    expect(fileRefusals(holding({ a: half, 'big.json': `${half}x` }))).toStrictEqual([
      "example: directory 'config' has 1048586 bytes, and a ConfigMap or Secret holds at most 1048576. Make its largest files smaller: 'big.json' (524289), 'a' (524288)",
    ]);
  });

  test.each(['a b.yml', '../up', '/top', 'ünicode'])("a file named '%s'", (path) => {
    expect(fileRefusals(holding({ [path]: '' }))).toHaveLength(1);
  });

  test('two files that would share a key', () => {
    expect(fileRefusals(holding({ 'a/b': '', a__b: '' }))).toStrictEqual([
      "example: directory 'config' has 'a/b' and 'a__b': rename one, they share a key",
    ]);
  });
});
