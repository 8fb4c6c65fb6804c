import { prometheusTarget } from '../lib/prometheus-target.ts';
import type { Model } from '../operations/review/model.ts';
import { changedExpressions, type Timings } from '../operations/review/report/cost.ts';

/** Longest that one expression may take. */
const TIMEOUT = '20s';

interface Answer {
  readonly data?: { readonly stats?: { readonly timings?: { readonly evalTotalTime?: number } } };
}

/**
 * How long a Prometheus takes for each expression that is in one version alone: each is asked once, one after
 * another. What it does not answer is left out.
 */
export async function evaluationTimes(
  prometheus: string,
  { before, after }: { readonly before: Model; readonly after: Model },
): Promise<Timings> {
  const { url, authorization } = prometheusTarget(prometheus);
  const headers = authorization === undefined ? {} : { authorization };
  const times = new Map<string, number>();
  for (const query of changedExpressions(before, after)) {
    const body = new URLSearchParams({ query, stats: 'all', timeout: TIMEOUT });
    const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', headers, body })
      .then((response) => response.json() as Promise<Answer>)
      .catch(() => undefined);
    const taken = answer?.data?.stats?.timings?.evalTotalTime;
    if (taken !== undefined) times.set(query, taken);
  }
  return times;
}
