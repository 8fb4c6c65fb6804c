import { METRICS } from '../../catalogue/index.ts';
import { RECORDED } from '../../rules/recorded.ts';
import type { Dashboard } from '../dashboard.ts';
import {
  dashboardFrameSame,
  dashboardQuestion,
  dashboardSize,
  dashboardUnique,
  linksResolve,
  uneditableDashboard,
} from './dashboard.ts';
import { applyExclusions, EXCLUSIONS, type Exclusion } from './exclusions.ts';
import type { DashboardLint, Finding, LintContext } from './finding.ts';
import { panelGrid, panelOverlap, panelTitleFits, queriesAboveFold } from './layout.ts';
import {
  panelAxisDecimals,
  panelBounds,
  panelDatasource,
  panelEmpty,
  panelNoTargets,
  panelTitleDescription,
  panelUnique,
  panelUnits,
} from './panel.ts';
import { sdkDefault } from './sdk.ts';
import {
  targetCounterAgg,
  targetInstance,
  targetJob,
  targetLegend,
  targetPromql,
  targetRateInterval,
  targetZero,
} from './target.ts';
import {
  templateDatasource,
  templateInstance,
  templateJob,
  templateLabelPromql,
  templateOnTimeChangeReload,
  templateUsed,
} from './template.ts';

export type { Exclusion } from './exclusions.ts';
export type { Finding, LintContext } from './finding.ts';

/** Every lint. The first fifteen are those of Grafana's dashboard-linter, the rest our own. */
export const LINTS: readonly DashboardLint[] = [
  templateDatasource,
  templateJob,
  templateInstance,
  templateLabelPromql,
  templateOnTimeChangeReload,
  panelDatasource,
  panelTitleDescription,
  panelUnits,
  panelNoTargets,
  targetPromql,
  targetRateInterval,
  targetJob,
  targetInstance,
  targetCounterAgg,
  uneditableDashboard,
  templateUsed,
  targetLegend,
  targetZero,
  panelUnique,
  panelBounds,
  panelEmpty,
  panelOverlap,
  panelGrid,
  panelTitleFits,
  panelAxisDecimals,
  queriesAboveFold,
  dashboardUnique,
  dashboardSize,
  dashboardQuestion,
  dashboardFrameSame,
  linksResolve,
  sdkDefault,
];

/** Metrics of the catalogue and every recorded series. */
export const DEFAULT_CONTEXT: LintContext = { vocabulary: { metrics: METRICS, recorded: RECORDED } };

/** Runs every lint over the project's dashboards. Pure. */
export function lintDashboards(
  dashboards: readonly Dashboard[],
  context: LintContext = DEFAULT_CONTEXT,
  exclusions: readonly Exclusion[] = EXCLUSIONS,
): { readonly findings: Finding[]; readonly unused: Exclusion[] } {
  const findings = dashboards.flatMap((dashboard) =>
    LINTS.flatMap((lint) => lint(dashboard, context, dashboards)),
  );
  return applyExclusions(findings, exclusions);
}
