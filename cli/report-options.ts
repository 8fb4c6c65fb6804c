import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Endpoint } from '../lib/endpoint.ts';
import type { Report } from '../operations/reports/document.ts';
import { type Period, readPeriod } from '../operations/reports/period.ts';
import { type Prometheus, prometheusAt } from '../operations/reports/prometheus.ts';
import { readFormat, render } from '../operations/reports/render/index.ts';
import { isForPeople } from '../operations/reports/report-error.ts';
import { type Command, command, type Options, readEndpoint, UsageError, type Values } from './arguments.ts';
import { terminalColumns } from './output.ts';

const OPTIONS = {
  prom: { type: 'string', env: 'PROM', default: 'http://127.0.0.1:9090', help: 'Prometheus to read from.' },
  alertmanager: {
    type: 'string',
    env: 'ALERTMANAGER',
    default: 'http://127.0.0.1:9093',
    help: 'Alertmanager to read routing and silences from.',
  },
  month: { type: 'string', env: 'MONTH', help: 'Month in UTC, such as 2026-10.' },
  from: { type: 'string', env: 'FROM', help: 'Start: an ISO time, or a length before the end such as 7d.' },
  to: { type: 'string', env: 'TO', help: 'End, an ISO time. Default: now.' },
  format: {
    type: 'string',
    env: 'FORMAT',
    help: "terminal, markdown, html or json. Default: by the file's suffix, or terminal.",
  },
  json: { type: 'boolean', help: 'Print JSON: short for --format json.' },
  out: { type: 'string', env: 'OUT', help: 'File to write, such as slo.html. Default: print.' },
} as const satisfies Options;

export interface Sources {
  readonly prometheus: Prometheus;
  readonly alertmanager: Endpoint;
}

interface Definition {
  readonly name: string;
  readonly summary: string;
  /** Length of the period where none is given, such as `7d`, or `month` for the current month. */
  readonly period: string;
  make(sources: Sources, period: Period): Promise<Report>;
}

/** A command that makes a report: they all have the same options and ways out. */
export function reportCommand({ name, summary, period, make }: Definition): Command {
  return command({
    name,
    summary,
    options: OPTIONS,
    run: async (values) => {
      try {
        return await write(values, (sources, asked) => make(sources, asked), period);
      } catch (error) {
        throw isForPeople(error) ? new UsageError(error.message) : error;
      }
    },
  });
}

async function write(
  { prom, alertmanager, month, from, to, format, json, out }: Values<typeof OPTIONS>,
  make: Definition['make'],
  fallback: string,
): Promise<number> {
  const prometheus = prometheusAt(readEndpoint('prom', prom));
  const endpoint = readEndpoint('alertmanager', alertmanager, 'http://127.0.0.1:9093');
  const chosen = readFormat(json ? 'json' : format, out);
  const period = readPeriod(
    { ...(month && { month }), ...(from && { from }), ...(to && { to }) },
    Math.floor(Date.now() / 1000),
    fallback,
  );
  const report = await make({ prometheus, alertmanager: endpoint }, period);
  const text = render(report, chosen, out === undefined ? terminalColumns() : undefined);
  if (out === undefined) process.stdout.write(text);
  else {
    writeFileSync(out, text);
    console.log(`${report.title}: ${report.verdict.text}\nWritten to ${resolve(out)}`);
  }
  return 0;
}
