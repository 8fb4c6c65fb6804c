/** Grafana dashboards as code: panels, rows and variables that know no feature store, and its own dashboards. Loads no Pulumi. */
export { type Dashboard, type OwnOutline, ownDashboard } from './dashboard.ts';
export {
  buildDashboards,
  type DashboardsOptions,
  type DashboardsSettings,
  dashboardsSettings,
  type ProvisioningOptions,
  renderDashboards,
  renderProvisioning,
} from './index.ts';
export { colored, coloredLike, heatmap, type TimeSeriesSpec, timeSeries } from './panels/graphs.ts';
export {
  barGauge,
  gauge,
  type StateTimelineSpec,
  type StatSpec,
  stat,
  stateTimeline,
  text,
} from './panels/kinds.ts';
export { dataLink } from './panels/links.ts';
export { states } from './panels/mappings.ts';
export { type Line, line, type PanelDefinition, type Query, type Row, row } from './panels/panel.ts';
export { buckets, fixedWindow, instant, orZero, range, rows, sparse } from './panels/query.ts';
export { type Column, type TableSpec, table } from './panels/table.ts';
export { COLOR, highIsBad, type Levels, lowIsBad, NEUTRAL, NONE_EXPECTED } from './panels/thresholds.ts';
export type { PanelUnit } from './panels/units.ts';
export { datasourceVariable, labelVariable } from './panels/variables.ts';
