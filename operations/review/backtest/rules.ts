import { load } from 'js-yaml';
import { z } from 'zod';
import { canonical } from '../../../lib/promql/canonical.ts';
import { seconds } from '../../../lib/promql/parse.ts';
import { settingsName } from '../../../rules/alert-names.ts';
import { dependencies } from '../../../rules/excerpt.ts';
import { alertnameOf, type Recording } from '../../../rules/index.ts';
import { alertsReadBy } from './alert-series.ts';
import type { Hold } from './state.ts';

/** An alert as it stands in a rule file. Times are in milliseconds. */
export interface AlertRule {
  /** Name that settings have for it. */
  readonly name: string;
  /** Name under which it arrives, where it shares that with others. Default: `name`. */
  readonly alertname?: string;
  readonly group: string;
  /** Evaluation interval of its group. */
  readonly interval: number;
  readonly expr: string;
  readonly hold: Hold;
  readonly labels: Readonly<Record<string, string>>;
}

/** The rules of one version of the program. */
export interface RuleVersion {
  readonly alerts: readonly AlertRule[];
  readonly recordings: readonly Recording[];
  /** Evaluation interval by group, in milliseconds. */
  readonly intervals: Readonly<Record<string, number>>;
}

const labels = z.record(z.string(), z.string()).default({});
const file = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      interval: z.string().optional(),
      rules: z.array(
        z.union([
          z.object({
            alert: z.string(),
            expr: z.string(),
            for: z.string().default('0s'),
            keep_firing_for: z.string().default('0s'),
            labels,
          }),
          z.object({ record: z.string(), expr: z.string(), labels }),
        ]),
      ),
    }),
  ),
});

const ms = (duration: string): number => Math.round(seconds(duration) * 1000);

/** Where a version's files lie, as `make render` writes them. */
const RULES = 'prometheus/rules/';
const CONFIGURATION = 'prometheus/prometheus.yml';

const configuration = z.object({
  global: z.object({ evaluation_interval: z.string().default('1m') }).prefault({}),
});

/**
 * The rules that a version of the program declares.
 * @param files content by path, the paths of `make render`.
 */
export function rulesIn(files: Readonly<Record<string, string>>): RuleVersion {
  const { global } = configuration.parse(load(files[CONFIGURATION] ?? '{}'));
  const groups = Object.entries(files)
    .filter(([path]) => path.startsWith(RULES))
    .flatMap(([, text]) => file.parse(load(text)).groups);
  const intervals = Object.fromEntries(
    groups.map(({ name, interval }) => [name, ms(interval ?? global.evaluation_interval)]),
  );
  const alerts: AlertRule[] = [];
  const recordings: Recording[] = [];
  for (const { name: group, rules } of groups) {
    for (const rule of rules) {
      if ('record' in rule) recordings.push({ ...rule, group, help: '' });
      else {
        const name = settingsName(rule.alert, rule.labels);
        alerts.push({
          name,
          ...(name !== rule.alert && { alertname: rule.alert }),
          group,
          interval: intervals[group] ?? 0,
          expr: rule.expr,
          hold: { for: ms(rule.for), keepFiringFor: ms(rule.keep_firing_for) },
          labels: rule.labels,
        });
      }
    }
  }
  return { alerts, recordings, intervals };
}

/** The recording rules that an expression reads, directly or through others. */
export const readBy = (version: RuleVersion, expr: string): readonly Recording[] =>
  dependencies(version, { record: '', group: '', help: '', expr });

/** A recording rule in the one form that all spellings of it share. */
export const identity = ({ record, expr, labels = {} }: Pick<Recording, 'record' | 'expr' | 'labels'>) =>
  JSON.stringify([record, canonical(expr), Object.entries(labels).sort()]);

/** An alert before and after a change; either is missing where it is new or gone. */
export interface Pair {
  readonly name: string;
  readonly change: 'new' | 'removed' | 'changed' | 'unchanged';
  readonly before?: AlertRule;
  readonly after?: AlertRule;
}

/** Every alert of two versions. One whose recording rules changed has changed with them. */
export function pairs(before: RuleVersion, after: RuleVersion): readonly Pair[] {
  const old = new Map(before.alerts.map((alert) => [alert.name, alert]));
  const kept = new Set(after.alerts.map(({ name }) => name));
  return [
    ...after.alerts.map((alert): Pair => {
      const was = old.get(alert.name);
      if (was === undefined) return { name: alert.name, change: 'new', after: alert };
      const same = isSame(before, was, after, alert);
      return { name: alert.name, change: same ? 'unchanged' : 'changed', before: was, after: alert };
    }),
    ...before.alerts
      .filter(({ name }) => !kept.has(name))
      .map((alert): Pair => ({ name: alert.name, change: 'removed', before: alert })),
  ];
}

/** Whether an alert means the same in two versions, with all that it reads. */
export const isSame = (before: RuleVersion, was: AlertRule, after: RuleVersion, is: AlertRule): boolean =>
  fingerprint(before, was) === fingerprint(after, is);

/** @param within names under which alerts arrive on the way here: some read their own series, or those of each other. */
function fingerprint(version: RuleVersion, alert: AlertRule, within: readonly string[] = []): string {
  const { expr, hold, interval, labels } = alert;
  const read = readBy(version, expr);
  const known = [...within, alertnameOf(alert)];
  const alerts = [expr, ...read.map((rule) => rule.expr)]
    .flatMap((each) => alertsReadBy(version, each))
    .filter((each) => !known.includes(each))
    .flatMap((each) => {
      const others = version.alerts.filter((one) => alertnameOf(one) === each);
      return others.length === 0 ? [each] : others.map((other) => fingerprint(version, other, known));
    });
  return JSON.stringify([
    canonical(expr),
    hold,
    interval,
    Object.entries(labels).sort(),
    read.map(identity).sort(),
    [...new Set(alerts)].sort(),
  ]);
}
