import { allPanels, askingPanels, type DashboardLint, reporter } from './finding.ts';

/** Panels ask the data source that the reader picked. */
export const panelDatasource: DashboardLint = (dashboard) => {
  const report = reporter('panel-datasource', dashboard);
  const picked = `\${datasource}`;
  return askingPanels(dashboard).flatMap((panel) =>
    [
      panel.datasource,
      ...(panel.targets ?? []).map((target) => (target as { datasource?: { uid?: string } }).datasource),
    ]
      .filter((source) => source?.uid !== picked)
      .map((source) => report(`asks data source '${source?.uid}' instead of ${picked}`, panel.title)),
  );
};

/** Panels say what they show and how to read it. Text panels speak for themselves. */
export const panelTitleDescription: DashboardLint = (dashboard) => {
  const report = reporter('panel-title-description', dashboard);
  return askingPanels(dashboard).flatMap((panel) => [
    ...(panel.title ? [] : [report(`panel ${panel.id} has no title`)]),
    ...(panel.description ? [] : [report('has no description', panel.title)]),
  ]);
};

/** Values have a unit; columns of a table each have their own where they are numbers. */
export const panelUnits: DashboardLint = (dashboard) => {
  const report = reporter('panel-units', dashboard);
  return askingPanels(dashboard).flatMap((panel) => {
    if (panel.type !== 'table') {
      return panel.fieldConfig?.defaults.unit ? [] : [report('has no unit', panel.title)];
    }
    const units = (panel.fieldConfig?.overrides ?? []).filter(({ properties }) =>
      properties.some(({ id }) => id === 'unit'),
    );
    const values = panel.targets?.length ?? 0;
    return units.length >= values
      ? []
      : [report(`has ${values} values and ${units.length} units`, panel.title)];
  });
};

/** Panels ask something. */
export const panelNoTargets: DashboardLint = (dashboard) => {
  const report = reporter('panel-no-targets', dashboard);
  return askingPanels(dashboard)
    .filter(({ targets }) => !targets?.length)
    .map(({ title }) => report('asks nothing', title));
};

/** Titles, which links and reviews go by, and ids are each panel's own. */
export const panelUnique: DashboardLint = (dashboard) => {
  const report = reporter('panel-unique', dashboard);
  const panels = askingPanels(dashboard);
  const again = (values: readonly unknown[]) =>
    new Set(values.filter((value, index) => values.indexOf(value) !== index));
  const titles = [...again(panels.map(({ title }) => title))].map((title) =>
    report(`two panels have the title '${title}'`),
  );
  const ids = [...again((dashboard.json.panels ?? []).map(({ id }) => id))].map((id) =>
    report(`two panels have the id ${id}`),
  );
  return [...titles, ...ids];
};

const SHARES = new Set(['percentunit']);
/** Kinds that colour by level: without limits they would say nothing. */
const BOUNDED = new Set(['gauge', 'bargauge']);

/** What fills a bar or dial has both ends; what cannot be negative says where it starts. */
export const panelBounds: DashboardLint = (dashboard) => {
  const report = reporter('panel-bounds', dashboard);
  return allPanels(dashboard).flatMap((panel) => {
    const { min, max, unit } = panel.fieldConfig?.defaults ?? {};
    if (BOUNDED.has(panel.type) && min === undefined) return [report('has no lower end', panel.title)];
    if (SHARES.has(unit ?? '') && min === undefined && max === undefined) {
      return [report('shows shares without an end at 0 or 1', panel.title)];
    }
    return [];
  });
};

/** Axes choose their own decimals: forced ones write one number at several ticks, `0.0` three times. Counts are whole. */
export const panelAxisDecimals: DashboardLint = (dashboard) => {
  const report = reporter('panel-axis-decimals', dashboard);
  return allPanels(dashboard)
    .filter(({ type, fieldConfig }) => type === 'timeseries' && (fieldConfig?.defaults.decimals ?? 0) > 0)
    .map(({ title }) => report('forces decimals on an axis', title));
};

/** A panel that may be empty says so in words. */
export const panelEmpty: DashboardLint = (dashboard) => {
  const report = reporter('panel-empty', dashboard);
  return dashboard.panels
    .filter(({ emptyWhenHealthy }) => emptyWhenHealthy !== undefined && emptyWhenHealthy.says.trim() === '')
    .map(({ title }) => report('is empty when all is well and does not say so', title));
};
