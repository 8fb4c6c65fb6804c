import { load } from 'js-yaml';
import type { AlertmanagerConfig } from '../../notifications/index.ts';
import { type RelabelStep, relabelled } from '../../notifications/relabel.ts';
import { settingsName } from '../../rules/alert-names.ts';
import type { Threshold } from '../../rules/index.ts';
import { type RuleVersion, rulesIn } from './backtest/rules.ts';
import { type Audience, notifiedOf } from './notified.ts';
import { thresholdOf } from './threshold.ts';
import { type Declared, type DescribedWorkload, recordingKey, type Version } from './version.ts';

type Strings = Readonly<Record<string, string>>;

export interface AlertModel {
  /** Name that settings have for it. */
  readonly name: string;
  /** Name under which it arrives, which it may share with others. */
  readonly alertname: string;
  readonly expr: string;
  /** Undefined where the expression compares with no number. */
  readonly threshold: (Partial<Pick<Threshold, 'unit'>> & Omit<Threshold, 'unit'>) | undefined;
  readonly for: string;
  readonly keepFiringFor: string;
  readonly labels: Strings;
  readonly annotations: Strings;
  /** The labels with which it leaves Prometheus, `alertname` among them; undefined where relabelling drops it. */
  readonly sent: Strings | undefined;
  /** Who gets a message of it where it fires alone. */
  readonly notified: readonly Audience[];
  /** Name of its group. */
  readonly group: string;
  /** How often it is evaluated. */
  readonly interval: string;
  /** What else the rule file says of it. */
  readonly rest: Readonly<Record<string, unknown>>;
}

export interface RecordingModel {
  readonly record: string;
  readonly expr: string;
  readonly labels: Strings;
  /** Name of its group. */
  readonly group: string;
  /** How often it is evaluated. */
  readonly interval: string;
  /** What else the rule file says of it. */
  readonly rest: Readonly<Record<string, unknown>>;
}

export interface SloModel {
  readonly name: string;
  readonly title: string;
  readonly objective: number;
  readonly window: string;
  /** The expressions of its indicator. */
  readonly queries: readonly string[];
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
  readonly prometheus: PrometheusModel;
  /** What rule groups say beside their rules and intervals, by name. */
  readonly groups: ReadonlyMap<string, unknown>;
  /** Label sets under which alerts arrive at Alertmanager, after relabelling. */
  readonly labelSets: readonly Strings[];
  /** What stands in no file. Undefined where the version does not say. */
  readonly declared: Declared | undefined;
  /** Undefined where the version does not say. */
  readonly workloads: ReadonlyMap<string, DescribedWorkload> | undefined;
  /** Further files as they stand: Grafana's provisioning, templates of messages. */
  readonly others: ReadonlyMap<string, unknown>;
  /** The rules with the times of their groups, as a backtest evaluates them. Read when asked for. */
  readonly rules: () => RuleVersion;
}

/** `prometheus.yml` without its jobs. */
export interface PrometheusModel {
  readonly global?: {
    readonly scrape_interval?: string;
    readonly evaluation_interval?: string;
    readonly external_labels?: Strings;
    readonly [key: string]: unknown;
  };
  readonly alerting?: {
    readonly alert_relabel_configs?: readonly RelabelStep[];
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** Prometheus's own default of both intervals. */
export const DEFAULT_INTERVAL = '1m';

interface RuleFile {
  readonly groups: readonly {
    readonly name: string;
    readonly interval?: string;
    readonly [key: string]: unknown;
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
  const groups = below('prometheus/rules').flatMap(
    ([, text]) => (load(text) as RuleFile | undefined)?.groups ?? [],
  );
  const alertmanager = load(files[ALERTMANAGER] ?? '{}') as AlertmanagerConfig;
  const { scrape_configs: jobs = [], ...prometheus } = load(files[PROMETHEUS] ?? '{}') as PrometheusModel & {
    scrape_configs?: readonly { readonly job_name: string }[];
  };
  const every = prometheus.global?.evaluation_interval ?? DEFAULT_INTERVAL;
  const steps = prometheus.alerting?.alert_relabel_configs ?? [];
  const send = (labels: Strings): Strings | undefined =>
    relabelled(steps, { ...prometheus.global?.external_labels, ...labels });
  const rules = groups.flatMap(({ name: group, interval = every, rules }) =>
    rules.map((rule) => ({ ...rule, group, interval })),
  );
  const alerts = rules.flatMap((rule): AlertModel[] => {
    const {
      alert,
      record: _,
      expr,
      for: wait = '0s',
      keep_firing_for: keepFiringFor = '0s',
      ...other
    } = rule;
    if (alert === undefined) return [];
    const { labels = {}, annotations = {}, group, interval, ...rest } = other;
    const sent = send({ ...labels, alertname: alert });
    const name = settingsName(alert, labels);
    return [
      {
        name,
        alertname: alert,
        expr,
        threshold: (rulesOnly ? undefined : facts?.thresholds[name]) ?? thresholdOf(expr),
        for: wait,
        keepFiringFor,
        labels,
        annotations,
        sent,
        notified: sent === undefined ? [] : notifiedOf(alertmanager, sent),
        group,
        interval,
        rest,
      },
    ];
  });
  const recordings = rules.flatMap((rule): RecordingModel[] => {
    const { record, expr, labels = {}, group, interval, alert: _, ...rest } = rule;
    return record === undefined ? [] : [{ record, expr, labels, group, interval, rest }];
  });
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
    groups: byKey(
      groups.map(({ rules: _, interval: __, ...group }) => group),
      ({ name }) => name,
    ),
    labelSets: (
      facts?.declared?.labelSets ?? alerts.map(({ alertname, labels }) => ({ ...labels, alertname }))
    ).flatMap((labels): readonly Strings[] => {
      const sent = send(labels);
      return sent === undefined ? [] : [sent];
    }),
    declared: facts?.declared,
    workloads: facts && byKey(facts.workloads, ({ name }) => name),
    others: new Map(
      [...below('grafana/provisioning'), ...below('alertmanager')]
        .filter(([path]) => path !== ALERTMANAGER)
        .map(([path, text]) => [path, /\.ya?ml$/.test(path) ? load(text) : text]),
    ),
  };
}

/** Items by a key; a key that is there twice gets a number, so that none is lost. */
function byKey<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const item of items) {
    let name = key(item);
    for (let count = 2; found.has(name); count += 1) name = `${key(item)} #${count}`;
    found.set(name, item);
  }
  return found;
}

/** The texts under `query`, wherever they stand. */
function queriesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'query' && typeof inner === 'string' ? [inner] : queriesIn(inner),
  );
}

function sloOf({
  metadata: { name, displayName = name, ...metadata },
  spec,
  ...document
}: OpenSlo): SloModel {
  const other = { metadata, document };
  const { timeWindow, objectives, ...rest } = spec;
  const [{ target = Number.NaN, ...objective } = {}] = objectives as readonly Partial<
    OpenSlo['spec']['objectives'][0]
  >[];
  return {
    name,
    title: displayName,
    objective: target,
    window: timeWindow[0]?.duration ?? '',
    queries: queriesIn(rest),
    rest: {
      ...rest,
      objective,
      timeWindow: timeWindow.map(({ duration: _, ...window }) => window),
      ...other,
    },
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
