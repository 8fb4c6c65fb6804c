import { readdirSync, readFileSync } from 'node:fs';

const DIRECTORY = new URL('./templates/', import.meta.url);

/** `.Annotations.dashboard_url` of an alert, or of what the alerts of a group share, with the variable before it. */
const DASHBOARD = /(\$\w+)?\.(Common)?Annotations\.dashboard_url/g;

/**
 * The message templates by path relative to the configuration.
 * @param dashboards URL by name of the alerts whose labels and annotations are fixed, so that no annotation has it.
 */
export function templateFiles(
  dashboards: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(DIRECTORY)
      .sort()
      .map((name) => {
        const text = readFileSync(new URL(name, DIRECTORY), 'utf8');
        return [`templates/${name}`, withDashboards(text, dashboards)];
      }),
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
