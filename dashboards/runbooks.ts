import type { DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard';
import { DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { walk } from '../lib/promql/ast.ts';
import { parse } from '../lib/promql/parse.ts';
import type { Recording, ResolvedAlert } from '../rules/alert.ts';
import { substituteVariables } from './lint/substitute.ts';
import type { PanelDefinition } from './panels/panel.ts';

/** The rules that say which panel shows what an alert fires on. */
export interface RunbookRules {
  readonly alerts: readonly ResolvedAlert[];
  /** Default: none, so that a panel of recorded series is not known to show what they are recorded from. */
  readonly recordings?: readonly Recording[];
}

/** Thresholds that tell nothing: any number of panels has a level at them. */
const ANY: readonly number[] = [0, 1];

/**
 * Links from a panel to the runbooks of the alerts whose threshold it draws: those that read no metric but the
 * panel's, and whose threshold is one of its levels.
 */
export function runbookLinks(rules: RunbookRules): (panel: PanelDefinition) => DashboardLink[] {
  const recorded = Map.groupBy(rules.recordings ?? [], ({ record }) => record);
  const known = new Map<string, ReadonlySet<string>>();

  /** Names of the metrics that a query is made from in the end; those of a histogram are one. */
  const metricsOf = (expr: string): ReadonlySet<string> => {
    const found = known.get(expr) ?? new Set<string>();
    if (known.has(expr)) return found;
    known.set(expr, found);
    const names = new Set(
      [...walk(parse(expr))].flatMap((part) => (part.kind === 'selector' ? [part.metric] : [])),
    );
    const inner = [...names].flatMap((name) =>
      (recorded.get(name) ?? []).flatMap((each) => [...metricsOf(each.expr)]),
    );
    const written = [...names].filter((name) => !recorded.has(name));
    const all = new Set([...written.map((name) => name.replace(/_(bucket|sum|count)$/, '')), ...inner]);
    known.set(expr, all);
    return all;
  };

  return ({ panel, queries }) => {
    const steps = panel.fieldConfig?.defaults.thresholds?.steps ?? [];
    const levels = new Set(steps.map(({ value }) => value).filter((value) => value !== null));
    if (levels.size === 0 || queries.length === 0) return [];
    const read = new Set(queries.flatMap(({ expr }) => [...metricsOf(substituteVariables(expr))]));
    const alerts = rules.alerts.filter(
      ({ threshold: { value }, expr }) =>
        levels.has(value) && !ANY.includes(value) && [...metricsOf(expr)].every((metric) => read.has(metric)),
    );
    const pages = new Map(
      alerts.flatMap(({ annotations, name }) =>
        annotations.runbook_url ? [[annotations.runbook_url, name]] : [],
      ),
    );
    return [...pages].map(([url, name]) => runbookLink(`Runbook of ${name}`, url));
  };
}

function runbookLink(title: string, url: string): DashboardLink {
  return {
    title,
    type: DashboardLinkType.Link,
    icon: 'doc',
    tooltip: '',
    url,
    tags: [],
    asDropdown: false,
    targetBlank: true,
    includeVars: false,
    keepTime: false,
  };
}
