import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { KINDS } from '../../../providers/kubernetes/kinds.ts';
import { KubernetesStandIn } from '../../../providers/kubernetes/provider.ts';
import { replacingPaths } from '../../../providers/kubernetes/replacement.ts';
import { manifestsOfAll } from './objects.ts';
import { stackWorkloads } from './workloads.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const SET = 'kubernetes:apps/v1:StatefulSet';
const named = (spec: object) => ({ metadata: { name: 'x', namespace: 'y' }, spec });

describe('replacing', () => {
  test('only where the official provider replaces', () => {
    const before = named({ replicas: 1, serviceName: 'a', template: {} });
    expect(
      replacingPaths(SET, before, named({ replicas: 2, serviceName: 'a', template: { x: 1 } })),
    ).toStrictEqual([]);
    expect(replacingPaths(SET, before, named({ replicas: 1, serviceName: 'b', template: {} }))).toStrictEqual(
      ['spec.serviceName'],
    );
    expect(replacingPaths('kubernetes:core/v1:ConfigMap', { data: { a: '1' } }, { data: {} })).toStrictEqual(
      [],
    );
  });

  test('takes the old one away first, because the name is the same', () => {
    const standIn = new KubernetesStandIn();
    const other = named({ serviceName: 'b' });
    expect(standIn.diff(SET, named({ serviceName: 'a' }), other)).toStrictEqual({
      changes: true,
      replaces: ['spec.serviceName'],
      deleteBeforeReplace: true,
    });
    expect(
      standIn.diff(SET, { ...other, metadata: { name: 'z', namespace: 'y' } }, other).deleteBeforeReplace,
    ).toBe(false);
  });
});

test('every kind that the platform makes is carried out', () => {
  const kinds = new Set([...KINDS.values()].map(({ kind }) => kind));
  const made = manifestsOfAll(stackWorkloads(), { ingress: { hosts: { grafana: 'grafana.example.org' } } });
  expect([...new Set(made.map(({ kind }) => kind))].filter((kind) => !kinds.has(kind))).toStrictEqual([]);
});

test('nothing outside the tests knows of the stand-ins', () => {
  const outside = readdirSync(ROOT, { withFileTypes: true })
    .filter(({ name }) => !['node_modules', 'test', 'bench'].includes(name) && !name.startsWith('.'))
    .flatMap((entry) =>
      entry.isFile()
        ? [entry.name]
        : readdirSync(join(ROOT, entry.name), { recursive: true, encoding: 'utf8' }).map((file) =>
            join(entry.name, file),
          ),
    )
    .filter((file) => /\.(ts|js|sh|ya?ml|json)$|Makefile$/.test(file) && !file.includes('node_modules'));
  const knowing = outside.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('test/providers'));
  expect(knowing).toStrictEqual([]);
});
