import { chunks } from './recorded.ts';
import { keyOf, type RawSeries, type Server } from './server.ts';

/** A process of Prometheus, as it scraped itself. Times are in milliseconds of Unix time. */
export interface Run {
  readonly startedAt: number;
  /** First and last sample that it took of itself. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A stretch of time, its ends left out. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a server tells of its own past by the metrics that it scraped from itself. */
export interface Witness {
  readonly runs: readonly Run[];
  /** When it read its configuration anew. */
  readonly reloads: readonly number[];
  /** Between these the group counted evaluations that it had left out before. */
  readonly missed: readonly (Span & { readonly count: number })[];
  /** Seconds between two samples of itself, in milliseconds. */
  readonly interval: number;
}

const STARTED = 'process_start_time_seconds';
const RELOADED = 'prometheus_config_last_reload_success_timestamp_seconds';
const MISSED = 'prometheus_rule_group_iterations_missed_total';

/**
 * @param group `file;group` of a rule, to see which of its evaluations were left out. Default: not asked.
 * @returns undefined where the server does not scrape itself.
 */
export async function witnessOf(
  server: Server,
  period: Span,
  length: number,
  group: string | undefined,
): Promise<Witness | undefined> {
  const own = await ownLabels(server, period.to);
  if (own === undefined) return undefined;
  const selectors = [
    `{__name__=~"${STARTED}|${RELOADED}", ${own}}`,
    ...(group === undefined ? [] : [`${MISSED}{rule_group=${JSON.stringify(group)}, ${own}}`]),
  ];
  const parts = await Promise.all(
    chunks(period, length).flatMap(({ from, to }) =>
      selectors.map((selector) => server.stored(selector, from, to)),
    ),
  );
  return witnessIn(parts.flat());
}

/** Matchers of the target that is the server itself, among all Prometheus servers that it scrapes. */
async function ownLabels(server: Server, at: number): Promise<string | undefined> {
  const found = await server.instant(
    `last_over_time(${STARTED}[1h]) and on (job, instance) last_over_time(prometheus_build_info[1h])`,
    at,
  );
  const startedAt = await server.startedAt();
  const distance = ({ samples }: RawSeries) => Math.abs((samples[0]?.[1] ?? 0) * 1000 - startedAt);
  const [nearest] = [...found].sort((a, b) => distance(a) - distance(b));
  if (nearest === undefined) return undefined;
  return ['job', 'instance'].map((label) => `${label}=${JSON.stringify(nearest.labels[label])}`).join(', ');
}

/** Pure. */
export function witnessIn(series: readonly RawSeries[]): Witness {
  const samples = (name: string) =>
    [...Map.groupBy(series, ({ labels }) => keyOf(labels)).values()]
      .filter(([first]) => first?.labels.__name__ === name)
      .map((parts) => parts.flatMap((part) => part.samples).sort(([a], [b]) => a - b));
  const runs: { startedAt: number; firstAt: number; lastAt: number }[] = [];
  let interval = Number.POSITIVE_INFINITY;
  for (const [at, value] of samples(STARTED).flat()) {
    const startedAt = value * 1000;
    const last = runs.at(-1);
    if (last?.startedAt === startedAt) {
      interval = Math.min(interval, at - last.lastAt);
      last.lastAt = at;
    } else runs.push({ startedAt, firstAt: at, lastAt: at });
  }
  const loads = [
    ...new Set(
      samples(RELOADED)
        .flat()
        .map(([, value]) => value * 1000),
    ),
  ];
  return {
    runs,
    // Every start reads the configuration, too, within the first samples.
    reloads: loads.filter((at) => !runs.some(({ startedAt, firstAt }) => at >= startedAt && at <= firstAt)),
    missed: samples(MISSED).flatMap((counts) =>
      counts.flatMap(([at, value], index): Witness['missed'] => {
        const before = counts[index - 1];
        return before !== undefined && value > before[1]
          ? [{ from: before[0], to: at, count: value - before[1] }]
          : [];
      }),
    ),
    interval: Number.isFinite(interval) ? interval : 0,
  };
}
