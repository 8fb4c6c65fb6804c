import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load, loadAll } from 'js-yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { filesWithoutPulumi } from '../../stack/without-pulumi.ts';
import { ensureTools } from '../../tools/install.ts';
import { planned, SECRETIVE } from '../unit/program/planned.ts';

/** The oldest version that docs/kubernetes.md asks for. */
const KUBERNETES = 'v1.29';
const OPTIONAL = ['container-seccomp-profile', 'container-ports-check'];

/** Something that kube-score objects to. */
interface Finding {
  readonly check: string;
  readonly says: string;
  readonly of: string;
}

/** An accepted finding: a row of the table in docs/kubernetes.md. */
interface Exception {
  readonly check: string;
  readonly says: string;
  /** Names of workloads. `undefined` is every workload. */
  readonly of: readonly string[] | undefined;
  readonly because: string;
}

interface Scored {
  readonly object_meta: { readonly name: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly summary: string }[] | null;
  }[];
}

const OK = 10;
const STACKS = {
  production: {
    ...SECRETIVE,
    platform: 'kubernetes',
    environment: 'production',
    redis: { address: 'cache.shop.example.org:6379' },
    kubernetes: { ingress: { hosts: { grafana: 'grafana.example.org' }, className: 'nginx' } },
  },
  'the demo': { platform: 'kubernetes', trial: true, demo: { enabled: true } },
};
const manifestsOf = (input: object) =>
  Object.entries(filesWithoutPulumi(planned(input)))
    .filter(([path]) => /^kubernetes\/[^/]+\.yaml$/.test(path) && !path.endsWith('kustomization.yaml'))
    .map(([, text]) => text);
const EXCEPTIONS = exceptionsIn(
  readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'kubernetes.md'), 'utf8'),
);

function exceptionsIn(document: string): readonly Exception[] {
  const [, section = ''] = document.split('\n## What kube-score says\n');
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => {
    const [, check = '', says = '', of = '', because = ''] = row.split('|').map((cell) => cell.trim());
    const named = of === 'every workload' ? undefined : of.replaceAll('`', '').split(', ');
    return { check: check.replaceAll('`', ''), says, of: named, because };
  });
}

const accepts = (exception: Exception, { check, says, of }: Finding) =>
  exception.check === check && exception.says === says && (exception.of?.includes(of) ?? true);
const unaccepted = (findings: readonly Finding[]) =>
  findings.filter((finding) => !EXCEPTIONS.some((exception) => accepts(exception, finding)));

describe('kube-score', () => {
  let program: string;
  beforeAll(async () => {
    program = (await ensureTools(['kube-score']))['kube-score'];
  });

  function findings(manifests: readonly string[]): readonly Finding[] {
    const { stdout, stderr } = spawnSync(
      program,
      [
        'score',
        '--output-format=json',
        `--kubernetes-version=${KUBERNETES}`,
        ...OPTIONAL.map((check) => `--enable-optional-test=${check}`),
        '-',
      ],
      { input: manifests.join('---\n'), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
    expect(stderr).toBe('');
    return (JSON.parse(stdout) as Scored[]).flatMap(({ object_meta: { name }, checks }) =>
      checks
        .filter(({ grade, skipped }) => !skipped && grade < OK)
        .flatMap(({ check: { id }, comments }) =>
          (comments ?? [{ summary: '' }]).map(({ summary }) => ({ check: id, says: summary, of: name })),
        ),
    );
  }

  test.each(Object.entries(STACKS))('objects to nothing of %s but what is accepted', (_name, input) => {
    const manifests = manifestsOf(input);
    expect(manifests.length).toBeGreaterThan(20);
    expect(unaccepted(findings(manifests))).toEqual([]);
  });

  test('every exception has a reason, and is needed', () => {
    const all = Object.values(STACKS).flatMap((input) => findings(manifestsOf(input)));
    expect(EXCEPTIONS.length).toBeGreaterThan(5);
    for (const exception of EXCEPTIONS) {
      expect(exception.because, exception.check).not.toBe('');
      expect(
        all.some((finding) => accepts(exception, finding)),
        `${exception.check}: ${exception.says}`,
      ).toBe(true);
      for (const name of exception.of ?? [])
        expect(
          all.some((finding) => finding.of === name && accepts(exception, finding)),
          `${exception.check} of ${name}`,
        ).toBe(true);
    }
  });

  interface Pods {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly spec?: { readonly template?: { readonly spec: PodSpec } };
  }
  interface PodSpec {
    containers: Record<string, unknown>[];
    securityContext?: unknown;
  }

  /** The manifests of production with Alertmanager's pods changed. */
  function changed(change: (spec: PodSpec, container: Record<string, unknown>) => void): readonly string[] {
    return manifestsOf(STACKS.production).map((text) => {
      const object = load(text) as Pods;
      const spec = object.spec?.template?.spec;
      const [container] = spec?.containers ?? [];
      if (object.kind !== 'StatefulSet' || object.metadata.name !== 'alertmanager') return text;
      if (spec === undefined || container === undefined) throw new Error('no pods');
      change(spec, container);
      return dump(object);
    });
  }

  test.each<[string, string, (spec: PodSpec, container: Record<string, unknown>) => void]>([
    [
      'a limit of memory',
      'Memory limit is not set',
      (_spec, container) => {
        container.resources = { requests: { cpu: '100m', memory: '64Mi' } };
      },
    ],
    [
      'what is asked for',
      'CPU request is not set',
      (_spec, container) => {
        container.resources = { limits: { memory: '64Mi' } };
      },
    ],
    [
      'the confinement of a container',
      'The pod has a container with a writable root filesystem',
      (_spec, container) => {
        container.securityContext = { runAsNonRoot: true };
      },
    ],
    [
      'the system calls that are let through',
      'The container has not configured Seccomp',
      (spec, container) => {
        spec.securityContext = {};
        container.securityContext = {};
      },
    ],
    [
      'a version',
      'Image with latest tag',
      (_spec, container) => {
        container.image = 'docker.io/prom/alertmanager:latest';
      },
    ],
    [
      'the check that a pod is ready',
      'Container is missing a readinessProbe',
      (_spec, container) => {
        delete container.readinessProbe;
      },
    ],
  ])('objects where %s is missing', (_what, says, change) => {
    const found = unaccepted(findings(changed(change)));
    expect(found).toContainEqual(expect.objectContaining({ says, of: 'alertmanager' }));
  });

  test('objects where no policy says who may reach a pod', () => {
    const open = manifestsOf(STACKS.production).filter((text) => {
      const [object] = loadAll(text) as { kind: string }[];
      return object?.kind !== 'NetworkPolicy';
    });
    expect(unaccepted(findings(open)).map(({ check }) => check)).toContain('pod-networkpolicy');
  });
});
