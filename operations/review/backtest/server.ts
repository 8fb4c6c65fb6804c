import type { Endpoint } from '../../../lib/endpoint.ts';
import { PrometheusError, prometheusClient } from '../../../lib/prometheus-client.ts';
import { type Labels, NAME_PROMETHEUS } from '../../reports/prometheus.ts';
import { ReportError } from '../../reports/report-error.ts';

/** How hard a server may be asked. */
export interface Gentleness {
  /** Seconds between two evaluations. Default: the evaluation interval of each rule, which alone is exact. */
  readonly step?: number;
  /** Most evaluations in a query. Default: 4,000; Prometheus refuses more than 11,000. */
  readonly points: number;
  /** Queries at the same time. Default: 2. */
  readonly concurrency: number;
  /** Seconds that a query may take. Default: 60. */
  readonly timeout: number;
  /** Most samples that the server may read for all queries together. Default: 2,000,000,000. */
  readonly samples: number;
}

export const GENTLE: Gentleness = { points: 4000, concurrency: 2, timeout: 60, samples: 2e9 };

/** How much a server was asked. */
export interface Asked {
  readonly queries: number;
  /** Samples that it read, as it counted them itself. */
  readonly samples: number;
  /** Most samples that it held at once for a query. */
  readonly peakSamples: number;
  /** Seconds that it spent on queries, all together. */
  readonly seconds: number;
}

/** Samples of one series, in milliseconds of Unix time. */
export interface RawSeries {
  readonly labels: Labels;
  readonly samples: readonly (readonly [at: number, value: number])[];
}

/** A rule as the server runs it now. Times are in milliseconds. */
export interface RunningRule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly labels: Labels;
  readonly group: string;
  /** `file;group`, as the server's own metrics name the group. */
  readonly key: string;
  readonly interval: number;
  readonly for: number;
  readonly keepFiringFor: number;
}

/** The history of a Prometheus. Times are in milliseconds of Unix time. */
export interface Server {
  /** Values on a grid, also those that are no numbers: an alert fires on them too. */
  range(expr: string, from: number, to: number, step: number): Promise<readonly RawSeries[]>;
  /** Samples as they were stored, later than `from` and up to `to`. */
  stored(selector: string, from: number, to: number): Promise<readonly RawSeries[]>;
  /** Values at an instant. */
  instant(expr: string, at: number): Promise<readonly RawSeries[]>;
  /** Whether any series of a selector has samples in a period. */
  has(selector: string, from: number, to: number): Promise<boolean>;
  rules(): Promise<readonly RunningRule[]>;
  /** When its process started. */
  startedAt(): Promise<number>;
  asked(): Asked;
}

interface Result {
  readonly metric: Labels;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
  readonly histogram?: readonly [number, unknown];
  readonly histograms?: readonly (readonly [number, unknown])[];
}

interface Answer {
  readonly result: readonly Result[];
  readonly stats?: {
    readonly timings?: { readonly evalTotalTime?: number };
    readonly samples?: { readonly totalQueryableSamples?: number; readonly peakSamples?: number };
  };
}

interface RawGroup {
  readonly name: string;
  readonly file: string;
  readonly interval: number;
  readonly rules: readonly {
    readonly type: 'alerting' | 'recording';
    readonly name: string;
    readonly query: string;
    readonly labels?: Labels;
    readonly duration?: number;
    readonly keepFiringFor?: number;
  }[];
}

/** As much was read as may be. */
export class LimitReached extends ReportError {}

/** A Prometheus over HTTP, asked as gently as it says. */
export function serverAt(endpoint: Endpoint, gentle: Gentleness): Server {
  const client = prometheusClient(endpoint, { seconds: gentle.timeout + 5, hint: NAME_PROMETHEUS });
  const asked = { queries: 0, samples: 0, peakSamples: 0, seconds: 0 };
  const turn = turns(gentle.concurrency);
  const ask = <T>(path: string, parameters: Record<string, string>): Promise<T> =>
    turn(() => {
      if (asked.samples >= gentle.samples)
        throw new LimitReached(
          `${gentle.samples} samples are read, as many as are allowed: raise --samples, or ask for less with RANGE=, NAME= or --step`,
        );
      return client.ask<T>(path, parameters);
    });
  const query = async (path: string, parameters: Record<string, string>): Promise<readonly RawSeries[]> => {
    const { result, stats } = await ask<Answer>(path, {
      ...parameters,
      stats: 'all',
      timeout: `${gentle.timeout}s`,
    });
    asked.queries += 1;
    asked.samples += stats?.samples?.totalQueryableSamples ?? 0;
    asked.peakSamples = Math.max(asked.peakSamples, stats?.samples?.peakSamples ?? 0);
    asked.seconds += stats?.timings?.evalTotalTime ?? 0;
    return result.map(seriesOf);
  };
  const range: Server['range'] = async (expr, from, to, step) => {
    try {
      const parameters = { query: expr, start: inSeconds(from), end: inSeconds(to), step: inSeconds(step) };
      return await query('query_range', parameters);
    } catch (error) {
      // A server that will not load so many samples at once may load half of them.
      const half = Math.floor((to - from) / step / 2) * step;
      if (!(error instanceof PrometheusError) || !error.message.includes('too many samples') || half < step)
        throw error;
      const parts = [
        await range(expr, from, from + half, step),
        await range(expr, from + half + step, to, step),
      ];
      return joined(parts.flat());
    }
  };
  return {
    range,
    stored: (selector, from, to) =>
      query('query', { query: `${selector}[${Math.round(to - from)}ms]`, time: inSeconds(to) }),
    instant: (expr, at) => query('query', { query: expr, time: inSeconds(at) }),
    has: async (selector, from, to) => {
      const found = await ask<readonly Labels[]>('series', {
        'match[]': selector,
        start: inSeconds(from),
        end: inSeconds(to),
        limit: '1',
      });
      return found.length > 0;
    },
    rules: async () => {
      const { groups } = await ask<{ readonly groups: readonly RawGroup[] }>('rules', {});
      return groups.flatMap(({ name: group, file, interval, rules }) =>
        rules.map(({ type, name, query, labels = {}, duration = 0, keepFiringFor = 0 }) => ({
          type,
          name,
          query,
          labels,
          group,
          key: `${file};${group}`,
          interval: interval * 1000,
          for: duration * 1000,
          keepFiringFor: keepFiringFor * 1000,
        })),
      );
    },
    startedAt: async () =>
      Date.parse((await ask<{ readonly startTime: string }>('status/runtimeinfo', {})).startTime),
    asked: () => ({ ...asked }),
  };
}

const inSeconds = (ms: number): string => (ms / 1000).toFixed(3);

function seriesOf({ metric, value, values, histogram, histograms }: Result): RawSeries {
  const numbers = values ?? (value ? [value] : []);
  const others = histograms ?? (histogram ? [histogram] : []);
  return {
    labels: metric,
    samples: [
      ...numbers.map(([at, text]) => [Math.round(at * 1000), Number(text)] as const),
      ...others.map(([at]) => [Math.round(at * 1000), Number.NaN] as const),
    ].sort(([a], [b]) => a - b),
  };
}

/** The same series from several answers in one, in the order of the answers. */
export function joined(series: readonly RawSeries[]): readonly RawSeries[] {
  return [...Map.groupBy(series, ({ labels }) => keyOf(labels)).values()].flatMap(([first, ...more]) =>
    first === undefined
      ? []
      : [{ labels: first.labels, samples: [first, ...more].flatMap(({ samples }) => samples) }],
  );
}

/** Labels as text, the same whatever their order. */
export const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

/** Lets so many run at a time; the others wait for their turn. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
