import type { DashboardUid } from '../catalogue/dashboards.ts';

/** `critical` pages now, `warning` is looked into, `info` is to be aware of; `none` is the dead man's switch. */
export const SEVERITIES = ['critical', 'warning', 'info', 'none'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What goes wrong. A louder alert silences quieter ones of the same service and signal. */
export const SIGNALS = [
  'availability',
  'latency',
  'errors',
  'traffic',
  'saturation',
  'freshness',
  'lag',
  'quality',
  'cache',
  'change',
  'monitoring',
] as const;
export type Signal = (typeof SIGNALS)[number];

/**
 * Units of thresholds. A value always stands in the base unit that the metric has: seconds, ratio, bytes. A ratio is a
 * share from 0 to 1; how many times as much something is has the unit `times`.
 */
export const THRESHOLD_UNITS = [
  'seconds',
  'ratio',
  'times',
  'messages',
  'requests',
  'events',
  'bytes',
  'score',
  'count',
  'per_second',
  'burn_rate',
] as const;
export type ThresholdUnit = (typeof THRESHOLD_UNITS)[number];

export interface Threshold {
  readonly value: number;
  readonly unit: ThresholdUnit;
  /** On which side of the value the alert fires. */
  readonly direction: 'above' | 'below';
}

/**
 * One series that a proof feeds to the rules. A gauge stands at `value` and moves by `slope` a second; a counter
 * grows by `value` a second; an age is a Unix time that lies `value` seconds back. A value of NaN, or Infinity, is what a
 * broken client exposes.
 */
export interface InputSeries {
  readonly series: string;
  readonly kind: 'gauge' | 'counter' | 'age';
  readonly value: number;
  /** Change of a gauge a second. Default: 0. */
  readonly slope?: number;
}

/**
 * The boundary case of an alert: what the metrics look like when its expression yields a given level. From it
 * come the tests that it fires just over the threshold once `for` has passed, and neither just under it nor
 * sooner, and that it resolves.
 */
export interface Proof {
  /** What this case is about, where an alert has several. Default: the boundary of the threshold. */
  readonly name?: string;
  readonly series: (level: number) => readonly InputSeries[];
  /** Level that must fire, given the threshold. Default: 2 % of the threshold beyond it. */
  readonly over?: number | ((threshold: number) => number);
  /** Level that must not fire, given the threshold. Default: 2 % of the threshold short of it. */
  readonly under?: number | ((threshold: number) => number);
  /**
   * Whether metrics can give the threshold itself, to the last bit: a further case then shows that it does not fire
   * there. Shares of rates cannot. Default: false.
   */
  readonly exact?: boolean;
  /** Level before the incident and after it. Default: `under`. */
  readonly healthy?: number;
  /** How long the healthy level lasts before the incident, such as `6h`. Default: none, it begins at once. */
  readonly prelude?: string;
  /** How long the metrics must be over the threshold before the expression yields, such as `5m`. Default: 0s. */
  readonly settles?: string;
  /** How long after recovery the alert may go on firing. Default: 10m. */
  readonly recovers?: string;
  /** Labels of the firing alert besides those of the rule, one set for each alert. Default: one without. */
  readonly labels?: readonly Readonly<Record<string, string>>[];
  /** `$value` of the firing alert at a level. Default: the level itself. */
  readonly value?: (level: number) => number;
  /** Interval of samples and evaluations, `15s` or `1m`: the staged rules of SLOs count minutes. Default: 15s. */
  readonly evaluate?: '15s' | '1m';
  /**
   * What a series that recovery takes away leaves behind: a target that is gone goes stale at once, one that
   * Prometheus can no longer write just has no further samples. Default: stale.
   */
  readonly vanishing?: 'stale' | 'gap';
  /** How long after recovery the alert must still fire, such as `30s`. Default: not checked. */
  readonly lingers?: string;
}

/** A stretch of time over which the metrics behave in one way. */
export interface Phase {
  readonly lasts: string;
  readonly series: readonly InputSeries[];
}

/** What must be so at the end of a course of events that is more than one step over a threshold. */
export interface Timeline {
  readonly name: string;
  /** Given the level just over the threshold. */
  readonly phases: (over: number) => readonly Phase[];
  /** Whether the alert fires at the end. Default: false. */
  readonly fires?: boolean;
  /** Labels of the firing alert besides those of the rule. Default: one alert without. */
  readonly labels?: readonly Readonly<Record<string, string>>[];
  /** Interval of samples and evaluations. Default: 15s. */
  readonly evaluate?: string;
  /** What a series that is gone leaves behind, as in a proof. Default: stale. */
  readonly vanishing?: 'stale' | 'gap';
  /** Evaluate at the end alone, where nothing depends on what rules said before. Default: false. */
  readonly onlyAtEnd?: boolean;
}

/** A finding about a rule that is right as it is. */
export interface Allowance {
  /** Name of the check, such as `counter-without-rate` or `promql/nan`. */
  readonly check: string;
  /** Why it is right. Default: nobody says. */
  readonly reason?: string | undefined;
}

/** What a rule has in addition where it comes from a file in another form than ours. */
interface Imported {
  /** Whether it was imported as it stands: without proof, and with findings about it as advice. Default: false. */
  readonly imported?: boolean;
  /** Findings that are right as they are. Default: none. */
  readonly allow?: readonly Allowance[];
}

/** An alert as one object: rule, tests, runbook index and policy checks all come from it. */
export interface Alert extends Imported {
  /** CamelCase, unique: what settings and proofs call it. */
  readonly name: string;
  /** Name under which it arrives, shared with others; its `service` label tells them apart. Default: `name`. */
  readonly alertname?: string;
  /** Rule group, and name of the rule file. */
  readonly group: string;
  readonly severity: Severity;
  /** Value of the `service` label: a service, a dependency, a workload of the stack, or `platform`. */
  readonly service: string;
  readonly team: string;
  readonly signal: Signal;
  /** PromQL, given the threshold as a PromQL number. */
  readonly expr: (threshold: string) => string;
  readonly threshold: Threshold;
  /** How long the expression must hold; `0s` fires at once. */
  readonly for: string;
  readonly keepFiringFor?: string;
  /** Further labels of the rule, such as `slo` and `burn`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Keep the labels to the letter: `severity` and `service` alone. Default: false. */
  readonly bareLabels?: boolean;
  readonly summary: string;
  /** Go template over `$value` and `$labels`. */
  readonly description: string;
  /** Further annotations, or other texts for these. Default: none. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Page under the runbooks' base URL: `api-latency`. */
  readonly runbook: string;
  readonly dashboard: DashboardUid;
  /** Name of the SLO that the alert guards: it may not be loosened past that SLO's alert threshold. */
  readonly guards?: { readonly slo: string; readonly limit: number };
  /** Boundary cases; none only where `timelines` hold them all. */
  readonly proofs: readonly Proof[];
  /** Further courses of events that must fire it, or must not. Default: none. */
  readonly timelines?: readonly Timeline[];
}

/** What a recording rule makes of metrics. */
export interface RecordingProof {
  readonly name: string;
  readonly phases: readonly Phase[];
  /** Every series that it yields at the end, with its labels. */
  readonly yields: readonly Yield[];
}

export interface Yield {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Name of a recorded series: `level:metric:operations`. */
export const RECORD_NAME = /^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$/;

/** What no rule may set: Prometheus and Alertmanager set these themselves. */
export const RESERVED_LABELS = ['alertname', 'alertstate', 'job', 'instance', 'le', '__name__'];

/** A recording rule, `level:metric:operations`. */
export interface Recording extends Imported {
  readonly record: string;
  readonly group: string;
  readonly expr: string;
  /** Labels that the rule adds. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What the series means. */
  readonly help: string;
  /** Settings, or the path of a file in `rules.d/`. Default: it ships. */
  readonly origin?: string;
  /** Its cases, where a user wrote it. Default: those of `proof/recorded/`. */
  readonly proofs?: readonly RecordingProof[];
}

/** The recording and alert rules of one subject. */
export interface RuleModule {
  readonly recordings: readonly Recording[];
  readonly alerts: readonly Alert[];
}

/** An alert after the stack's overrides, as it stands in the rule file. */
export interface ResolvedAlert extends Omit<Alert, 'expr' | 'labels' | 'annotations'> {
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Where it was written: `built-in`, `settings`, or the path of a file in `rules.d/`. */
  readonly origin: string;
}

export interface RuleGroup {
  /** Name of the group, and of its file without `.yaml`. */
  readonly name: string;
  /** Evaluation interval. Default: the global one. */
  readonly interval?: string;
  /** Most series that a rule of the group may yield. Default: no limit. */
  readonly limit?: number;
  /** How far back the group evaluates, such as `30s`. Default: the server's setting. */
  readonly queryOffset?: string;
  readonly rules: readonly (Recording | ResolvedAlert)[];
}

/** Name of an alert in the rule file and in messages. */
export const alertnameOf = ({ name, alertname = name }: Pick<Alert, 'name' | 'alertname'>): string =>
  alertname;

export const isAlert = (rule: Recording | ResolvedAlert): rule is ResolvedAlert => 'name' in rule;
