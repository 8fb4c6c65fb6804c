import { SERVICES } from '../../catalogue/services.ts';
import { nearest } from '../../lib/nearest.ts';
import { UsageError } from '../arguments.ts';
import type { Scaffold } from './scaffold.ts';

/** Services whose alerts stand in a file of their own, `rules/alerts/<service>.ts`. */
const OF = ['inference-api', 'feature-store', 'stream-processing', 'ml-pipeline'] as const;
export type AlertService = (typeof OF)[number];

/** How the list of alerts of such a file ends. */
const END = '\n  ],\n};\n';

/**
 * An alert in the file of its service, with a boundary case, and its runbook page. It is sound as it stands; every word of it
 * is there to be replaced.
 * @param name in CamelCase.
 * @param read text of a file of the project, undefined where there is none.
 * @throws UsageError where the name or the service cannot be.
 */
export function newAlert(
  name: string | undefined,
  service: string,
  read: (path: string) => string | undefined,
): Scaffold {
  if (name === undefined || !/^[A-Z][A-Za-z0-9]*$/.test(name))
    throw new UsageError(
      `NAME=${name ?? ''} is no name of an alert: it is in CamelCase, such as make new-alert NAME=CheckoutSlow`,
    );
  if (!OF.some((known) => known === service)) {
    const near = nearest(service, OF);
    throw new UsageError(
      `SERVICE=${service} has no file of alerts${near === undefined ? `; there are ${OF.join(', ')}` : `; did you mean ${near}?`}`,
    );
  }
  const file = `rules/alerts/${service}.ts`;
  const page = name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
  const text = read(file);
  if (text === undefined || !text.endsWith(END))
    throw new UsageError(`${file} does not end with its list of alerts: add ${name} there by hand`);
  if (text.includes(`name: '${name}'`)) throw new UsageError(`${name} is in ${file} already`);
  if (read(`runbooks/${page}.md`) !== undefined)
    throw new UsageError(
      `runbooks/${page}.md is there already. Name the alert otherwise: make new-alert NAME=${name}Again`,
    );
  return {
    files: {
      [file]: `${text.slice(0, -END.length)}\n${alert(name, service, page)}${END}`,
      [`runbooks/${page}.md`]: runbook(name, service),
    },
    next: [
      `Write the expression, threshold and texts in ${file}; over and under of its case follow from the threshold.`,
      `Write runbooks/${page}.md for the person who is woken.`,
      'Then: make generate, make check, make test ARGS=--changed',
    ],
  };
}

function alert(name: string, service: string, page: string): string {
  const metric = 'scrape_duration_seconds';
  return `    {
      ...base,
      name: '${name}',
      severity: 'warning',
      signal: 'latency',
      expr: (threshold) => \`max by (instance) (${metric}{job="${service}"}) > \${threshold}\`,
      threshold: above(5, 'seconds'),
      for: '5m',
      summary: 'Scrapes of ${SERVICES[service as AlertService].title} take long',
      description: 'The last scrape of {{ $labels.instance }} took {{ $value | humanizeDuration }}.',
      runbook: '${page}',
      proofs: [
        {
          series: (level) => [
            gauge('${metric}', { job: '${service}', instance: 'a:1' }, level),
          ],
          exact: true,
          labels: [{ instance: 'a:1' }],
        },
      ],
    },`;
}

function runbook(name: string, service: string): string {
  return `# ${name}

## What it means

A scrape of the service takes over 5 seconds. Metrics arrive late, and soon not at all.

## Look at

**Monitoring** (\`/d/monitoring\`) “Longest scrape by job”.

\`\`\`promql
max by (instance) (scrape_duration_seconds{job="${service}"})
\`\`\`

## Likely causes

- The service is short of CPU.
- A label has many new values, and the page of metrics is long.

## Mend

1. Look for what began at the same time: a deployment, more load, a new label.
2. Undo it, or give the service more CPU.

## Silence

Only what you work on, for as long as that takes, with the real reason and its ticket:

\`\`\`sh
amtool silence add --alertmanager.url http://127.0.0.1:9093 --author "$USER" --duration 4h \\
  --comment '<why it may be quiet, and the ticket>' alertname=${name} 'instance="<instance>"'
\`\`\`
`;
}
