import { PROBE_JOBS } from '../../catalogue/services.ts';
import { STACK } from '../../catalogue/stack.ts';
import type { Watched, WatchedJob, WatchedProbe, Workload } from '../../platforms/workload.ts';
import { namespaceOfAddress, type OperatorSettings, type Service } from '../../stack/settings/index.ts';
import type { Topology } from '../topology.ts';
import { labelSteps, namesByExpression, PROBE_MODULES, type ScrapeJob, scrapeTimeout } from './scrape.ts';

export interface WatchedArgs {
  readonly operator: OperatorSettings;
  /** Namespace of the stack. */
  readonly namespace: string;
  readonly topology: Topology;
  /** Rule files by name. */
  readonly rules: Readonly<Record<string, string>>;
  /** The services of the settings. */
  readonly services: readonly Pick<Service, 'name' | 'find'>[];
  /** The stack's workloads, which have no Prometheus among them. */
  readonly workloads: readonly Workload[];
}

/** The label that an operator gives the Service of each Prometheus it runs, and the name of its port. */
const OPERATED = { labels: { 'operated-prometheus': 'true' }, port: 'web' };
const BLACKBOX = 'blackbox-exporter';

/** What `prometheus.yml` would say of targets, for a Prometheus that reads it from its operator's objects. */
export function watched({ operator, namespace, topology, rules, workloads, services }: WatchedArgs): Watched {
  return {
    rules,
    jobs: topology.jobs.map((job) => ({ ...found(job), ...scraped(job) })),
    probes: (['http', 'tcp', 'dns'] as const).flatMap((kind) => probesOf(kind, topology)),
    prober: { workload: BLACKBOX, port: STACK[BLACKBOX].port },
  };

  function found({ job, targets }: ScrapeJob): Pick<WatchedJob, 'of' | 'port' | 'service'> {
    const workload = workloads.find(({ name }) => name === job);
    if (workload !== undefined) return { of: { workload }, port: workload.ports[0]?.name ?? '' };
    if (job === 'prometheus')
      return { of: { labels: OPERATED.labels, namespaces: [operator.namespace] }, port: OPERATED.port };
    const find = services.find(({ name }) => name === job)?.find;
    if (find?.by === 'kubernetes')
      return {
        of: { labels: find.labels ?? {}, namespaces: [find.namespace] },
        port: find.port,
        ...(find.labels === undefined && { service: find.service }),
      };
    const { labels = { 'app.kubernetes.io/name': job }, port = 'http' } = operator.services[job] ?? {};
    const namespaces = targets.map(({ address }) => namespaceOfAddress(address, namespace));
    return { of: { labels, namespaces: [...new Set(namespaces)] }, port };
  }
}

function scraped({
  job,
  interval,
  metricsPath,
  params,
  scheme,
  metricNames = {},
  metricLabels = {},
}: ScrapeJob): Omit<WatchedJob, 'of' | 'port'> {
  return {
    name: job,
    scheme: scheme ?? 'http',
    ...(interval === undefined ? {} : { interval, timeout: scrapeTimeout(interval) }),
    ...(metricsPath === undefined ? {} : { path: metricsPath }),
    ...(params === undefined ? {} : { params }),
    ...(Object.keys(metricNames).length === 0 ? {} : { metricNames: namesByExpression(metricNames) }),
    ...(Object.keys(metricLabels).length === 0
      ? {}
      : { metricLabels: labelSteps(metricLabels).map(operators) }),
  };
}

/** A step of a relabelling as an operator's objects spell it. */
function operators({ source_labels, regex, target_label, action }: ReturnType<typeof labelSteps>[number]) {
  return {
    regex,
    ...(source_labels && { sourceLabels: source_labels }),
    ...(target_label && { targetLabel: target_label }),
    ...(action && { action }),
  };
}

function probesOf(kind: keyof typeof PROBE_JOBS, { probes }: Topology): readonly WatchedProbe[] {
  const job = PROBE_JOBS[kind];
  return probes[kind].map(({ service, target, instance, module }, index) => ({
    name: `${job}-${service}-${index}`,
    job,
    module: module ?? PROBE_MODULES[kind],
    target,
    labels: { service, instance },
  }));
}
