import { load } from 'js-yaml';
import type { AlertmanagerConfig } from '../notifications/index.ts';
import type { Threshold } from '../rules/index.ts';
import { type RuleVersion, rulesIn } from './backtest/rules.ts';
import { type Audience, notifiedOf } from './notified.ts';
import { thresholdOf } from './threshold.ts';
import { type DescribedWorkload, recordingKey, type Version } from './version.ts';

type Strings = Readonly<Record<string, string>>;

export interface AlertModel {
  readonly name: string;
  readonly expr: string;
  /** Undefined where the expression compares with no number. */
  readonly threshold: (Partial<Pick<Threshold, 'unit'>> & Omit<Threshold, 'unit'>) | undefined;
  readonly for: string;
  readonly keepFiringFor: string;
  readonly labels: Strings;
  readonly annotations: Strings;
  /** Who gets a message of it where it fires alone. */
  readonly notified: readonly Audience[];
}

export interface RecordingModel {
  readonly record: string;
  readonly expr: string;
  readonly labels: Strings;
  /** Evaluation interval of its group. Default: the global one. */
  readonly interval?: string;
}

export interface SloModel {
  readonly name: string;
  readonly title: string;
  readonly objective: number;
  readonly window: string;
  /** Everything else: indicator, service, description. */
  readonly rest: Readonly<Record<string, unknown>>;
}

export interface DashboardModel {
  readonly uid: string;
  readonly title: string;
  /** Grafana's folder, and the file in it. */
  readonly path: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** A version as the field speaks of it, each kind by name. */
export interface Model {
  readonly alerts: ReadonlyMap<string, AlertModel>;
  readonly recordings: ReadonlyMap<string, RecordingModel>;
  readonly slos: ReadonlyMap<string, SloModel>;
  readonly alertmanager: AlertmanagerConfig;
  readonly dashboards: ReadonlyMap<string, DashboardModel>;
  /** Entries of `scrape_configs` by job. */
  readonly jobs: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** `prometheus.yml` without them. */
  readonly prometheus: Readonly<Record<string, unknown>>;
  /** Undefined where the version does not say. */
  readonly workloads: ReadonlyMap<string, DescribedWorkload> | undefined;
  /** Further files as they stand: Grafana's provisioning, templates of messages. */
  readonly others: ReadonlyMap<string, unknown>;
  /** The rules with the times of their groups, as a backtest evaluates them. Read when asked for. */
  readonly rules: () => RuleVersion;
}

interface RuleFile {
  readonly groups: readonly {
    readonly interval?: string;
    readonly rules: readonly {
      readonly alert?: string;
      readonly record?: string;
      readonly expr: string;
      readonly for?: string;
      readonly keep_firing_for?: string;
      readonly labels?: Strings;
      readonly annotations?: Strings;
    }[];
  }[];
}

interface OpenSlo {
  readonly metadata: { readonly name: string; readonly displayName?: string };
  readonly spec: {
    readonly timeWindow: readonly { readonly duration: string }[];
    readonly objectives: readonly { readonly target: number }[];
  };
}

const ALERTMANAGER = 'alertmanager/alertmanager.yml';
const PROMETHEUS = 'prometheus/prometheus.yml';

/**
 * Reads the files of a version as the programs that they are for would.
 * @param rulesOnly read thresholds out of expressions, as in a version that says no more than its files.
 */
export function modelOf({ files, facts }: Version, { rulesOnly = facts === undefined } = {}): Model {
  const below = (folder: string) => Object.entries(files).filter(([path]) => path.startsWith(`${folder}/`));
  const groups = below('prometheus/rules').flatMap(([, text]) => (load(text) as RuleFile).groups);
  const alertmanager = load(files[ALERTMANAGER] ?? '{}') as AlertmanagerConfig;
  const rules = groups.flatMap(({ interval, rules }) => rules.map((rule) => ({ ...rule, interval })));
  const alerts = rules.flatMap(({ alert, expr, labels = {}, annotations = {}, ...rule }): AlertModel[] =>
    alert === undefined
      ? []
      : [
          {
            name: alert,
            expr,
            threshold: (rulesOnly ? undefined : facts?.thresholds[alert]) ?? thresholdOf(expr),
            for: rule.for ?? '0s',
            keepFiringFor: rule.keep_firing_for ?? '0s',
            labels,
            annotations,
            notified: notifiedOf(alertmanager, { ...labels, alertname: alert }),
          },
        ],
  );
  const recordings = rules.flatMap(({ record, expr, labels = {}, interval }): RecordingModel[] =>
    record === undefined ? [] : [{ record, expr, labels, ...(interval === undefined ? {} : { interval }) }],
  );
  const { scrape_configs: jobs = [], ...prometheus } = load(files[PROMETHEUS] ?? '{}') as {
    scrape_configs?: readonly { readonly job_name: string }[];
  };
  return {
    rules: () => rulesIn(files),
    alerts: byKey(alerts, ({ name }) => name),
    recordings: byKey(recordings, ({ record, labels }) => recordingKey(record, labels)),
    slos: byKey(
      below('openslo').map(([, text]) => sloOf(load(text) as OpenSlo)),
      ({ name }) => name,
    ),
    alertmanager,
    dashboards: byKey(
      below('grafana/dashboards').map(([path, text]) => dashboardOf(path, text)),
      ({ uid }) => uid,
    ),
    jobs: byKey(jobs, ({ job_name }) => job_name),
    prometheus,
    workloads: facts && byKey(facts.workloads, ({ name }) => name),
    others: new Map(
      [...below('grafana/provisioning'), ...below('alertmanager')]
        .filter(([path]) => path !== ALERTMANAGER)
        .map(([path, text]) => [path, /\.ya?ml$/.test(path) ? load(text) : text]),
    ),
  };
}

function byKey<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [key(item), item]));
}

function sloOf({ metadata: { name, displayName = name }, spec }: OpenSlo): SloModel {
  const { timeWindow, objectives, ...rest } = spec;
  const [{ target = Number.NaN, ...objective } = {}] = objectives as readonly Partial<
    OpenSlo['spec']['objectives'][0]
  >[];
  return {
    name,
    title: displayName,
    objective: target,
    window: timeWindow[0]?.duration ?? '',
    rest: { ...rest, objective },
  };
}

function dashboardOf(path: string, text: string): DashboardModel {
  const json = JSON.parse(text) as { readonly uid: string; readonly title: string };
  return {
    uid: json.uid,
    title: json.title,
    path: path.slice('grafana/dashboards/'.length),
    json: { ...json },
  };
}
