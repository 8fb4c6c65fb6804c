import { MAX_DASHBOARD_BYTES } from '../files.ts';
import { folderOf } from '../folders.ts';
import { allPanels, type DashboardLint, reporter } from './finding.ts';

/** Nobody changes by accident what the next deployment would put back. */
export const uneditableDashboard: DashboardLint = (dashboard) =>
  dashboard.json.editable === false ? [] : [reporter('uneditable-dashboard', dashboard)('can be edited')];

/** Grafana stops importing at the first uid or title that is taken. */
export const dashboardUnique: DashboardLint = (dashboard, _context, all) => {
  const report = reporter('dashboard-unique', dashboard);
  const others = all.filter((other) => other !== dashboard);
  return [
    ...(others.some(({ uid }) => uid === dashboard.uid)
      ? [report(`uid '${dashboard.uid}' is taken twice`)]
      : []),
    ...(others.some(
      (other) => other.title === dashboard.title && folderOf(other).name === folderOf(dashboard).name,
    )
      ? [report(`title '${dashboard.title}' is taken twice in folder '${dashboard.folder}'`)]
      : []),
  ];
};

/** A dashboard fits a Kubernetes object. */
export const dashboardSize: DashboardLint = (dashboard) => {
  const bytes = Buffer.byteLength(JSON.stringify(dashboard.json));
  return bytes < MAX_DASHBOARD_BYTES
    ? []
    : [
        reporter(
          'dashboard-size',
          dashboard,
        )(`has ${bytes} bytes; less than ${MAX_DASHBOARD_BYTES} are allowed`),
      ];
};

/** Opens with the sentence that says what it answers. */
export const dashboardQuestion: DashboardLint = (dashboard) => {
  const first = dashboard.json.panels?.[0];
  const asks = first?.type === 'text' && dashboard.json.description?.endsWith('?');
  return asks
    ? []
    : [reporter('dashboard-question', dashboard)('does not open with the question that it answers')];
};

/** Time range, refresh, time zone and annotations are the same everywhere. */
export const dashboardFrameSame: DashboardLint = (dashboard, _context, all) => {
  const frame = ({ json }: typeof dashboard) =>
    JSON.stringify([
      json.time,
      json.refresh,
      json.timezone,
      json.graphTooltip,
      json.timepicker,
      json.annotations,
    ]);
  const first = all[0];
  return first && frame(first) !== frame(dashboard)
    ? [
        reporter(
          'dashboard-frame',
          dashboard,
        )(`differs from '${first.uid}' in time range, refresh or annotations`),
      ]
    : [];
};

/** Links lead to dashboards that there are, and set variables that those have. */
export const linksResolve: DashboardLint = (dashboard, _context, all) => {
  const report = reporter('links-resolve', dashboard);
  return allPanels(dashboard).flatMap((panel) =>
    [...JSON.stringify(panel).matchAll(/"url":"\/d\/([\w-]+)\?([^"]*)"/g)].flatMap(([, uid, query]) => {
      const target = all.find((other) => other.uid === uid);
      if (!target) return [report(`links to '${uid}', which is no dashboard`, panel.title)];
      const known = (target.json.templating.list ?? []).map(({ name }) => name);
      return [...(query ?? '').matchAll(/var-(\w+)=/g)]
        .filter(([, name]) => !known.includes(name as string))
        .map(([, name]) => report(`sets variable '${name}', which '${uid}' does not have`, panel.title));
    }),
  );
};
