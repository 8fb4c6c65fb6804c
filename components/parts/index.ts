import type { Metric } from '../../catalogue/metric.ts';
import type { Workload } from '../../platforms/workload.ts';
import { alertmanager } from './alertmanager.ts';
import { blackboxExporter } from './blackbox-exporter.ts';
import { grafana } from './grafana.ts';
import { nodeExporter } from './node-exporter.ts';
import type { FurtherJobs, PartContext, WorkloadContext } from './part.ts';
import { prometheus } from './prometheus.ts';
import { redisExporter } from './redis-exporter.ts';

/** Parts whose workload follows from settings and addresses alone. A new part is its file and its line here. */
export const EXPORTERS = [redisExporter, nodeExporter, blackboxExporter] as const;

/** Every part of the stack, in the order of the scrape jobs. */
export const PARTS = [prometheus, grafana, alertmanager, ...EXPORTERS] as const;

export type AnyPart = (typeof PARTS)[number];
type AnyExporter = (typeof EXPORTERS)[number];

/** Name of a workload of the stack, which is that of its scrape job. */
export type PartName = AnyPart['name'];

/** The settings that say which parts run. */
export type PartSwitches = Intersection<ArgumentOf<AnyPart['absent']>>;

/** Everything that the parts read of a stack's settings. */
export type PartNeeds = PartSwitches & Intersection<ArgumentOf<AnyExporter['workload']>['settings']>;

type ArgumentOf<T> = T extends (argument: infer A) => unknown ? (unknown extends A ? never : A) : never;
type Intersection<T> = (T extends unknown ? (each: T) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** A fact of each part, by its name. */
export function byPart<T>(fact: (part: AnyPart) => T): Readonly<Record<PartName, T>> {
  return Object.fromEntries(PARTS.map((part) => [part.name, fact(part)])) as Record<PartName, T>;
}

/** The parts that a stack runs. */
export const runningParts = (settings: PartSwitches): readonly AnyPart[] =>
  PARTS.filter((part) => part.absent(settings) === undefined);

/** The exporters that a stack runs. */
export const runningExporters = (settings: PartSwitches): readonly AnyExporter[] =>
  EXPORTERS.filter((part) => part.absent(settings) === undefined);

/** Whether the job of a part is scraped: an exporter that another program runs is, too. */
export const isScraped = (part: AnyPart, settings: PartSwitches): boolean =>
  'scraped' in part && part.scraped !== undefined
    ? part.scraped(settings)
    : part.absent(settings) === undefined;

/** Names of the parts whose jobs are scraped. */
export const scrapedParts = (settings: PartSwitches): readonly PartName[] =>
  PARTS.filter((part) => isScraped(part, settings)).map(({ name }) => name);

/** Port of a part under a stack's settings. */
export const portOf = (part: AnyPart, settings: PartNeeds): number =>
  'portOf' in part && part.portOf !== undefined ? part.portOf(settings) : part.port;

/** Jobs of an exporter besides its own. */
export const furtherJobs = (part: AnyExporter, context: PartContext<PartNeeds>): FurtherJobs =>
  part.furtherJobs?.(context) ?? { jobs: [] };

/** Targets of a part's jobs, of which a cluster has so many machines. */
export const targetsOf = (part: AnyPart, settings: PartNeeds, machines: number): number =>
  !isScraped(part, settings)
    ? 0
    : 'targets' in part && part.targets !== undefined
      ? part.targets(settings, machines)
      : 1;

/** The workloads of the exporters that a stack runs. */
export const exporterWorkloads = (context: WorkloadContext<PartNeeds>): readonly Workload[] =>
  runningExporters(context.settings).map((part) => part.workload(context));

type KeysOf<T> = T extends unknown ? keyof T : never;

export type PartMetricName = KeysOf<AnyPart['metrics']>;

/** What the parts expose, by name. */
export const PART_METRICS = Object.assign({}, ...PARTS.map(({ metrics }) => metrics)) as Readonly<
  Record<PartMetricName, Metric>
>;

/** Sections of a stack's file that belong to a part, by key. */
export const PART_SETTINGS = Object.assign({}, ...PARTS.map(({ settings }) => settings)) as Intersection<
  AnyPart['settings']
>;
