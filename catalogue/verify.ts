import { type ExpositionFormat, parseExposition, repeatedSeries, type Sample } from '../lib/exposition.ts';
import { nearest } from '../lib/nearest.ts';
import { ANY_SERVICE, type Metric } from './metric.ts';
import { SERVICE_METRICS } from './metrics.ts';

export interface VerifyOptions {
  /** The service whose page it is: only its metrics are asked for. Default: whichever the page has metrics of. */
  readonly service?: string;
  /** Catalogue name by the name that the page has. Default: none. */
  readonly metricNames?: Readonly<Record<string, string>>;
  /** Catalogue label by the label that the page has. Default: none. */
  readonly metricLabels?: Readonly<Record<string, string>>;
  /** Default: what the page looks like. */
  readonly format?: ExpositionFormat;
  /** Most series of one metric. Default: 1,000. */
  readonly seriesLimit?: number;
}

/** What is said of a page that is of something else. */
export const NOTHING_KNOWN = 'the page has not one metric of the catalogue';

export const DEFAULT_SERIES_LIMIT = 1_000;
const PARTS = ['_bucket', '_sum', '_count'];
/** Labels that a target may add to any series. */
const FREE = new Set([
  'instance',
  'job',
  'pod',
  'zone',
  'namespace',
  'node',
  'region',
  'cluster',
  'container',
]);

/**
 * Holds a `/metrics` page against the catalogue. Each problem is a line: a metric that is missing or has another
 * type, a label that is missing or too many, a bucket that rules rely on, more series than the limit.
 */
export function verifyMetrics(page: string, options: VerifyOptions = {}): string[] {
  const read = parseExposition(page, options.format);
  const { metricNames = {}, metricLabels = {} } = options;
  const types = new Map([...read.types].map(([name, type]) => [renamed(name, metricNames), type]));
  const samples = read.samples.map((sample) => ({
    ...sample,
    name: renamed(sample.name, metricNames),
    labels: relabelled(sample.labels, metricLabels),
  }));
  const limit = options.seriesLimit ?? DEFAULT_SERIES_LIMIT;
  const catalogue = Object.entries<Metric>(SERVICE_METRICS);
  const byMetric = Map.groupBy(samples, ({ name }) => familyOf(name, types));
  const sources = options.service
    ? new Set([options.service])
    : new Set(
        catalogue.filter(([name]) => types.has(name) || byMetric.has(name)).map(([, { source }]) => source),
      );
  // An exporter beside a service brings what the catalogue expects of that service.
  const mapped = new Set(Object.values(metricNames));
  const asked = catalogue.filter(
    ([name, { source }]) => source !== ANY_SERVICE && (sources.has(source) || mapped.has(name)),
  );
  const common = catalogue.filter(([name, { source }]) => source === ANY_SERVICE && byMetric.has(name));
  if (asked.length === 0) return [NOTHING_KNOWN];
  return [
    ...repeatedSeries(read.samples).map(
      (series) => `${series}: is on the page twice; Prometheus keeps one of them`,
    ),
    ...asked.flatMap(([name, metric]) => verifyMetric(name, metric, types, byMetric.get(name) ?? [])),
    ...[...asked, ...common].flatMap(([name, { fromZero = {} }]) =>
      lateSeries(name, fromZero, byMetric.get(name) ?? []),
    ),
    ...misspelt(
      [...byMetric.keys()],
      catalogue.map(([name]) => name),
    ),
    ...[...byMetric].flatMap(([name, series]) =>
      series.length > limit
        ? [`${name}: ${series.length} series, ${limit} are allowed: which label has so many values?`]
        : [],
    ),
  ];
}

/** A name as the stack's Prometheus renames it, a histogram's parts included. */
function renamed(name: string, names: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(names, name)) return names[name] ?? name;
  const part = PARTS.find((each) => name.endsWith(each)) ?? '';
  const base = part === '' ? name : name.slice(0, -part.length);
  return Object.hasOwn(names, base) ? `${names[base]}${part}` : name;
}

function relabelled(
  labels: Readonly<Record<string, string>>,
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels).map(([label, value]) => [
      Object.hasOwn(names, label) ? (names[label] ?? label) : label,
      value,
    ]),
  );
}

function familyOf(name: string, types: ReadonlyMap<string, string>): string {
  for (const part of PARTS) {
    const base = name.endsWith(part) ? name.slice(0, -part.length) : '';
    if (types.get(base) === 'histogram' || types.get(base) === 'summary') return base;
  }
  return name;
}

function verifyMetric(
  name: string,
  metric: Metric,
  types: ReadonlyMap<string, string>,
  series: readonly Sample[],
): string[] {
  // OpenMetrics declares a counter without its suffix.
  const type = types.get(name) ?? types.get(name.replace(/_total$/, ''));
  if (type === undefined && series.length === 0) return [`${name}: missing (${metric.type})`];
  const problems: string[] = [];
  if (type !== metric.type)
    problems.push(`${name}: is ${type ?? 'of no declared type'}, must be a ${metric.type}`);
  const present = new Set(series.flatMap(({ labels }) => Object.keys(labels)));
  present.delete('le');
  for (const label of series.length > 0 ? metric.labels : []) {
    if (series.some(({ labels }) => !(label in labels)))
      problems.push(`${name}: the label “${label}” is missing`);
  }
  for (const label of present) {
    if (metric.labels.includes(label) || FREE.has(label)) continue;
    problems.push(
      `${name}: the label “${label}” is not in the catalogue, which has ${metric.labels.join(', ') || 'none'}`,
    );
  }
  const bounds = new Set(
    series.flatMap(({ labels }) => (labels.le === undefined ? [] : [Number(labels.le)])),
  );
  const lacking = series.length > 0 ? (metric.buckets ?? []).filter((bound) => !bounds.has(bound)) : [];
  if (lacking.length > 0)
    problems.push(
      [...bounds].some(Number.isFinite)
        ? `${name}: buckets are missing at ${lacking.join(', ')}`
        : `${name}: the page has no bucket of it, and the rules read those at ${lacking.join(', ')}; a native histogram keeps its buckets out of pages in text: let the service expose classic buckets as well`,
    );
  return problems;
}

/** Series that are not there until their first event, which is lost for that. */
function lateSeries(
  name: string,
  fromZero: Readonly<Record<string, readonly string[]>>,
  series: readonly Sample[],
): string[] {
  return Object.entries(fromZero).flatMap(([label, values]) => {
    const late = values.filter((value) => series.every(({ labels }) => labels[label] !== value));
    return late.length === 0
      ? []
      : [
          `${name}: no series with ${label} ${late.join(', ')}; expose each at 0 from the start, or its first event is never seen`,
        ];
  });
}

/** Metrics that look like one of the catalogue's, one or two letters off. */
function misspelt(names: readonly string[], known: readonly string[]): string[] {
  return names.flatMap((name) => {
    if (known.includes(name)) return [];
    const near = nearest(name, known);
    return near &&
      Math.abs(near.length - name.length) <= 2 &&
      near.slice(0, 4) === name.slice(0, 4) &&
      !known.includes(name)
      ? [`${name}: not in the catalogue; is it ${near}?`]
      : [];
  });
}
