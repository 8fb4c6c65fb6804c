import {
  DashboardBuilder,
  type Dashboard as GrafanaDashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { checkProblems, lookup, type Vocabulary } from '../../rules/promql-check.ts';
import type { Dashboard, PanelMeta } from '../dashboard.ts';
import { linksResolve } from '../lint/dashboard.ts';
import type { DashboardLint, Finding } from '../lint/finding.ts';
import { panelOverlap } from '../lint/layout.ts';
import { panelBounds, panelNoTargets, panelUnique, panelUnits } from '../lint/panel.ts';
import { substituteVariables } from '../lint/substitute.ts';
import { targetCounterAgg, targetLegend, targetRateInterval } from '../lint/target.ts';
import { templateOnTimeChangeReload, templateUsed } from '../lint/template.ts';
import type { Query } from '../panels/panel.ts';
import { isObject, type Json, objects, panelName, panelsOf, textOf } from './json.ts';
import type { ParsedQuery } from './queries.ts';
import { kindOf, variablesOf } from './sources.ts';

/**
 * The lints that hold for anybody's dashboard. The others are about how this project writes its own: the question at the top,
 * reasons beside a query, the frame that is the same everywhere.
 */
const LINTS: readonly DashboardLint[] = [
  templateOnTimeChangeReload,
  panelUnits,
  panelNoTargets,
  panelUnique,
  panelBounds,
  targetRateInterval,
  targetCounterAgg,
  targetLegend,
  linksResolve,
];

/** Kinds of panel whose numbers have a unit. */
const WITH_UNITS = new Set(['timeseries', 'stat', 'gauge', 'bargauge', 'barchart']);

/** Kinds of panel that every Grafana has. */
const CORE = new Set(
  (
    'alertlist annolist barchart bargauge candlestick canvas dashlist datagrid debug flamegraph gauge geomap gettingstarted ' +
    'heatmap histogram live logs news nodeGraph piechart row stat state-timeline status-history table text timeseries traces ' +
    'trend welcome xychart'
  ).split(' '),
);
/** Kinds that are gone, and that Grafana replaces by one of its own when it opens the dashboard. */
const REPLACED = new Set(
  'graph singlestat table-old grafana-singlestat-panel grafana-piechart-panel grafana-worldmap-panel heatmap-new'.split(
    ' ',
  ),
);

/** What may be wrong with a dashboard of a user's, a sentence each; nothing of it keeps the dashboard from being deployed. */
export function adviceOn(
  dashboard: Dashboard,
  queries: readonly ParsedQuery[],
  { vocabulary, all }: { readonly vocabulary: Vocabulary; readonly all: readonly Dashboard[] },
): string[] {
  const model = dashboard.json as unknown as Json;
  const view = lintable(dashboard, model, queries, vocabulary);
  const top = new Set(objects(model.panels).map(({ id }) => id));
  const unfolded = {
    ...view,
    json: { ...view.json, panels: view.json.panels?.filter(({ id }) => top.has(id)) },
  } as Dashboard;
  const peers = [...all.filter(({ uid }) => uid !== view.uid), view];
  const findings = [
    ...LINTS.flatMap((lint) => lint(view, { vocabulary }, peers)),
    // What lies in a folded row lies over what is under it.
    ...panelOverlap(unfolded, { vocabulary }, peers),
    ...templateUsed(view, { vocabulary }, peers).filter(({ message }) => !usedElsewhere(model, message)),
    ...queries.flatMap((query) => misread(dashboard, query, vocabulary)),
  ];
  return [...aboutForm(model), ...summed(findings.map(reworded))];
}

/** What the lints read of a model, whatever else is in it. */
function lintable(
  dashboard: Dashboard,
  model: Json,
  queries: readonly ParsedQuery[],
  vocabulary: Vocabulary,
): Dashboard {
  const panels = panelsOf(model).filter(({ type }) => type !== 'row');
  const meta = panels.map(
    (panel): PanelMeta => ({
      dashboard: dashboard.uid as PanelMeta['dashboard'],
      id: typeof panel.id === 'number' ? panel.id : 0,
      title: textOf(panel.title) ?? '',
      type: textOf(panel.type) ?? '',
      queries: queries
        .filter((query) => query.panel === panel)
        .map((query) => asQuery(panel, query, vocabulary)),
      shows: [],
    }),
  );
  const json = {
    ...model,
    panels: panels.map((panel) => lintablePanel(model, panel)),
    templating: {
      list: [...variablesOf(model).values()],
    },
  };
  return { ...dashboard, json: json as unknown as GrafanaDashboard, panels: meta };
}

/** Whether something besides a panel needs the variable that a message names: another one, a link, an annotation, a filter. */
function usedElsewhere(model: Json, message: string): boolean {
  const name = /'(\w+)'$/.exec(message)?.[1] ?? '';
  if (variablesOf(model).get(name)?.type === 'adhoc') return true;
  const others = [...variablesOf(model).values()].filter((variable) => variable.name !== name);
  const text = JSON.stringify([
    others,
    model.annotations,
    model.links,
    model.title,
    objects(model.panels),
    model.rows,
  ]);
  return new RegExp(`\\$\\{?${name}\\b|\\[\\[${name}\\b|var-${name}\\b|"repeat":"${name}"`).test(text);
}

function asQuery(panel: Json, { expr, metrics, open, where }: ParsedQuery, vocabulary: Vocabulary): Query {
  const target = objects(panel.targets).find(({ refId }) => where.endsWith(`query ${String(refId ?? '?')}`));
  const legend = textOf(target?.legendFormat);
  // Of a metric that nobody declares, nobody knows the labels.
  const known = !open && metrics.every((metric) => lookup(metric, vocabulary) !== undefined);
  return {
    expr,
    mode: target?.instant === true ? 'instant' : 'range',
    format: 'time_series',
    ...(known && legend !== undefined && legend !== '__auto' && { legend }),
  };
}

function lintablePanel(model: Json, panel: Json): Json {
  const config = isObject(panel.fieldConfig) ? panel.fieldConfig : {};
  const { type } = panel;
  const silent = ['dashlist', 'news', 'alertlist', 'annolist', 'welcome', 'gettingstarted', 'canvas', 'text'];
  const grid = isObject(panel.gridPos) ? panel.gridPos : {};
  const number = (value: unknown) => (typeof value === 'number' ? value : 0);
  return {
    ...panel,
    type: silent.includes(String(type)) ? 'text' : type,
    title: textOf(panel.title) ?? '',
    targets: Array.isArray(panel.targets) ? objects(panel.targets) : [],
    gridPos: { x: number(grid.x), y: number(grid.y), w: number(grid.w), h: number(grid.h) },
    fieldConfig: {
      // Numbers without a unit are told of where Prometheus gives them.
      defaults: {
        ...(isObject(config.defaults) ? config.defaults : {}),
        ...(WITH_UNITS.has(String(type)) && kindOf(model, panel, undefined) === 'prometheus'
          ? {}
          : { unit: 'none', min: 0 }),
      },
      overrides: objects(config.overrides).map((override) => ({
        ...override,
        properties: objects(override.properties),
      })),
    },
  };
}

/** What a query does to metrics that are known: labels that they do not have, counters without a rate. */
function misread(dashboard: Dashboard, query: ParsedQuery, vocabulary: Vocabulary): Finding[] {
  if (query.open || query.metrics.length === 0) return [];
  if (query.metrics.some((metric) => lookup(metric, vocabulary) === undefined)) return [];
  // Labels are the same whether a series is a counter or none.
  const needless = ['syntax', 'unknown-metric', ...(query.labelsOnly ? ['counter-without-rate'] : [])];
  return checkProblems(substituteVariables(query.expr), vocabulary)
    .filter(({ check }) => !needless.includes(check))
    .map(({ message }) => ({
      rule: 'target-promql',
      dashboard: dashboard.uid,
      message: `${query.where}: ${message}`,
    }));
}

/** What the project asks of its own queries is a reason beside them, which a JSON file has no place for. */
function reworded(finding: Finding): Finding {
  return { ...finding, message: finding.message.replace(/, and no reason$/, '') };
}

/** One sentence a rule and dashboard, with the first of the panels. */
function summed(findings: readonly Finding[]): string[] {
  return [...Map.groupBy(findings, ({ rule }) => rule)].map(([rule, found]) => {
    const [first] = found as [Finding];
    const where = first.panel === undefined ? '' : `panel '${first.panel}' `;
    const more = found.length - 1;
    const rest = more === 0 ? '' : `, and ${more} more like it`;
    return `${where}${first.message}${rest} (${rule})`;
  });
}

/** What Grafana cannot show, or shows otherwise. */
function aboutForm(model: Json): string[] {
  const panels = panelsOf(model);
  const foreign = new Map<string, Json>();
  for (const panel of panels) {
    const type = textOf(panel.type);
    if (type !== undefined && !CORE.has(type) && !REPLACED.has(type) && !foreign.has(type))
      foreign.set(type, panel);
  }
  const alerting = panels.find((panel) => isObject(panel.alert));
  const { schemaVersion } = model;
  const current = new DashboardBuilder('').build().schemaVersion;
  return [
    ...[...foreign].map(
      ([type, panel]) =>
        `${panelName(panel)} is of the kind '${type}', a plugin that the stack’s Grafana does not have`,
    ),
    ...(alerting
      ? [
          `${panelName(alerting)} has an alert of Grafana before 11, which nothing evaluates: write it as a rule in rules.d/`,
        ]
      : []),
    ...(typeof schemaVersion === 'number' && schemaVersion > current
      ? [
          `it was saved by a newer Grafana (schemaVersion ${schemaVersion}; ours has ${current}), which may have more than ours can show`,
        ]
      : []),
  ];
}
