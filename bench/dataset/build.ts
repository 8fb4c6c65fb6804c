import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDashboards } from '../../dashboards/index.ts';
import { ensureTools } from '../../tools/install.ts';
import type { BenchOptions } from '../bench.ts';
import { SCRATCH } from '../paths.ts';
import { run } from '../process.ts';
import { slothRules } from '../slo/sloth.ts';
import { backfill, type Recorded } from './backfill.ts';
import { type Span, writeSeries } from './blocks.ts';
import { datasetRules, runningSums } from './rules.ts';
import { catalogueSeries, otherSeries } from './series.ts';
import { metricsOf, stagesOf } from './stages.ts';

/** Data that every bench on Prometheus reads. */
export interface Dataset extends Span {
  /** Blocks, as Prometheus's `--storage.tsdb.path` wants them. */
  readonly data: string;
  /** Series that rules and panels read, before anything is recorded. */
  readonly series: number;
  /** Series of the last two hours that nothing reads. */
  readonly others: number;
  /** Days that the data spans. */
  readonly days: number;
}

/** A period of 30 days, a moment of the newest hours, and a day before the period in which totals are looked for. */
const SIZES = { full: { days: 32, others: 100_000 }, quick: { days: 2, others: 5000 } } as const;
const OTHERS_SECONDS = 2 * 3600;
/** How much of the series is needed that only the rules evaluated at the end read. */
export const RECENT_SECONDS = 3 * 3600;

/** What `raw.json` says of the series before anything is recorded. */
interface Raw extends Span {
  readonly series: number;
  readonly others: number;
  /** Of the series' names and labels. */
  readonly fingerprint: string;
}

/**
 * Builds the data set, or takes the one that an earlier bench built. Raw series are kept apart: when rules have
 * changed, only what they record is made anew.
 */
export async function openDataset({ quick, say }: BenchOptions): Promise<Dataset> {
  const { days, others } = SIZES[quick ? 'quick' : 'full'];
  const folder = join(SCRATCH, quick ? 'dataset-quick' : 'dataset');
  const { prometheus, promtool } = await ensureTools(['prometheus', 'promtool']);
  const raw = await openRaw(promtool, folder, days, others, say);
  const sloth = (await slothRules()).filter(
    ({ record }) => record !== undefined && !SHARED_NAMES.has(record),
  );
  const rules: Recorded[] = [...datasetRules().recordings, ...runningSums(raw.start, days), ...sloth];
  const data = join(folder, 'data');
  const record = join(folder, 'recorded.json');
  const dataset: Dataset = { start: raw.start, end: raw.end, data, series: raw.series, others, days };
  const wanted = fingerprintOf([raw, rules]);
  if (existsSync(record) && readFileSync(record, 'utf8') === wanted) return dataset;
  rmSync(record, { force: true });
  rmSync(data, { recursive: true, force: true });
  // Hard links: blocks never change.
  await run('cp', ['-al', join(folder, 'raw'), data]);
  const stages = stagesOf(rules);
  for (const [index, stage] of stages.entries()) {
    say(`stage ${index + 1} of ${stages.length} of what is recorded: ${stage.length} rules`);
    const from = ({ record }: Recorded) => (isRecent(record) ? raw.end - RECENT_SECONDS : raw.start);
    await backfill({ prometheus, promtool, data }, stage, raw, from);
  }
  writeFileSync(record, wanted);
  return dataset;
}

async function openRaw(
  promtool: string,
  folder: string,
  days: number,
  others: number,
  say: BenchOptions['say'],
): Promise<Raw> {
  const series = catalogueSeries(isRead);
  const fingerprint = fingerprintOf(series.map(({ text }) => text));
  const record = join(folder, 'raw.json');
  if (existsSync(record)) {
    const known = JSON.parse(readFileSync(record, 'utf8')) as Raw;
    if (known.fingerprint === fingerprint) return known;
  }
  rmSync(folder, { recursive: true, force: true });
  const data = join(folder, 'raw');
  mkdirSync(data, { recursive: true });
  const end = Math.floor(Date.now() / 3_600_000) * 3600;
  const span = { start: end - days * 86_400, end };
  say(`${series.length} series over ${days} days, a sample a minute`);
  await writeSeries(promtool, data, series, span);
  say(`${others} series over the last 2 hours`);
  await writeSeries(promtool, data, otherSeries(others), span, end - OTHERS_SECONDS);
  const raw: Raw = { ...span, series: series.length, others, fingerprint };
  writeFileSync(record, JSON.stringify(raw));
  return raw;
}

const fingerprintOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** Names that sloth gives to series as ours do; nothing of sloth's reads them, and panels read ours. */
const SHARED_NAMES: ReadonlySet<string> = new Set(['slo:objective:ratio', 'slo:current_burn_rate:ratio']);

/** Whether only rules evaluated at the end read a series: of what sloth records, all but the ratio of 5 minutes. */
const isRecent = (record: string): boolean =>
  /^sl.*_rate(30m|1h|2h|6h|1d|3d|30d)$/.test(record) || SLOTH_META.has(record);
const SLOTH_META: ReadonlySet<string> = new Set([
  'slo:error_budget:ratio',
  'slo:period_burn_rate:ratio',
  'slo:time_period:days',
  'slo:period_error_budget_remaining:ratio',
  'sloth_slo_info',
]);

/** Whether some rule or panel reads a metric, or a histogram's series of that name. */
function isRead(metric: string): boolean {
  return READ.some(
    (name) =>
      name === metric || (name.startsWith(metric) && /^_(bucket|sum|count)$/.test(name.slice(metric.length))),
  );
}

const READ: readonly string[] = readNames();

function readNames(): string[] {
  const rules = datasetRules();
  const written = [...rules.recordings, ...rules.alerts].flatMap(({ expr }) => [...metricsOf(expr)]);
  const drawn = buildDashboards({ rules })
    .flatMap(({ panels }) => panels.flatMap(({ queries }) => queries))
    .flatMap(({ expr }) => expr.match(/[a-zA-Z_]\w*/g) ?? []);
  return [...new Set([...written, ...drawn])];
}
