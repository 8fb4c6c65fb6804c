import type { z } from 'zod';
import type { Metric } from '../../catalogue/metric.ts';
import type { DependencyName } from '../../catalogue/services.ts';
import type { Addressing, Connection, Permission, Program, Workload } from '../../platforms/workload.ts';
import type { InputSeries, RuleModule } from '../../rules/alert.ts';
import { TOOLS, type ToolName } from '../../tools/versions.ts';
import type { ScrapeJob } from '../prometheus/scrape.ts';

/**
 * The facts of one program that the stack runs. Every member without a question mark is required: the compiler objects
 * to a part that forgets one, so that “none” is written down.
 */
export interface PartFacts<
  Name extends string = string,
  Metrics extends Readonly<Record<string, Metric>> = Readonly<Record<string, Metric>>,
  Shape extends z.ZodRawShape = z.ZodRawShape,
  Switches = never,
> {
  /** Name of its workload and of its scrape job. */
  readonly name: Name;
  /** What people call it. */
  readonly title: string;
  /** Logical port. */
  readonly port: number;
  readonly program: PinnedProgram;
  /** Whether people open it: the others are reached by Prometheus alone, where workloads are containers. */
  readonly opened: boolean;
  /** Path that answers once it can serve: `make health` asks it. */
  readonly ready: string;
  /** Path that the stack's HTTP probe opens; undefined where its scrape says enough. */
  readonly probed: string | undefined;
  /** Its sections of a stack's file, by key. */
  readonly settings: Shape;
  /** Why a stack runs without it, such as `redis.off is true`; undefined where it runs. */
  readonly absent: (settings: Switches) => string | undefined;
  /** Whether its job is scraped. Default: where it runs. */
  readonly scraped?: (settings: Switches) => boolean;
  /** What rules and dashboards read of it, besides what every target exposes. */
  readonly metrics: Metrics;
  /** Its own alerts, with their proofs and runbooks, and its recorded series. */
  readonly rules: RuleModule;
  /** What it exposes on a healthy day: every proof of a healthy day has it. */
  readonly healthy: (moment: Moment) => readonly InputSeries[];
}

/** A part whose workload follows from the settings and addresses alone. */
export interface ExporterPart<
  Name extends string = string,
  Metrics extends Readonly<Record<string, Metric>> = Readonly<Record<string, Metric>>,
  Shape extends z.ZodRawShape = z.ZodRawShape,
  Switches = never,
  Needs = never,
> extends PartFacts<Name, Metrics, Shape, Switches> {
  readonly workload: (context: WorkloadContext<Needs>) => Workload;
  /** The dependency that its rules are about, which come and go with it. Default: none. */
  readonly watches?: DependencyName;
  /** Its port under these settings. Default: `port`. */
  readonly portOf?: (settings: Needs) => number;
  /** What its scrape job has besides targets. Default: nothing. */
  readonly scrape?: Pick<ScrapeJob, 'honorLabels'>;
  /** Whether one runs on each machine. Default: one in all. */
  readonly perNode?: boolean;
  /** Jobs besides its own. Default: none. */
  readonly furtherJobs?: (context: PartContext<Needs>) => FurtherJobs;
  /** Targets of its job and of further ones, of which a cluster has so many machines. Default: 1. */
  readonly targets?: (settings: Needs, machines: number) => number;
}

/** A pinned tool as a program. */
export interface PinnedProgram extends Program {
  readonly tool: ToolName;
}

/** An hour of a healthy day. */
export interface Moment {
  /** From 0 to 23. */
  readonly hour: number;
  /** From 0 at night to 1 in the afternoon. */
  readonly load: number;
}

/** Settings, and where things are. */
export interface PartContext<Needs> {
  readonly settings: Needs;
  readonly platform: Addressing;
  /** `host:port` to dial for a logical or real address. */
  readonly dial: (address: string) => string;
  readonly connection: (address: string) => Connection;
}

export interface WorkloadContext<Needs> extends PartContext<Needs> {
  /** What the stack's probes ask. */
  readonly probes: { readonly connections: readonly Connection[]; readonly dnsName: string | undefined };
}

/** Scrape jobs, and what Prometheus needs to reach and to find their targets. */
export interface FurtherJobs {
  readonly jobs: readonly ScrapeJob[];
  readonly connections?: readonly Connection[];
  readonly permissions?: readonly Permission[];
}

/** A server of the stack: its workload is made of the stack's files, in `components/<name>.ts`. */
export function defineServer<
  const Name extends string,
  const Metrics extends Readonly<Record<string, Metric>>,
  Shape extends z.ZodRawShape,
  Switches,
>(part: PartFacts<Name, Metrics, Shape, Switches>): PartFacts<Name, Metrics, Shape, Switches> {
  return part;
}

/** Everything about a program that watches something, in one file. */
export function definePart<
  const Name extends string,
  const Metrics extends Readonly<Record<string, Metric>>,
  Shape extends z.ZodRawShape,
  Switches,
  Needs,
>(
  part: ExporterPart<Name, Metrics, Shape, Switches, Needs>,
): ExporterPart<Name, Metrics, Shape, Switches, Needs> {
  return part;
}

/**
 * A pinned tool: its binary where processes run, its publisher's image where containers do.
 * @param tags how the publisher writes them. Default: with a leading `v`.
 */
export function pinned(tool: ToolName, repository: string, tags: 'v' | 'bare' = 'v'): PinnedProgram {
  return { tool, image: `${repository}:${tags === 'v' ? 'v' : ''}${TOOLS[tool].version}` };
}

/** A part without rules of its own. */
export const NO_RULES: RuleModule = { recordings: [], alerts: [] };

/** Metrics of one source, by type, unit, help and labels. */
export const metricsOf =
  (source: string, common: readonly string[] = []) =>
  (
    type: Metric['type'],
    unit: Metric['unit'],
    help: string,
    labels: readonly string[] = [],
    more: Partial<Metric> = {},
  ): Metric => ({ type, unit, labels: [...common, ...labels], help, source, ...more });
