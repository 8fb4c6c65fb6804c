import { buildRules, type Recording, type ResolvedAlert, type ResolvedSlo } from '../rules/index.ts';
import { businessMetrics } from './business-metrics.ts';
import { assemble, type Dashboard } from './dashboard.ts';
import { featureStore } from './feature-store.ts';
import { inferenceApi } from './inference-api.ts';
import { type DashboardContext, limitsOf, runbooksOf } from './limits.ts';
import { mlPipeline } from './ml-pipeline.ts';
import { monitoring } from './monitoring.ts';
import { runbookLinks } from './runbooks.ts';
import { type DashboardsSettings, dashboardsSettings } from './settings.ts';
import { slos } from './slos.ts';
import { streamProcessing } from './stream-processing.ts';
import { systemOverview } from './system-overview.ts';

export type { Dashboard, PanelMeta } from './dashboard.ts';
export { DATA_SOURCE } from './datasource.ts';
export { DashboardsError } from './errors.ts';
export {
  type ExternalGrafana,
  type ExternalOptions,
  externalGrafana,
  folderPermissions,
} from './external.ts';
export { fitConfigMap, renderDashboards } from './files.ts';
export { folderOf, foldersOf, folderTitle, folderUid } from './folders.ts';
export { RUNBOOK } from './panels/alerts.ts';
export { INCIDENTS, type Incident } from './panels/incidents.ts';
export { withoutPromise } from './panels/layout.ts';
export type { EmptyWhenHealthy, Query } from './panels/panel.ts';
export { type ProvisioningOptions, renderProvisioning } from './provisioning.ts';
export { type DashboardsSettings, dashboardsSettings } from './settings.ts';
export { type OwnDashboards, type OwnDashboardsOptions, ownDashboards } from './user/index.ts';

/** What dashboards are built from. */
export interface DashboardsOptions {
  /** Default: every default. */
  readonly settings?: DashboardsSettings;
  /** The stack's rules: limits are the thresholds of its alerts. Default: the rules with every default. */
  readonly rules?: {
    readonly alerts: readonly ResolvedAlert[];
    readonly slos: readonly ResolvedSlo[];
    /** Where the pages of runbooks are, without a slash at the end. */
    readonly runbookBaseUrl: string;
    /** What panels of recorded series show in the end. Default: it is not known, and they link to no runbook of it. */
    readonly recordings?: readonly Recording[];
  };
}

/** Builds every dashboard of the project. Pure. */
export function buildDashboards(options: DashboardsOptions = {}): Dashboard[] {
  const settings = options.settings ?? dashboardsSettings.parse({});
  const rules = options.rules ?? buildRules();
  const context: DashboardContext = {
    settings,
    slos: Object.fromEntries(rules.slos.map((slo) => [slo.name, slo])),
    limits: limitsOf(rules.alerts),
    runbooks: runbooksOf(rules.alerts, rules.runbookBaseUrl),
  };
  const outlines = [
    systemOverview(context),
    inferenceApi(context),
    featureStore(context),
    streamProcessing(context),
    mlPipeline(context),
    businessMetrics(context),
    slos(context),
    monitoring(context),
  ];
  const linksOf = runbookLinks(rules);
  return outlines.map((outline) => assemble(outline, settings, linksOf));
}
