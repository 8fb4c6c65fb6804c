import { normalised } from '../lib/promql/normal.ts';
import { parse, seconds } from '../lib/promql/parse.ts';
import { type ResolvedAlert, type ResolvedSlo, SEVERITIES } from '../rules/index.ts';
import { looser } from '../rules/threshold.ts';
import { always, type Policy, type Violation } from './policy.ts';

/** Thresholds in the right order against SLOs, severities and retention. */
export const thresholdPolicies: readonly Policy[] = [
  {
    name: 'threshold-within-slo',
    rule: 'An alert that guards an SLO fires no later than the SLO’s alert threshold.',
    reason: 'Beyond it the promise is broken, and nobody would be told.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ rules }) =>
      rules.alerts.flatMap(({ name, guards, threshold }) =>
        guards && looser(threshold.value, guards.limit, threshold.direction)
          ? [
              {
                subject: name,
                message: `fires at ${threshold.value} ${threshold.unit}, and the SLO ${guards.slo} demands ${guards.limit}: tighten rules.alerts.${name}.threshold`,
              },
            ]
          : [],
      ),
  },
  {
    name: 'threshold-beyond-objective',
    rule: 'An alert that guards an SLO does not fire while the SLO is met.',
    reason: 'An alert for what was promised to be good is noise, and noise is ignored.',
    scope: 'resource',
    level: always('advisory'),
    check: ({ rules }) =>
      rules.alerts.flatMap((alert): Violation[] => {
        const slo = rules.slos.find(({ name }) => name === alert.guards?.slo);
        const promised = slo && promiseOf(slo, alert);
        return promised !== undefined && looser(promised, alert.threshold.value, alert.threshold.direction)
          ? [
              {
                subject: alert.name,
                message: `fires at ${alert.threshold.value} ${alert.threshold.unit}, within what ${alert.guards?.slo} promises (${promised}): loosen rules.alerts.${alert.name}.threshold or tighten the SLO`,
              },
            ]
          : [];
      }),
  },
  {
    name: 'louder-fires-later',
    rule: 'Of two alerts on the same thing the more severe one has the more extreme threshold.',
    reason: 'Otherwise people are paged before they are warned, and the warning never matters.',
    scope: 'stack',
    level: always('mandatory'),
    check: ({ rules }) =>
      [...Map.groupBy(rules.alerts, subjectOf).values()].flatMap((alerts) =>
        alerts.flatMap((loud) =>
          alerts
            .filter((quiet) => rank(quiet) > rank(loud) && quiet.threshold.value !== loud.threshold.value)
            .filter((quiet) => looser(quiet.threshold.value, loud.threshold.value, loud.threshold.direction))
            .map((quiet) => ({
              subject: loud.name,
              message: `(${severityOf(loud)}) fires at ${loud.threshold.value}, before ${quiet.name} (${severityOf(quiet)}) at ${quiet.threshold.value}: swap their thresholds or their severities`,
            })),
        ),
      ),
  },
  {
    name: 'retention-covers-slo',
    rule: 'The stack’s own Prometheus keeps samples for at least the longest SLO window.',
    reason: 'A budget over data that is gone is a wrong budget, with no error anywhere.',
    scope: 'stack',
    level: always('mandatory'),
    check: ({ rules, retention }) =>
      rules.slos
        .filter(({ windowDays }) => retention !== undefined && seconds(retention) < windowDays * 86_400)
        .map(({ name, windowDays }) => ({
          subject: name,
          message: `looks back ${windowDays} days, and Prometheus keeps ${retention}: set prometheus.retention.time to ${windowDays}d, or rules.slos.${name}.windowDays lower`,
        })),
  },
];

/** The severity that routes go by: settings may give an alert another one as a label. */
const severityOf = ({ labels, severity }: ResolvedAlert): string => labels.severity ?? severity;

const rank = (alert: ResolvedAlert): number => (SEVERITIES as readonly string[]).indexOf(severityOf(alert));

/** What an SLO promises in the terms of an alert, or undefined where they do not compare. */
function promiseOf(slo: ResolvedSlo, { threshold }: ResolvedAlert): number | undefined {
  if (slo.kind === 'slices') return slo.bound.value;
  return threshold.unit === 'ratio' && threshold.direction === 'below' ? slo.objective : undefined;
}

/** The same for alerts that differ in their threshold alone. */
function subjectOf({ labels, service, signal, threshold, expr }: ResolvedAlert): string {
  const what = labels.burn ? `burn of ${labels.slo}` : withoutLimit(expr, threshold.value);
  return [service, signal, threshold.unit, threshold.direction, what].join(' ');
}

/** An expression in normal form as text, with a mark in place of a number where it stands as a number. */
function withoutLimit(expr: string, limit: number): string {
  return JSON.stringify(normalised(parse(expr)), (key, value: unknown) => {
    if (key === 'from' || key === 'to') return undefined;
    const isLimit =
      typeof value === 'object' &&
      value !== null &&
      'kind' in value &&
      value.kind === 'number' &&
      'value' in value &&
      value.value === limit;
    return isLimit ? '$threshold' : value;
  });
}
