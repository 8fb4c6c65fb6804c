import { type PrometheusTarget, prometheusTarget } from '../../lib/prometheus-target.ts';
import { requestFailure } from '../../lib/requests.ts';
import type { Point } from './document.ts';
import type { Period } from './period.ts';
import { ReportError } from './report-error.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface Series {
  readonly labels: Labels;
  readonly points: readonly Point[];
}

export interface RuleState {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly group: string;
  /** Of the group, in seconds. */
  readonly interval: number;
  /** Of the last evaluation, in seconds. */
  readonly evaluationTime: number;
  /** `for`, in seconds; 0 for recordings. */
  readonly duration: number;
  readonly labels: Labels;
}

export interface Cardinality {
  readonly name: string;
  readonly value: number;
}

/** What reports ask of a Prometheus. Samples that are not numbers are left out. */
export interface Prometheus {
  /** @param at Unix time in seconds. */
  query(expr: string, at: number): Promise<readonly Sample[]>;
  /** Values on a grid. Prometheus answers at most 11,000 points a series. */
  range(expr: string, period: Period, step: number): Promise<readonly Series[]>;
  /** Samples as they were stored: `selector[range]` that ends at an instant. */
  samples(matrix: string, at: number): Promise<readonly Series[]>;
  rules(): Promise<readonly RuleState[]>;
  /** Series by metric name, the most first. */
  cardinality(limit: number): Promise<readonly Cardinality[]>;
}

interface RawSeries {
  readonly metric: Labels;
  readonly value?: [number, string];
  readonly values?: [number, string][];
}

interface RawRule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly evaluationTime: number;
  readonly duration?: number;
  readonly labels?: Labels;
}

const TIMEOUT_MS = 60_000;

/** A Prometheus over HTTP. It is asked one thing at a time: a report must not be what overloads it. */
export function prometheusAt(base: string): Prometheus {
  const target = prometheusTarget(base);
  let last: Promise<unknown> = Promise.resolve();
  const ask = <T>(path: string, parameters: Record<string, string> = {}): Promise<T> => {
    const answer = last.then(() => fetchData<T>(target, path, parameters));
    last = answer.catch(() => undefined);
    return answer;
  };
  return {
    async query(query, at) {
      const { result } = await ask<{ result: RawSeries[] }>('query', { query, time: String(at) });
      return result.flatMap(({ metric, value }) => {
        const number = Number(value?.[1]);
        return Number.isFinite(number) ? [{ labels: metric, value: number }] : [];
      });
    },
    async range(query, { from, to }, step) {
      const { result } = await ask<{ result: RawSeries[] }>('query_range', {
        query,
        start: String(from),
        end: String(to),
        step: String(step),
      });
      return result.map(toSeries);
    },
    async samples(query, at) {
      return (await ask<{ result: RawSeries[] }>('query', { query, time: String(at) })).result.map(toSeries);
    },
    async rules() {
      const { groups } = await ask<{
        groups: { name: string; interval: number; rules: RawRule[] }[];
      }>('rules');
      return groups.flatMap(({ name: group, interval, rules }) =>
        rules.map(({ duration = 0, labels = {}, ...rule }) => ({
          ...rule,
          group,
          interval,
          duration,
          labels,
        })),
      );
    },
    async cardinality(limit) {
      const { seriesCountByMetricName } = await ask<{ seriesCountByMetricName: Cardinality[] }>(
        'status/tsdb',
        { limit: String(limit) },
      );
      return seriesCountByMetricName;
    },
  };
}

function toSeries({ metric, values = [] }: RawSeries): Series {
  const points = values.map(([at, text]): Point => [at, Number(text)]);
  return { labels: metric, points: points.filter(([, value]) => Number.isFinite(value)) };
}

/** An answer of Prometheus that is none, with what it says of the reason. */
export class PrometheusError extends ReportError {
  /** HTTP status. */
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/**
 * What Prometheus answers to one request of its API.
 * @throws PrometheusError where it answers with an error, ReportError where it does not answer.
 */
export async function fetchData<T>(
  { url, authorization }: PrometheusTarget,
  path: string,
  parameters: Readonly<Record<string, string>>,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  const body = new URLSearchParams(parameters);
  const isQuery = path.startsWith('query');
  const address = `${url}/api/v1/${path}${isQuery || body.size === 0 ? '' : `?${body}`}`;
  let answer: Response;
  try {
    answer = await fetch(address, {
      signal: AbortSignal.timeout(timeoutMs),
      ...(isQuery && { method: 'POST', body }),
      ...(authorization !== undefined && { headers: { authorization } }),
    });
  } catch (error) {
    const why =
      (error as Error).name === 'TimeoutError' ? `took longer than ${timeoutMs / 1000} s` : 'does not answer';
    const reason = requestFailure(error, timeoutMs / 1000);
    throw new ReportError(
      `Prometheus ${why} at ${url}: ${reason}. Bring it up (make up), or name it: PROM=http://…:9090`,
    );
  }
  const content = (await answer.json().catch(() => undefined)) as
    | { status: string; data: T; error?: string }
    | undefined;
  if (content?.status !== 'success')
    throw new PrometheusError(
      `Prometheus at ${url} answers ${answer.status} to ${path} ${parameters.query ?? ''}: ${content?.error ?? 'no JSON'}`,
      answer.status,
    );
  return content.data;
}
