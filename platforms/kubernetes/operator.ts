import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { load } from 'js-yaml';
import { labels } from './names.ts';
import { type KubernetesOptions, resolveOptions } from './options.ts';

/** What a cluster's Prometheus Operator is told, where it runs Prometheus instead of this stack. */
export interface OperatorArgs {
  /** Rule files by name, as Prometheus reads them. */
  readonly rules: Readonly<Record<string, string>>;
  readonly monitors: readonly Monitor[];
  /** Labels by which the operator's Prometheus selects rules and monitors, such as `{ release: 'kube-prometheus' }`. */
  readonly selectedBy: Readonly<Record<string, string>>;
}

/** A service that is scraped. */
export interface Monitor {
  /** Its job. */
  readonly name: string;
  readonly namespace: string;
  /** Labels of its Service. */
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the Service's port. */
  readonly port: string;
  /** Prometheus duration, such as `15s`. */
  readonly interval: string;
  /** Default: `/metrics`. */
  readonly path?: string;
}

interface OperatorObject {
  readonly kind: 'PrometheusRule' | 'ServiceMonitor';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  };
  readonly spec: object;
}

const API_VERSION = 'monitoring.coreos.com/v1';

/** The objects, before they are resources. */
export function operatorObjects(args: OperatorArgs, options: KubernetesOptions = {}): OperatorObject[] {
  const settings = resolveOptions(options);
  const { namespace } = settings;
  const metadata = (name: string) => ({
    name,
    namespace,
    labels: { ...labels(settings), ...args.selectedBy },
  });
  return [
    ...Object.entries(args.rules).map(([file, content]) => ({
      kind: 'PrometheusRule' as const,
      metadata: metadata(
        file
          .replace(/\.ya?ml$/, '')
          .toLowerCase()
          .replaceAll(/[^a-z0-9.-]/g, '-'),
      ),
      spec: load(content) as object,
    })),
    ...args.monitors.map((monitor) => ({
      kind: 'ServiceMonitor' as const,
      metadata: metadata(monitor.name),
      spec: {
        // `job` is the value of this label: the rules ask for it.
        jobLabel: 'app.kubernetes.io/name',
        namespaceSelector: { matchNames: [monitor.namespace] },
        selector: { matchLabels: { ...monitor.labels } },
        endpoints: [{ port: monitor.port, interval: monitor.interval, path: monitor.path ?? '/metrics' }],
      },
    })),
  ];
}

/** Registers them. Without the operator's CRDs the update fails, and `explainFailure` says what to do. */
export function registerOperatorObjects(
  args: OperatorArgs,
  options: KubernetesOptions,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return operatorObjects(args, options).map(
    ({ kind, metadata, spec }) =>
      new k8s.apiextensions.CustomResource(
        `${kind}-${metadata.name}`,
        { apiVersion: API_VERSION, kind, metadata, spec },
        opts,
      ),
  );
}
