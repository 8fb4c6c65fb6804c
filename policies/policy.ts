import type { AlertmanagerConfig, Labels } from '../notifications/index.ts';
import type { RuleSet } from '../rules/index.ts';

/** `mandatory` stops before the first resource; `advisory` is printed. */
export const LEVELS = ['mandatory', 'advisory'] as const;
export type Level = (typeof LEVELS)[number];

/** A window of a rule that holds fewer than four scrapes. */
export interface ShortWindow {
  /** Alert or series. */
  readonly rule: string;
  /** A Prometheus duration, such as `1m`. */
  readonly window: string;
  /** How often what it reads is scraped, a Prometheus duration. */
  readonly interval: string;
  /** Setting that says so; undefined where it is the catalogue. */
  readonly key?: string;
}

/** A job as far as the settings say what it scrapes. */
export interface ScrapedJob {
  readonly job: string;
  /** How many targets it has, or is taken to have. */
  readonly targets: number;
  /** A Prometheus duration. */
  readonly interval: string;
}

/** A page of a workload that others than this machine, or the cluster, can open. */
export interface PageFacts {
  readonly workload: string;
  /** Host name or address. */
  readonly at: string;
  /** Where a network policy opens it. Default: something else does. */
  readonly place?: { readonly range: string } | { readonly namespace: string };
  /** Whether whoever opens it is asked who they are, before the workload hears of it. */
  readonly asks: boolean;
  /** What closes it, or makes it ask. */
  readonly advice: string;
}

/** A workload as far as policies judge it; every platform’s workloads fit. */
export interface WorkloadFacts {
  readonly name: string;
  readonly program: { readonly image: string };
  readonly user: number;
  /** Default: true. */
  readonly readOnlyRoot?: boolean;
  readonly resources: {
    readonly cpuMillis: number;
    readonly memoryMebibytes: number;
    readonly memoryLimitMebibytes?: number;
  };
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Rights that it has and should not have, in words. Default: none. */
  readonly rights?: readonly string[];
}

export interface SilenceFacts {
  readonly id: string;
  readonly owner: string;
  readonly reason: string;
  readonly matchers: readonly string[];
  /** ISO times. */
  readonly startsAt: string;
  readonly endsAt: string;
}

/** What a stack is about to be, as policies see it. Nothing here needs an engine. */
export interface PolicyFacts {
  readonly production: boolean;
  readonly rules: Pick<RuleSet, 'alerts' | 'recordings' | 'slos' | 'metrics' | 'recorded'>;
  /** The rules as the settings declare them, where `rules` were read back from rule files. Default: `rules`. */
  readonly declared?: Pick<RuleSet, 'alerts' | 'recordings'>;
  readonly alertmanager: AlertmanagerConfig;
  /** With which labels an alert leaves Prometheus; undefined where relabelling drops it. Default: with its own. */
  readonly sent?: (labels: Labels) => Labels | undefined;
  /** Silences of the settings that are not over. Default: none. */
  readonly silences?: readonly SilenceFacts[];
  /** Windows with fewer than four scrapes. Default: none. */
  readonly shortWindows?: readonly ShortWindow[];
  /** Names of the receivers that wake people up. */
  readonly pagers: readonly string[];
  /** How long Prometheus keeps samples, a Prometheus duration; undefined for one that the stack does not run. */
  readonly retention: string | undefined;
  /** Most bytes that it keeps, such as `10GB`; undefined for one that the stack does not run. Default: not judged. */
  readonly retentionSize?: string | undefined;
  /** What it scrapes, as far as the settings say. Default: nothing. */
  readonly scraped?: readonly ScrapedJob[];
  readonly workloads: readonly WorkloadFacts[];
  /** Image by name of what pulls it, besides those of `workloads`. Default: none. */
  readonly images?: Readonly<Record<string, string>>;
  /** What people can open. Default: nothing. */
  readonly pages?: readonly PageFacts[];
  /** Content by path of every file that is no secret. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether Grafana has the default password. Default: false. */
  readonly defaultPassword?: boolean;
  /** Values of the stack’s secrets, which stand in no such file, argument or environment. Never printed. */
  readonly secrets: readonly string[];
}

/** What violates a policy, and how to comply. */
export interface Violation {
  /** Alert, SLO, receiver, workload or file. */
  readonly subject: string;
  readonly message: string;
}

/**
 * What a policy has to see before it can judge: one resource, such as a ConfigMap with rule files, or the whole
 * stack, since what it compares stands in several.
 */
export type Scope = 'resource' | 'stack';

export interface Policy {
  /** Lower-case words and dashes, unique. */
  readonly name: string;
  /** What must be so, in one sentence. */
  readonly rule: string;
  readonly reason: string;
  readonly scope: Scope;
  readonly level: { readonly production: Level; readonly otherwise: Level };
  readonly check: (facts: PolicyFacts, limits: PolicyLimits) => readonly Violation[];
}

/** The limits that a stack may set. */
export interface PolicyLimits {
  /** Longest `for` of a critical alert, a Prometheus duration. */
  readonly criticalFor: string;
  /** Most hours a week for which planned maintenance may keep a critical alert from every pager. */
  readonly maintenanceHours: number;
  readonly recordingRules: number;
  readonly recordedSeries: number;
}

export const always = (level: Level): Policy['level'] => ({ production: level, otherwise: level });
export const strictInProduction: Policy['level'] = { production: 'mandatory', otherwise: 'advisory' };
