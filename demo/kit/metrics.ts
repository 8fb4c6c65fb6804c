import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { ANY_SERVICE, type Metric } from '../../catalogue/metric.ts';
import { SERVICE_METRICS, type ServiceMetricName } from '../../catalogue/metrics.ts';

type Definition<N extends ServiceMetricName> = (typeof SERVICE_METRICS)[N];
type NameFrom<S extends string> = {
  [N in ServiceMetricName]: Definition<N>['source'] extends S | typeof ANY_SERVICE ? N : never;
}[ServiceMetricName];
type Client<M extends Metric> = M['type'] extends 'counter'
  ? Counter<M['labels'][number]>
  : M['type'] extends 'gauge'
    ? Gauge<M['labels'][number]>
    : Histogram<M['labels'][number]>;

/** The catalogue's metrics of a service, and those that every service has, by name. */
export type MetricsOf<S extends string> = { readonly [N in NameFrom<S>]: Client<Definition<N>> };

/** Creates every metric that the catalogue says `source` exposes, with its type, help, labels and buckets. */
export function createMetrics<S extends string>(source: S, registry: Registry): MetricsOf<S> {
  const own = Object.entries<Metric>(SERVICE_METRICS).filter(
    ([, metric]) => metric.source === source || metric.source === ANY_SERVICE,
  );
  return Object.fromEntries(
    own.map(([name, metric]) => [name, create(name, metric, registry)]),
  ) as MetricsOf<S>;
}

function create(name: string, metric: Metric, registry: Registry) {
  const shared = { name, help: metric.help, labelNames: [...metric.labels], registers: [registry] };
  if (metric.type === 'counter') return new Counter(shared);
  if (metric.type === 'gauge') return new Gauge(shared);
  return new Histogram({ ...shared, buckets: [...(metric.buckets ?? [])] });
}

/** A registry with the process's own metrics in it. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Sets counters to 0 for each combination of label values, so that their first increase is seen as one. */
export function startAtZero<L extends string>(
  counter: Counter<L>,
  values: Readonly<Record<L, readonly string[]>>,
): void {
  for (const labels of combinations(values)) counter.inc(labels, 0);
}

/** Every combination of label values, as label sets. */
export function combinations<L extends string>(
  values: Readonly<Record<L, readonly string[]>>,
): Record<L, string>[] {
  const names = Object.keys(values) as L[];
  return names.reduce<Record<L, string>[]>(
    (sets, name) => sets.flatMap((set) => values[name].map((value) => ({ ...set, [name]: value }))),
    [{} as Record<L, string>],
  );
}
