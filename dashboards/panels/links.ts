import type { DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard';
import { DASHBOARDS, type DashboardUid } from '../../catalogue/dashboards.ts';
import { grafanaVariable } from './defaults.ts';

/**
 * A link from a value to another dashboard at the same time range. `variables` sets the target's variables from
 * labels of the clicked series: `{ endpoint: 'endpoint' }`.
 */
export function toDashboard(
  uid: DashboardUid,
  variables: Readonly<Record<string, string>> = {},
): DashboardLink {
  const set = Object.entries(variables).map(
    ([name, label]) => `&var-${name}=${grafanaVariable(`__field.labels.${label}`)}`,
  );
  return dataLink(
    `Open ${DASHBOARDS[uid]}`,
    `/d/${uid}?${grafanaVariable('__url_time_range')}${set.join('')}`,
  );
}

/** A link to any address, in a tab of its own where it leaves Grafana. */
export function dataLink(title: string, url: string): DashboardLink {
  return { title, url, targetBlank: !url.startsWith('/') } as DashboardLink;
}
