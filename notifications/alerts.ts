import { alertnameOf, type ResolvedAlert } from '../rules/alert.ts';
import type { Labels } from './config.ts';

/**
 * The label sets under which the alerts of a rule set can arrive, for `buildAlertmanager`: the rule's own labels,
 * and those that its proofs say the data adds, such as `instance` or `endpoint`.
 */
export function alertLabels(alerts: readonly ResolvedAlert[]): readonly Labels[] {
  return alerts.flatMap(({ proofs, ...alert }) => {
    const added = proofs.flatMap((proof) => proof.labels ?? [{}]);
    const sets = (added.length > 0 ? added : [{}]).map((more) => ({
      ...more,
      ...alert.labels,
      alertname: alertnameOf(alert),
    }));
    return [...new Map(sets.map((set) => [JSON.stringify(Object.entries(set).sort()), set])).values()];
  });
}

/** Dashboards of the alerts whose annotations are fixed and therefore name none: URL by name of the alert. */
export function dashboardLinks(
  alerts: readonly ResolvedAlert[],
  baseUrl: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    alerts
      .filter(({ annotations }) => annotations.dashboard_url === undefined)
      .map((alert) => [alertnameOf(alert), `${baseUrl.replace(/\/+$/, '')}/d/${alert.dashboard}`]),
  );
}
