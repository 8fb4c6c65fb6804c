import { DASHBOARDS } from '../catalogue/dashboards.ts';
import type { RuleSet } from '../rules/index.ts';

/** Pages for alerts of services that a stack adds itself; the alerts that ship do not link to them. */
export const OWN_SERVICE_PAGES: Readonly<Record<string, string>> = {
  'service-down': 'A service of your own is down',
  'service-probe-failing': 'A service of your own fails its health check',
};

/** The index of the runbooks, from the rules: `runbooks/README.md`. */
export function renderRunbookIndex(set: Pick<RuleSet, 'alerts'>): string {
  const rows = set.alerts.map(
    ({ name, runbook, severity, service, summary, dashboard }) =>
      `| [${name}](${runbook}.md) | ${severity} | ${service} | ${summary} | ${DASHBOARDS[dashboard]} |`,
  );
  const own = Object.entries(OWN_SERVICE_PAGES).map(([page, title]) => `- [${title}](${page}.md)`);
  return [
    '# Runbooks',
    '',
    'One page for each alert, for the person who was just woken. An alert’s `runbook_url` is the setting',
    '`rules.runbookBaseUrl`, then the name of the page without `.md`: publish this folder there.',
    '',
    'Commands take the stack to be `prod`; without `STACK` they are about `local`. A service of your own has its log where it',
    'runs, `kubectl logs` for example: `make logs` has those of the stack, and of the demo in your services’ place.',
    '',
    '`make urls` lists where Prometheus, Grafana and Alertmanager are; the commands to silence take Alertmanager at',
    '`http://127.0.0.1:9093`. In its web page the same is under Silences → New silence. Queries are for Prometheus’s',
    'query page, or Explore in Grafana.',
    '',
    '| alert | severity | service | what it says | dashboard |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    'Alerts of services that you add in the settings:',
    '',
    ...own,
    '',
    'Written from the rules: `make generate`.',
    '',
  ].join('\n');
}
