import type { EventSlo, SliceSlo } from '../../catalogue/slos.ts';
import { tryParse } from '../../lib/promql/parse.ts';

/** What of an SLO says how it is measured. */
export type EventIndicator = Pick<EventSlo, 'kind' | 'noun' | 'signal' | 'bad' | 'total'>;
export type LevelIndicator = Pick<SliceSlo, 'kind' | 'signal' | 'level' | 'bound'>;
export type Indicator = EventIndicator | LevelIndicator;

/**
 * Share of requests that do not fail.
 * @param requests counter of requests, with matchers where some alone count: `http_requests_total{job="checkout"}`.
 * @param failed matchers of those that failed, such as `code=~"5.."`.
 */
export function availability(requests: string, failed: string): EventIndicator {
  return {
    kind: 'events',
    noun: 'requests',
    signal: 'availability',
    bad: `sum(rate(${matching(requests, failed)}[$window]))`,
    total: `sum(rate(${requests}[$window]))`,
  };
}

/**
 * Share of requests that are answered in time.
 * @param histogram classic histogram of durations in seconds without its suffix, with matchers where some alone count:
 * `http_request_duration_seconds{job="checkout"}`.
 * @param seconds one of the bounds of its buckets: no other bucket says how many were faster.
 */
export function latencyUnder(histogram: string, seconds: number): EventIndicator {
  const series = (suffix: string) => histogram.replace(/^[^{]+/, (name) => `${name.trim()}_${suffix}`);
  // Clients write whole bounds as 1 or as 1.0.
  const bound = Number.isInteger(seconds) ? `le=~"${seconds}([.]0)?"` : `le="${seconds}"`;
  const total = `sum(rate(${series('count')}[$window]))`;
  return {
    kind: 'events',
    noun: 'requests',
    signal: 'latency',
    bad: `${total} - sum(rate(${matching(series('bucket'), bound)}[$window]))`,
    total,
  };
}

/**
 * Share of events that are good, where two counters say so.
 * @param bad counter of bad events, with its matchers.
 * @param total counter of all events, with its matchers.
 * @param noun what the events are, in the plural. Default: `events`.
 */
export function ratio(bad: string, total: string, noun?: string): EventIndicator {
  return {
    kind: 'events',
    ...(noun !== undefined && { noun }),
    signal: 'errors',
    bad: `sum(rate(${bad}[$window]))`,
    total: `sum(rate(${total}[$window]))`,
  };
}

/**
 * Share of minutes in which a level keeps to its bound.
 * @param expr PromQL of one series, such as `max(queue_depth)`.
 */
export function level(
  expr: string,
  bound: SliceSlo['bound'],
  signal: SliceSlo['signal'] = 'quality',
): LevelIndicator {
  return { kind: 'slices', signal, level: expr, bound };
}

/** A selector with further matchers. @throws Error where it is none. */
function matching(selector: string, matchers: string): string {
  const [, name = '', own] = /^\s*([^{\s]*)\s*(?:\{(.*?),?\s*\})?\s*$/s.exec(selector) ?? [];
  const both = `${name}{${[own?.trim(), matchers].filter(Boolean).join(', ')}}`;
  if (tryParse(both)?.kind === 'selector') return both;
  throw new Error(
    `“${selector}” with “${matchers}” is no selector of one metric, such as http_requests_total{job="checkout"} with code=~"5.."`,
  );
}
