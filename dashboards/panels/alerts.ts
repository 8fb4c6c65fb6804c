import type { DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard';
import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { DASHBOARDS, type DashboardUid } from '../../catalogue/dashboards.ts';
import { grafanaVariable } from './defaults.ts';

/** Dashboard that explains the alerts of a service, by a regular expression of its name. The first match counts. */
const DASHBOARD_OF_SERVICE: readonly (readonly [string, DashboardUid])[] = [
  ['inference-api', 'inference-api'],
  ['feature-store|redis', 'feature-store'],
  ['stream-processing|kafka', 'stream-processing'],
  ['ml-pipeline', 'ml-pipeline'],
  ['business', 'business-metrics'],
  ['prometheus|alertmanager|grafana|.*-exporter', 'monitoring'],
  ['platform|machines', 'system-overview'],
];

/** Adds the label `dashboard` to series with the label `service`, so that a click on one leads to its dashboard. */
export function withDashboard(expr: string): string {
  return DASHBOARD_OF_SERVICE.reduce(
    (inner, [services, uid]) => `label_replace(${inner}, "dashboard", "${uid}", "service", "${services}")`,
    expr,
  );
}

/** Titles instead of uids in a column of dashboards; `others` are called otherwise there. */
export function dashboardTitles(others: Partial<Record<DashboardUid, string>> = {}): ValueMapping[] {
  const options = Object.fromEntries(
    Object.entries({ ...DASHBOARDS, ...others }).map(([uid, text], index) => [uid, { text, index }]),
  );
  return [{ type: MappingType.ValueToText, options }];
}

/** Leads from a series with the label `dashboard` to that dashboard. */
export const TO_ITS_DASHBOARD = {
  title: 'Open its dashboard',
  url: `/d/${grafanaVariable('__field.labels.dashboard')}?${grafanaVariable('__url_time_range')}`,
  targetBlank: false,
} as DashboardLink;

/** Leads from a cell that holds a uid to that dashboard. */
export const TO_DASHBOARD_OF_CELL = {
  title: `Open ${grafanaVariable('__value.text')}`,
  url: `/d/${grafanaVariable('__value.raw')}?${grafanaVariable('__url_time_range')}`,
  targetBlank: false,
} as DashboardLink;

/** Where runbooks are, and the page of each alert: those whose page is elsewhere are left out. */
export interface Runbooks {
  readonly base: string;
  readonly pages: Readonly<Record<string, string>>;
}

/** Title of the column of runbooks. */
export const RUNBOOK = 'Runbook';

/** A column of alert names that shows the page of each alert's runbook, and leads to it. */
export function runbookColumn({ base, pages }: Runbooks) {
  const options = Object.fromEntries(
    Object.entries(pages).map(([alert, text], index) => [alert, { text, index }]),
  );
  return {
    mappings: [{ type: MappingType.ValueToText, options }] as ValueMapping[],
    links: [
      {
        title: 'Open the runbook',
        url: `${base}/${grafanaVariable('__value.text')}`,
        targetBlank: true,
      } as DashboardLink,
    ],
  };
}

/** Alerts that somebody must look into, by service: 2 where one is critical, 1 where one is a warning. */
export const ALERT_LEVEL_BY_SERVICE =
  'max by (service) (2 * ALERTS{alertstate="firing", severity="critical"} or ALERTS{alertstate="firing", severity="warning"})';
