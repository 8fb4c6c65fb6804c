import type { Labels, QueryData } from '../model/frame.ts';

export interface Answer<T> {
  data: T;
  warnings: string[];
}

/** Browsers hold six connections to a server; more requests would only wait there. */
const AT_ONCE = 6;
let running = 0;
const waiting: (() => void)[] = [];

async function turn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** Asks Prometheus's API through the server. Rejects with Prometheus's own words. */
async function ask<T>(
  path: string,
  parameters: Record<string, string>,
  signal?: AbortSignal,
): Promise<Answer<T>> {
  return turn(async () => {
    const body = new URLSearchParams(parameters);
    const get = path.startsWith('label/') || path === 'alerts' || path === 'rules';
    const response = await fetch(`/prometheus/api/v1/${path}${get ? `?${body}` : ''}`, {
      ...(get ? {} : { method: 'POST', body }),
      ...(signal ? { signal } : {}),
    });
    const answer = (await response.json()) as {
      status: string;
      data: T;
      error?: string;
      warnings?: string[];
      infos?: string[];
    };
    if (answer.status !== 'success')
      throw new Error(answer.error ?? `Prometheus answered ${response.status}.`);
    return { data: answer.data, warnings: [...(answer.warnings ?? []), ...(answer.infos ?? [])] };
  });
}

const seconds = (ms: number) => String(ms / 1000);

export const queryInstant = (query: string, at: number, signal?: AbortSignal) =>
  ask<QueryData>('query', { query, time: seconds(at) }, signal);

export const queryRange = (
  query: string,
  range: { from: number; to: number },
  step: number,
  signal?: AbortSignal,
) =>
  ask<QueryData>(
    'query_range',
    { query, start: seconds(range.from), end: seconds(range.to), step: seconds(step) },
    signal,
  );

export const labelValues = (label: string, range: { from: number; to: number }, match?: string) =>
  ask<string[]>(`label/${encodeURIComponent(label)}/values`, {
    start: seconds(range.from),
    end: seconds(range.to),
    ...(match ? { 'match[]': match } : {}),
  });

export const labelNames = (range: { from: number; to: number }, match?: string) =>
  ask<string[]>('labels', {
    start: seconds(range.from),
    end: seconds(range.to),
    ...(match ? { 'match[]': match } : {}),
  });

export const series = (match: string, range: { from: number; to: number }) =>
  ask<Labels[]>('series', { 'match[]': match, start: seconds(range.from), end: seconds(range.to) });

export interface ActiveAlert {
  labels: Labels;
  annotations: Labels;
  state: string;
  activeAt: string;
}

export const activeAlerts = () => ask<{ alerts: ActiveAlert[] }>('alerts', {});
