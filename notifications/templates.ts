import { COMMON_TEMPLATE } from './channels/common-template.ts';
import { CHANNELS } from './channels/index.ts';

/** `.Annotations.dashboard_url` of an alert, or of what the alerts of a group share, with the variable before it. */
const DASHBOARD = /(\$\w+)?\.(Common)?Annotations\.dashboard_url/g;

/**
 * The message templates by path relative to the configuration.
 * @param dashboards URL by name of the alerts whose labels and annotations are fixed, so that no annotation has it.
 */
export function templateFiles(
  dashboards: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const texts = Object.fromEntries([
    ['common', COMMON_TEMPLATE],
    ...CHANNELS.filter(({ template }) => template !== '').map(({ name, template }) => [name, template]),
  ]);
  return Object.fromEntries(
    Object.keys(texts)
      .sort()
      .map((name) => [`templates/${name}.tmpl`, withDashboards(texts[name] ?? '', dashboards)]),
  );
}

function withDashboards(template: string, dashboards: Readonly<Record<string, string>>): string {
  const known = Object.entries(dashboards);
  if (known.length === 0) return template;
  return template.replace(DASHBOARD, (annotation, variable = '', common = '') => {
    const named = known.map(
      ([name, url]) =>
        `(and (eq ${variable}.${common}Labels.alertname ${JSON.stringify(name)}) ${JSON.stringify(url)})`,
    );
    return `(or ${annotation} ${named.join(' ')} "")`;
  });
}
