import type { Matcher, Selector } from '../../../lib/promql/ast.ts';
import { walk } from '../../../lib/promql/ast.ts';
import { parse } from '../../../lib/promql/parse.ts';
import { compileExpression } from '../../../lib/re2.ts';
import { alertnameOf, type Recording } from '../../../rules/index.ts';
import type { RuleVersion } from './rules.ts';

/** What Prometheus writes of alerts themselves. */
const ALERT_SERIES = ['ALERTS', 'ALERTS_FOR_STATE'];

/** What stands for an alert where a rule is asked for. */
export const alertSeries = (alertname: string): Recording => ({
  record: 'ALERTS',
  expr: '',
  group: '',
  help: '',
  labels: { alertname },
});

/** The alerts whose series an expression reads itself, by the name under which they arrive. */
export const alertsReadBy = (version: Pick<RuleVersion, 'alerts'>, expr: string): readonly string[] => [
  ...new Set(
    [...walk(parse(expr))].flatMap((part) => (part.kind === 'selector' ? alertsOf(version, part) : [])),
  ),
];

/** The alerts whose `ALERTS` or `ALERTS_FOR_STATE` a selector reads; none where it reads another metric. */
export function alertsOf(
  { alerts }: Pick<RuleVersion, 'alerts'>,
  { metric, matchers }: Selector,
): readonly string[] {
  const named = metric === '' ? matchers.filter(({ label }) => label === '__name__') : undefined;
  const reads =
    named === undefined
      ? ALERT_SERIES.includes(metric)
      : ALERT_SERIES.some((name) => named.every((matcher) => matches(matcher, name)));
  if (!reads) return [];
  const exact = matchers.find(({ label, op }) => label === 'alertname' && op === '=');
  if (exact !== undefined) return [exact.value];
  const own = alerts.filter((alert) =>
    matchers.every((matcher) => {
      const value = { ...alert.labels, alertname: alertnameOf(alert) }[matcher.label];
      return value === undefined || matches(matcher, value);
    }),
  );
  return [...new Set(own.map(alertnameOf))];
}

/** Whether a matcher leaves a series with this value of its label. */
export function matches({ op, value }: Matcher, label: string): boolean {
  if (op === '=' || op === '!=') return (label === value) === (op === '=');
  return compileExpression(value, { dotAll: true }).test(label) === (op === '=~');
}
