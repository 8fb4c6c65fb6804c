import { dump } from 'js-yaml';
import { alertnameOf, isAlert, type RuleGroup } from './alert.ts';
import type { ResolvedSlo, RuleSet } from './index.ts';

/** Ordinary Prometheus rule files by name, one a group, in a stable order. */
export function renderRules(set: Pick<RuleSet, 'groups'>): Record<string, string> {
  return Object.fromEntries(set.groups.map((group) => [`${group.name}.yaml`, renderGroups([group])]));
}

/** Rule groups as the YAML that Prometheus reads. */
export function renderGroups(groups: readonly RuleGroup[]): string {
  return yaml({
    groups: groups.map(({ name, interval, limit, queryOffset, rules }) => ({
      name,
      ...(interval && { interval }),
      ...(limit !== undefined && { limit }),
      ...(queryOffset && { query_offset: queryOffset }),
      rules: rules.map((rule) =>
        isAlert(rule)
          ? {
              alert: alertnameOf(rule),
              expr: rule.expr,
              ...(rule.for !== '0s' && { for: rule.for }),
              ...(rule.keepFiringFor && { keep_firing_for: rule.keepFiringFor }),
              labels: { ...rule.labels },
              annotations: { ...rule.annotations },
            }
          : { record: rule.record, expr: rule.expr, ...(rule.labels && { labels: { ...rule.labels } }) },
      ),
    })),
  });
}

/** YAML in the order in which it was written, with lines as long as they are. */
export const yaml = (value: unknown): string => dump(value, { lineWidth: -1, noRefs: true });

/** The SLOs in OpenSLO's `v1` form by file name. */
export function renderOpenSlo(set: Pick<RuleSet, 'slos'>): Record<string, string> {
  return Object.fromEntries(set.slos.map((slo) => [`${slo.name}.yaml`, yaml(openSlo(slo))]));
}

const prometheus = (query: string) => ({ metricSource: { type: 'Prometheus', spec: { query } } });

function openSlo(slo: ResolvedSlo): unknown {
  const events = slo.kind === 'events';
  const range = (query: string) => query.replaceAll('$window', '5m');
  return {
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name: slo.name, displayName: slo.title, labels: { team: slo.team } },
    spec: {
      description: slo.promise,
      service: slo.service,
      indicator: {
        metadata: { name: slo.name },
        spec: events
          ? {
              ratioMetric: {
                counter: false,
                bad: prometheus(range(slo.bad)),
                total: prometheus(range(slo.total)),
              },
            }
          : { thresholdMetric: prometheus(slo.level) },
      },
      timeWindow: [{ duration: `${slo.windowDays}d`, isRolling: true }],
      budgetingMethod: events ? 'Occurrences' : 'Timeslices',
      objectives: [
        {
          displayName: slo.title,
          target: slo.objective,
          ...(!events && {
            op: slo.bound.op === '<' ? 'lt' : 'gt',
            value: slo.bound.value,
            timeSliceTarget: slo.objective,
            timeSliceWindow: '1m',
          }),
        },
      ],
    },
  };
}
