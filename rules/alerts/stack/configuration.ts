import type { Alert } from '../../alert.ts';
import { above, below, counter, gauge } from '../define.ts';
import { AM, alertmanager, prometheus, SELF } from './owner.ts';

/** Whether rules are evaluated, and configurations taken. */
export const configurationAlerts: readonly Alert[] = [
  {
    ...prometheus,
    name: 'RuleEvaluationFailing',
    severity: 'warning',
    // One missed evaluation is out of the window before the alert has waited; windows of SLOs lack its minute.
    expr: (threshold) =>
      ['evaluation_failures', 'group_iterations_missed']
        .map((what) => `sum by (rule_group) (increase(prometheus_rule_${what}_total[5m])) > ${threshold}`)
        .join(' or '),
    threshold: above(0, 'count'),
    for: '5m',
    summary: 'Prometheus fails to evaluate rules',
    description:
      'Rules of {{ $labels.rule_group }} cannot be evaluated, or not in time: their alerts cannot fire, or come late.',
    runbook: 'rule-evaluation-failing',
    proofs: [
      rising('prometheus_rule_evaluation_failures_total', 'rule_group'),
      { name: 'not in time', ...rising('prometheus_rule_group_iterations_missed_total', 'rule_group') },
    ],
  },
  {
    ...prometheus,
    name: 'RuleEvaluationSlow',
    severity: 'warning',
    expr: (threshold) =>
      `max by (rule_group) (prometheus_rule_group_last_duration_seconds) / (max by (rule_group) (prometheus_rule_group_interval_seconds) > 0) > ${threshold}`,
    threshold: above(0.8, 'ratio'),
    for: '10m',
    summary: 'Rules take nearly as long as their interval',
    description:
      'Evaluating {{ $labels.rule_group }} takes {{ $value | humanizePercentage }} of its interval; beyond it, evaluations are skipped.',
    runbook: 'rule-evaluation-slow',
    proofs: [
      {
        series: (level) => [
          gauge('prometheus_rule_group_last_duration_seconds', { ...SELF, rule_group: 'g' }, level * 15),
          gauge('prometheus_rule_group_interval_seconds', { ...SELF, rule_group: 'g' }, 15),
        ],
        exact: true,
        labels: [{ rule_group: 'g' }],
      },
    ],
    timelines: [
      {
        name: 'an interval that is not known',
        phases: () => [
          {
            lasts: '20m',
            series: [
              gauge('prometheus_rule_group_last_duration_seconds', { ...SELF, rule_group: 'g' }, 1),
              gauge('prometheus_rule_group_interval_seconds', { ...SELF, rule_group: 'g' }, 0),
            ],
          },
        ],
      },
    ],
  },
  {
    ...prometheus,
    name: 'SLOWithoutData',
    severity: 'warning',
    dashboard: 'slos',
    // Minutes without data are no minutes of a time-slice SLO: it has no such series.
    expr: (threshold) =>
      `(max by (slo) (slo:total:increase{window="1d"}) or 0 * max by (slo) (slo:objective:ratio)) < ${threshold} and on (slo) slo:history:ratio{window="1d"} > 0.9`,
    threshold: below(1, 'events'),
    for: '1h',
    summary: 'An SLO has no data',
    description:
      'The SLO {{ $labels.slo }} has had no event, and no minute with data, for a day: its budget reads as full, and its alerts cannot fire.',
    runbook: 'slo-without-data',
    proofs: [
      {
        series: (events) => sloOfADay({ events }),
        over: 0,
        under: 1,
        evaluate: '1m',
        labels: [{ slo: 'own' }],
      },
    ],
    timelines: [
      {
        name: 'a time-slice SLO without a minute of data',
        phases: () => [{ lasts: '2h', series: sloOfADay({}) }],
        fires: true,
        labels: [{ slo: 'own' }],
        evaluate: '1m',
      },
      {
        name: 'less than one event, as a rate foretells',
        phases: () => [{ lasts: '2h', series: sloOfADay({ events: 0.95 }) }],
        fires: true,
        labels: [{ slo: 'own' }],
        evaluate: '1m',
      },
      ...[0.91, 0.9].map((history) => ({
        name: `measured for ${history} of the day`,
        phases: () => [{ lasts: '2h', series: sloOfADay({ events: 0, history }) }],
        fires: history > 0.9,
        labels: [{ slo: 'own' }],
        evaluate: '1m',
      })),
    ],
  },
  {
    ...prometheus,
    name: 'PrometheusReloadFailed',
    severity: 'warning',
    expr: (threshold) => `min by (instance) (prometheus_config_last_reload_successful) < ${threshold}`,
    threshold: below(1, 'count'),
    for: '5m',
    summary: 'Prometheus runs with an old configuration',
    description: '{{ $labels.instance }} refused its last configuration and goes on with the one before.',
    runbook: 'prometheus-reload-failed',
    proofs: [failing('prometheus_config_last_reload_successful', SELF)],
  },
  {
    ...alertmanager,
    name: 'AlertmanagerReloadFailed',
    severity: 'warning',
    expr: (threshold) => `min by (instance) (alertmanager_config_last_reload_successful) < ${threshold}`,
    threshold: below(1, 'count'),
    for: '5m',
    summary: 'Alertmanager runs with an old configuration',
    description: '{{ $labels.instance }} refused its last configuration and goes on with the one before.',
    runbook: 'alertmanager-reload-failed',
    proofs: [failing('alertmanager_config_last_reload_successful', AM)],
  },
];

/** What is recorded of an SLO over a day, with other windows and another SLO beside it that say otherwise. */
function sloOfADay({ events, history = 1 }: { readonly events?: number; readonly history?: number }) {
  const owner = { service: 'shop', team: 'shop' };
  const windowed = (slo: string, window: string, total: number | undefined, measured: number) => [
    ...(total === undefined ? [] : [gauge('slo:total:increase', { slo, ...owner, window }, total)]),
    gauge('slo:history:ratio', { slo, ...owner, window }, measured),
  ];
  return [
    gauge('slo:objective:ratio', { slo: 'own', ...owner }, 0.99),
    gauge('slo:objective:ratio', { slo: 'other', ...owner }, 0.99),
    ...windowed('own', '1d', events, history),
    ...windowed('own', '3d', 5, 1),
    ...windowed('other', '1d', 9, 1),
    ...windowed('other', '1h', 0, 1),
  ];
}

/** A counter that must stand still. */
function rising(metric: string, label: string) {
  return {
    series: (level: number) => [counter(metric, { ...SELF, [label]: 'x' }, level / 60)],
    over: 1,
    under: 0,
    settles: '15s',
    lingers: '4m',
    recovers: '6m',
    labels: [{ [label]: 'x' }],
  };
}

/** A gauge that is 1 while all is well. */
function failing(metric: string, labels: { readonly job: string; readonly instance: string }) {
  return {
    series: (level: number) => [
      gauge(metric, { ...labels, pod: 'a' }, level),
      gauge(metric, { ...labels, pod: 'b' }, 1),
    ],
    over: 0,
    under: 1,
    labels: [{ instance: labels.instance }],
  };
}
