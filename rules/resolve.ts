import { type Alert, alertnameOf, type ResolvedAlert } from './alert.ts';
import type { AlertOverride, RulesSettings } from './settings.ts';
import { looser, promqlNumber, thresholdValue } from './threshold.ts';

/** Where the pages of runbooks are, without a slash at the end. */
export const runbookBase = ({ runbookBaseUrl }: RulesSettings): string => runbookBaseUrl.replace(/\/+$/, '');

/** What a stack's settings say of an alert: by its own name, and else by the one that it shares with others. */
export const overrideOf = (alert: Alert, overrides: RulesSettings['alerts']): AlertOverride => ({
  ...overrides[alertnameOf(alert)],
  ...overrides[alert.name],
});

/** An alert as it stands in the rule file, after a stack's override of it. Mistakes go to `problems`. */
export function resolveAlert(
  alert: Alert,
  settings: RulesSettings,
  origin: string,
  problems: string[],
): ResolvedAlert {
  const own = Object.hasOwn(settings.alerts, alert.name);
  const key = `rules.alerts.${own ? alert.name : alertnameOf(alert)}`;
  const { allow = [], ...override } = overrideOf(alert, settings.alerts);
  if (alert.alertname !== undefined && (override.labels?.service ?? alert.service) !== alert.service) {
    problems.push(
      `${key}.labels.service: the alerts of services of your own share the name ${alert.alertname}, and this label tells them apart; set another label, such as team`,
    );
  }
  let { threshold } = alert;
  if (override.threshold !== undefined) {
    try {
      threshold = { ...threshold, value: thresholdValue(override.threshold, threshold.unit) };
    } catch (error) {
      problems.push(`${key}.threshold: ${(error as Error).message}`);
    }
    if (threshold.unit === 'burn_rate') {
      problems.push(
        `${key}.threshold: a burn rate follows from the SLO; set rules.slos.${alert.labels?.slo} instead`,
      );
    }
  }
  if (alert.guards && looser(threshold.value, alert.guards.limit, threshold.direction)) {
    const side = threshold.direction === 'above' ? 'at most' : 'at least';
    problems.push(
      `${key}.threshold: ${threshold.value} ${threshold.unit} is looser than the alert threshold of the SLO “${alert.guards.slo}”; ${side} ${alert.guards.limit} ${threshold.unit} is allowed`,
    );
  }
  const severity = override.severity ?? alert.severity;
  const dashboards = settings.dashboardBaseUrl?.replace(/\/+$/, '');
  const labels = alert.bareLabels
    ? { severity, service: alert.service }
    : { severity, service: alert.service, team: alert.team, signal: alert.signal, ...alert.labels };
  const annotations = {
    summary: alert.summary,
    description: alert.description,
    runbook_url: `${runbookBase(settings)}/${alert.runbook}`,
    ...(dashboards &&
      !alert.bareLabels &&
      !alert.imported && { dashboard_url: `${dashboards}/d/${alert.dashboard}` }),
    ...alert.annotations,
  };
  const keepFiringFor = override.keepFiringFor ?? alert.keepFiringFor;
  return {
    ...alert,
    severity,
    threshold,
    expr: alert.expr(promqlNumber(threshold.value)),
    for: override.for ?? alert.for,
    ...(keepFiringFor && { keepFiringFor }),
    labels: { ...labels, ...override.labels },
    annotations: { ...annotations, ...override.annotations },
    allow: [...(alert.allow ?? []), ...allow],
    origin,
  };
}
