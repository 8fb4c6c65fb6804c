import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { seconds } from '../../lib/promql/parse.ts';
import { readFormat, render } from '../../operations/reports/render/index.ts';
import { isForPeople } from '../../operations/reports/report-error.ts';
import { backtest } from '../../operations/review/backtest/backtest.ts';
import { backtestReport } from '../../operations/review/backtest/report.ts';
import { type RuleVersion, rulesIn } from '../../operations/review/backtest/rules.ts';
import { GENTLE, type Gentleness } from '../../operations/review/backtest/server.ts';
import type { Outcome } from '../../operations/review/review.ts';
import { PreviewError } from '../../preview/errors.ts';
import { command, type Options, readEndpoint, STACK_OPTION, UsageError, type Values } from '../arguments.ts';
import { terminalColumns } from '../output.ts';
import { RANGE_OPTION, readRange } from '../range.ts';
import { versionAt, versionHere } from '../versions.ts';

const OPTIONS = {
  ...STACK_OPTION,
  prom: { type: 'string', env: 'PROM', default: 'http://127.0.0.1:9090', help: 'Prometheus to read from.' },
  base: {
    type: 'string',
    env: 'BASE',
    help: 'Git ref to compare the working tree with. Default: none, every alert is evaluated.',
  },
  name: { type: 'string', env: 'NAME', help: 'Only this alert, changed or not.' },
  ...RANGE_OPTION,
  to: { type: 'string', env: 'TO', help: 'End, an ISO time. Default: now.' },
  step: {
    type: 'string',
    help: 'Time between two evaluations, such as 1m. Default: the interval of each rule, which alone is exact.',
  },
  points: {
    type: 'string',
    default: String(GENTLE.points),
    help: 'Most evaluations a query, 10 to 11000: Prometheus refuses more.',
  },
  concurrency: {
    type: 'string',
    default: String(GENTLE.concurrency),
    help: 'Queries at the same time, 1 to 16.',
  },
  timeout: { type: 'string', default: `${GENTLE.timeout}s`, help: 'Time that a query may take.' },
  samples: {
    type: 'string',
    default: String(GENTLE.samples),
    help: 'Most samples that the server may read for all queries.',
  },
  format: {
    type: 'string',
    env: 'FORMAT',
    help: "terminal, markdown, html or json. Default: by the file's suffix, or terminal.",
  },
  json: { type: 'boolean', help: 'Print JSON: short for --format json.' },
  out: { type: 'string', env: 'OUT', help: 'File to write, such as backtest.html. Default: print.' },
} as const satisfies Options;

export default command({
  name: 'backtest',
  summary: 'evaluate changed alerts over the history of a Prometheus: how often and how long each fires',
  options: OPTIONS,
  run: async (values) => {
    try {
      return await run(values);
    } catch (error) {
      throw isForPeople(error) || error instanceof PreviewError ? new UsageError(error.message) : error;
    }
  },
});

async function run(values: Values<typeof OPTIONS>): Promise<number> {
  const { stack, prom, base, name, range, to, format, json, out } = values;
  const prometheus = readEndpoint('prom', prom);
  const gentle = gentlenessOf(values);
  const chosen = readFormat(json ? 'json' : format, out);
  const period = readRange(range, to);
  const [before, after] = await Promise.all([
    base === undefined ? undefined : versionAt(base, stack).then((outcome) => rulesOf(outcome, base)),
    versionHere(stack).then((outcome) => rulesOf(outcome, 'The working tree')),
  ]);
  const columns = terminalColumns();
  const result = await backtest(before, after, prometheus, {
    ...gentle,
    period,
    ...(name && { name }),
    onProgress: (done, of, alert) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${done + 1} of ${of}: ${alert}`);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const report = backtestReport(result, chosen === 'terminal' && columns === undefined ? 'plain' : 'blocks');
  const text = render(report, chosen, out === undefined ? columns : undefined);
  if (out === undefined) process.stdout.write(text);
  else {
    writeFileSync(out, text);
    console.log(`${report.title}: ${report.verdict.text}\nWritten to ${resolve(out)}`);
  }
  return 0;
}

function rulesOf(outcome: Outcome, name: string): RuleVersion {
  if ('problem' in outcome) throw new UsageError(`${name} does not build: ${outcome.problem}`);
  return rulesIn(outcome.version.files);
}

function gentlenessOf({ step, points, concurrency, timeout, samples }: Values<typeof OPTIONS>): Gentleness {
  return {
    ...(step !== undefined && { step: length('step', step) }),
    points: whole('points', points, 10, 11_000),
    concurrency: whole('concurrency', concurrency, 1, 16),
    timeout: length('timeout', timeout),
    samples: whole('samples', samples, 1, Number.MAX_SAFE_INTEGER),
  };
}

function length(option: string, text: string): number {
  const found = seconds(text);
  if (found > 0) return found;
  throw new UsageError(`--${option} ${text} is not a length of time, such as 30s or 1m`);
}

function whole(option: string, text: string, least: number, most: number): number {
  const found = Number(text);
  if (/^\d+$/.test(text) && found >= least && found <= most) return found;
  throw new UsageError(`--${option} ${text} is not a whole number from ${least} to ${most}`);
}
