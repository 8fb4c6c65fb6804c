import type { Endpoint } from '../lib/endpoint.ts';
import { prometheusClient } from '../lib/prometheus-client.ts';
import type { Model } from '../operations/review/model.ts';
import { changedExpressions, type Timings } from '../operations/review/report/cost.ts';

/** Longest that one expression may take. */
const SECONDS = 20;

interface Answer {
  readonly stats?: { readonly timings?: { readonly evalTotalTime?: number } };
}

/**
 * How long a Prometheus takes for each expression that is in one version alone: each is asked once, one after
 * another. What it does not answer is left out.
 */
export async function evaluationTimes(
  prometheus: Endpoint,
  { before, after }: { readonly before: Model; readonly after: Model },
): Promise<Timings> {
  const client = prometheusClient(prometheus, { seconds: SECONDS + 5 });
  const times = new Map<string, number>();
  for (const query of changedExpressions(before, after)) {
    const answer = await client
      .ask<Answer>('query', { query, stats: 'all', timeout: `${SECONDS}s` })
      .catch(() => undefined);
    const taken = answer?.stats?.timings?.evalTotalTime;
    if (taken !== undefined) times.set(query, taken);
  }
  return times;
}
