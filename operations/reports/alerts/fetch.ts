import { settingsName } from '../../../rules/alert-names.ts';
import type { AlertmanagerState } from '../alertmanager.ts';
import { coverageOf, measuredPart } from '../measured.ts';
import { daysOf, lengthOf, type Period } from '../period.ts';
import type { Labels, Prometheus, RuleState } from '../prometheus.ts';
import { gridOver, isSelector, within } from '../within.ts';
import { levelOf } from './level.ts';

/** An alert was firing at these instants, in order. */
export interface Firing {
  readonly labels: Labels;
  readonly instants: readonly number[];
}

/** What an alert's level was over the period, at its worst among all series and inside each step. */
export interface LevelHistory {
  readonly alert: string;
  readonly values: readonly number[];
}

export interface AlertHistory {
  readonly rules: readonly RuleState[];
  /** The part of the period that there is data of. */
  readonly measured: Period;
  readonly firing: readonly Firing[];
  readonly levels: readonly LevelHistory[];
  /** The share of the measured part in which the server scraped anything, 0 to 1. Default: all of it. */
  readonly coverage?: number;
  /** Unix seconds at which a deployment or a change of configuration was counted. */
  readonly changes: readonly number[];
  /** Messages that Alertmanager sent and failed to send, by integration. */
  readonly sent: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
  readonly alertmanager: AlertmanagerState | undefined;
}

/** Values of a level: a week gets one a minute. Prometheus answers at most 11,000 points a series. */
const LEVELS = 10_080;
/** Seconds between two evaluations of a level: an alert waits as long at least. */
const LEVEL_SECONDS = 60;
const CHANGE_STEP = 300;

/** The dead man's switch always fires: it is no alert that anybody hears. */
const HEARD = 'alertstate="firing", severity!="none"';

export async function fetchAlerts(
  prometheus: Prometheus,
  period: Period,
  alertmanager: AlertmanagerState | undefined,
): Promise<AlertHistory> {
  const rules = (await prometheus.rules())
    .filter(({ type, labels }) => type === 'alerting' && labels.severity !== 'none')
    .map((rule) => ({ ...rule, name: settingsName(rule.name, rule.labels) }));
  const window = `[${lengthOf(period)}s]`;
  const measured = await measuredPart(prometheus, period);
  const byIntegration = async (metric: string) =>
    Object.fromEntries(
      (await prometheus.query(`sum by (integration) (increase(${metric}${window})) > 0`, period.to)).map(
        ({ labels, value }) => [labels.integration ?? '', value],
      ),
    );
  return {
    rules,
    measured,
    firing: await fetchFiring(prometheus, period),
    levels: await fetchLevels(prometheus, measured, rules),
    coverage: await coverageOf(prometheus, measured),
    changes: await fetchChanges(prometheus, period),
    sent: await byIntegration('alertmanager_notifications_total'),
    failed: await byIntegration('alertmanager_notifications_failed_total'),
    alertmanager,
  };
}

/**
 * The samples as they were stored, a day at a time: a grid would miss short alerts, and would show an alert for
 * minutes after its end where its series ends without a marker.
 */
async function fetchFiring(prometheus: Prometheus, period: Period): Promise<readonly Firing[]> {
  const found = new Map<string, { labels: Labels; instants: number[] }>();
  for (const day of daysOf(period)) {
    for (const { labels, points } of await prometheus.samples(
      `ALERTS{${HEARD}}[${lengthOf(day)}s]`,
      day.to,
    )) {
      const { __name__, alertstate, ...own } = labels;
      const key = JSON.stringify(Object.entries(own).sort());
      const firing = found.get(key) ?? { labels: own, instants: [] };
      firing.instants.push(...points.map(([at]) => at));
      found.set(key, firing);
    }
  }
  return [...found.values()];
}

async function fetchLevels(
  prometheus: Prometheus,
  measured: Period,
  rules: readonly RuleState[],
): Promise<readonly LevelHistory[]> {
  const { period, step } = gridOver(measured, LEVELS);
  const levels: LevelHistory[] = [];
  for (const { name, query } of rules) {
    const level = levelOf(query);
    if (level === undefined) continue;
    const worst = level.direction === 'above' ? 'max' : 'min';
    const [series] = await prometheus.range(worstLevel(level.expr, worst, step), period, step);
    const values = series?.points.flatMap(([, value]) => (value === null ? [] : [value])) ?? [];
    if (values.length > 0) levels.push({ alert: name, values });
  }
  return levels;
}

/** The worst of all series inside each step. What is recorded is read sample by sample. */
const worstLevel = (expr: string, worst: 'max' | 'min', step: number): string =>
  isSelector(expr)
    ? `${worst}(${within(worst, expr, step)})`
    : within(worst, `${worst}(${expr})`, step, LEVEL_SECONDS);

async function fetchChanges(prometheus: Prometheus, period: Period): Promise<readonly number[]> {
  const expr = `sum(increase(platform_events_total{kind=~"deployment|configuration"}[${CHANGE_STEP}s])) > 0`;
  if (lengthOf(period) / CHANGE_STEP > 10_000) return [];
  const [series] = await prometheus.range(expr, period, CHANGE_STEP);
  return series?.points.map(([at]) => at) ?? [];
}
