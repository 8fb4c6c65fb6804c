import type { Panel as GrafanaPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Vocabulary } from '../../rules/promql-check.ts';
import type { Dashboard, PanelMeta } from '../dashboard.ts';

/** Something that a lint objects to. */
export interface Finding {
  readonly rule: string;
  readonly dashboard: string;
  /** Title of the panel. Default: none, the dashboard itself. */
  readonly panel?: string;
  readonly message: string;
}

export interface LintContext {
  /** Metrics and recorded series that queries may read. */
  readonly vocabulary: Vocabulary;
}

/** Looks at one dashboard at a time. `all` are its peers and itself. */
export type DashboardLint = (
  dashboard: Dashboard,
  context: LintContext,
  all: readonly Dashboard[],
) => Finding[];

/** Panels that ask something: neither rows nor text. */
export function askingPanels(dashboard: Dashboard): GrafanaPanel[] {
  return allPanels(dashboard).filter(({ type }) => type !== 'text');
}

/** Panels, rows left out. */
export function allPanels(dashboard: Dashboard): GrafanaPanel[] {
  return (dashboard.json.panels ?? []).filter((panel): panel is GrafanaPanel => panel.type !== 'row');
}

/** What was said about the panels beside their JSON. */
export function eachQuery(dashboard: Dashboard): { panel: PanelMeta; query: PanelMeta['queries'][number] }[] {
  return dashboard.panels.flatMap((panel) => panel.queries.map((query) => ({ panel, query })));
}

/** Makes findings of one rule. */
export function reporter(rule: string, dashboard: Dashboard) {
  return (message: string, panel?: string): Finding => ({
    rule,
    dashboard: dashboard.uid,
    ...(panel === undefined ? {} : { panel }),
    message,
  });
}
