import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { load } from 'js-yaml';
import type { Transform, Watched, WatchedJob, WatchedProbe } from '../workload.ts';
import { labels, namespaceOf, selector } from './names.ts';
import type { Settings } from './options.ts';

/** An object of the Prometheus Operator, before it is a resource. */
export interface OperatorObject {
  readonly kind: 'PrometheusRule' | 'ServiceMonitor' | 'Probe';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  };
  readonly spec: object;
}

const API_VERSION = 'monitoring.coreos.com/v1' as const;
/** The engine's type of an object. */
export const operatorType = (kind: OperatorObject['kind']) => `kubernetes:${API_VERSION}:${kind}` as const;
/** Name of its resource. */
export const operatorResource = ({ kind, metadata }: OperatorObject): string => `${kind}-${metadata.name}`;

/**
 * Labels that an operator gives every target of a ServiceMonitor: metrics have labels of these names themselves,
 * which Prometheus would rename.
 */
const OPERATORS_LABELS = 'endpoint|service|container';

/** What a Prometheus Operator is told in place of the stack's own Prometheus. */
export function operatorObjects(watched: Watched, settings: Settings): readonly OperatorObject[] {
  const object = (kind: OperatorObject['kind'], name: string, spec: object): OperatorObject => ({
    kind,
    metadata: {
      name,
      namespace: settings.namespace,
      labels: { ...labels(settings), ...settings.selectedBy },
    },
    spec,
  });
  const { workload, port } = watched.prober;
  const prober = `${workload}.${settings.namespace}.svc:${port}`;
  return [
    ...Object.entries(watched.rules).map(([file, content]) =>
      object('PrometheusRule', objectName(file), load(content) as object),
    ),
    ...watched.jobs.map((job) => object('ServiceMonitor', job.name, monitorOf(job, settings))),
    ...watched.probes.map((probe) => object('Probe', probe.name, probeOf(probe, prober))),
  ];
}

function objectName(file: string): string {
  return file
    .replace(/\.ya?ml$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, '-');
}

function monitorOf(job: WatchedJob, settings: Settings): object {
  const place =
    'workload' in job.of
      ? {
          labels: selector(settings, job.of.workload.name),
          namespaces: [namespaceOf(settings, job.of.workload)],
        }
      : job.of;
  const renamed = Object.entries(job.metricNames ?? {}).map(([regex, replacement]) => ({
    sourceLabels: ['__name__'],
    regex,
    targetLabel: '__name__',
    replacement,
  }));
  const relabelled = [...renamed, ...(job.metricLabels ?? [])];
  return {
    namespaceSelector: { matchNames: [...place.namespaces] },
    selector: { matchLabels: { ...place.labels } },
    endpoints: [
      {
        ...(typeof job.port === 'number' ? { targetPort: job.port } : { port: job.port }),
        scheme: job.scheme,
        path: job.path ?? '/metrics',
        ...(job.params === undefined ? {} : { params: job.params }),
        ...(job.interval === undefined ? {} : { interval: job.interval }),
        ...(job.timeout === undefined ? {} : { scrapeTimeout: job.timeout }),
        relabelings: [
          ...(job.service === undefined
            ? []
            : [{ action: 'keep', sourceLabels: ['__meta_kubernetes_service_name'], regex: job.service }]),
          { action: 'labeldrop', regex: OPERATORS_LABELS },
          { targetLabel: 'job', replacement: job.name },
        ],
        ...(relabelled.length === 0 ? {} : { metricRelabelings: relabelled }),
      },
    ],
  };
}

function probeOf({ job, module, target, labels: own }: WatchedProbe, prober: string): object {
  return {
    jobName: job,
    module,
    prober: { url: prober },
    targets: {
      staticConfig: {
        static: [target],
        // `instance` would be the target else: labels are given before an operator's own relabelling.
        relabelingConfigs: Object.entries(own).map(([targetLabel, replacement]) => ({
          targetLabel,
          replacement,
        })),
      },
    },
  };
}

/** Registers them. Without the operator's CRDs the update fails, and `explainFailure` says what to do. */
export function registerOperatorObjects(
  objects: readonly OperatorObject[],
  opts: pulumi.CustomResourceOptions,
  { transform, prefix = '' }: { readonly transform?: Transform; readonly prefix?: string } = {},
): readonly pulumi.CustomResource[] {
  return objects.map((object) => {
    const { kind, metadata, spec } = object;
    const name = operatorResource(object);
    const declared = { props: { apiVersion: API_VERSION, kind, metadata, spec }, opts };
    const { props, opts: own } = transform?.({ type: operatorType(kind), name, ...declared }) ?? declared;
    return new k8s.apiextensions.CustomResource(`${prefix}${name}`, props as typeof declared.props, own);
  });
}
