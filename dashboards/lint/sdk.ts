import {
  defaultAnnotationQuery,
  defaultDashboard,
  defaultDashboardLink,
  defaultPanel,
  defaultTimePickerConfig,
  defaultVariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { type DashboardLint, reporter } from './finding.ts';

/**
 * Defaults that the SDK writes into everything it builds and that may stay, since a Grafana without them does the same.
 * Whatever else it adds without being asked is a finding: an update of the SDK once hid all links and annotations so.
 */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  dashboard: ['timezone', 'fiscalYearStartMonth', 'schemaVersion'],
  'time picker': ['hidden'],
  link: ['type', 'tooltip', 'asDropdown', 'targetBlank', 'includeVars', 'keepTime'],
  annotation: ['enable', 'hide', 'builtIn'],
  variable: ['type', 'skipUrlSync', 'multi', 'allowCustomValue', 'includeAll'],
  panel: ['transparent'],
};

/** Nothing is as it is because the SDK thinks so. */
export const sdkDefault: DashboardLint = (dashboard) => {
  const report = reporter('sdk-default', dashboard);
  const { annotations, links, templating, timepicker, panels } = dashboard.json;
  const added = (kind: string, name: string | undefined, value: object, defaults: object, panel?: string) =>
    Object.entries(defaults)
      .filter(([key]) => !HARMLESS[kind]?.includes(key))
      .filter(([key, unasked]) => key in value && same((value as Record<string, unknown>)[key], unasked))
      .map(([key, unasked]) =>
        report(
          `${kind} '${name ?? ''}' has ${key} ${JSON.stringify(unasked)}, which only the SDK asked for`,
          panel,
        ),
      );
  return [
    ...added('dashboard', dashboard.title, dashboard.json, defaultDashboard()),
    ...added('time picker', dashboard.title, timepicker ?? {}, defaultTimePickerConfig()),
    ...(links ?? []).flatMap((link) => added('link', link.title, link, defaultDashboardLink())),
    ...(annotations.list ?? []).flatMap((each) =>
      added('annotation', each.name, each, defaultAnnotationQuery()),
    ),
    ...(templating.list ?? []).flatMap((each) => added('variable', each.name, each, defaultVariableModel())),
    ...(panels ?? []).flatMap((panel) => added('panel', panel.title, panel, defaultPanel(), panel.title)),
  ];
};

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
