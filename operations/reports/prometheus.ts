import type { Endpoint } from '../../lib/endpoint.ts';
import { prometheusClient } from '../../lib/prometheus-client.ts';
import type { Point } from './document.ts';
import type { Period } from './period.ts';

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

/** What to do where a Prometheus that a command was given, or took by default, does not answer. */
export const NAME_PROMETHEUS = 'Bring it up (make up), or name it: PROM=http://…:9090';

/** A Prometheus over HTTP. It is asked one thing at a time: a report must not be what overloads it. */
export function prometheusAt(endpoint: Endpoint): Prometheus {
  const client = prometheusClient(endpoint, { hint: NAME_PROMETHEUS });
  let last: Promise<unknown> = Promise.resolve();
  const ask = <T>(path: string, parameters: Record<string, string> = {}): Promise<T> => {
    const answer = last.then(() => client.ask<T>(path, parameters));
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
