import type { Labels } from '../../../notifications/config.ts';
import type { ResolvedAlert } from '../../../rules/alert.ts';
import { buildRules } from '../../../rules/index.ts';
import type { PostedAlert } from './process.ts';
import { CANARIES, GRAFANA, type Outside } from './stack.ts';

const LINKED_ALERTS = buildRules({ settings: { dashboardBaseUrl: GRAFANA } }).alerts;

/**
 * An alert of the project as Prometheus would send it, with a sample for each value of its texts. It begins when it is
 * posted: a group that should have been told by then is told at its first alert, without the others.
 */
export function posted(name: string, added: readonly Labels[]): readonly PostedAlert[] {
  const alert = LINKED_ALERTS.find((candidate) => candidate.name === name);
  if (alert === undefined) throw new Error(`the project has no alert ${name}`);
  return added.map((more) => ({
    labels: { ...more, ...alert.labels, alertname: name },
    annotations: rendered(alert, more),
    generatorURL: 'http://prometheus.example:9090/graph?g0.expr=up&g0.tab=1',
  }));
}

/** Annotations with labels filled in; values as each function would write one. */
function rendered({ annotations }: ResolvedAlert, labels: Labels): Labels {
  const samples: Readonly<Record<string, string>> = {
    humanizeDuration: '231.4ms',
    humanizePercentage: '84.2%',
    humanize: '1.3k',
  };
  const fill = (text: string) =>
    text
      .replace(/\{\{\s*\$labels\.(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '')
      .replace(/\{\{[^}]*\|\s*(\w+)\s*\}\}/g, (_, format: string) => samples[format] ?? '42')
      .replace(/\{\{[^}]*\}\}/g, '42');
  return Object.fromEntries(Object.entries(annotations).map(([name, text]) => [name, fill(text)]));
}

/** Every message that the fakes took, for people to read; what differs from run to run has a fixed form. */
export function transcript(outside: Outside): string {
  const parts = [
    ...outside.slack.taken.map(({ path: _, ...message }) => section('Slack', message)),
    ...outside.pagerduty.taken.map((event) => section('PagerDuty', event)),
    ...outside.teams.taken.map((message) => section('Teams', message)),
    ...outside.smtp.taken.map(
      ({ headers, to, text, html }) =>
        `=== e-mail to ${to.join(', ')}: ${headers.subject}\n--- text\n${text}\n--- html\n${html}`,
    ),
  ];
  return `${parts.join('\n\n')}\n`
    .replaceAll(CANARIES.routingKey, '<routing key>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/(?<=dedup_key": ")[0-9a-f]{64}/g, '<hash of the group>');
}

/** Long texts stand as they are read, not as JSON. */
function section(title: string, message: object): string {
  const texts: string[] = [];
  const body = JSON.stringify(
    message,
    (key, value: unknown) => {
      if (key !== 'text' || typeof value !== 'string' || !value.includes('\n')) return value;
      texts.push(value);
      return `<text ${texts.length}>`;
    },
    2,
  );
  return [`=== ${title}`, body, ...texts.map((text, index) => `--- text ${index + 1}\n${text}`)].join('\n');
}
