import { requestFailure } from '../../lib/requests.ts';
import type { AlertmanagerConfig, Labels } from '../../notifications/index.ts';
import { readConfig } from '../reports/alertmanager.ts';
import { ReportError } from '../reports/report-error.ts';
import { type RuleGroups, rulesIn } from './rules.ts';
import type { Heard } from './verdict.ts';

/** URLs of the parts of a stack that a drill talks to. */
export interface StackUrls {
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly demo: string;
}

export interface ActiveAlert {
  readonly labels: Labels;
  readonly state: 'pending' | 'firing';
  /** Unix seconds. */
  readonly activeAt: number;
}

async function ask<T>(url: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) }).catch(
    (error: unknown) => {
      throw new ReportError(
        `Nothing answers at ${url}: ${requestFailure(error, 30)}. Bring the stack up: make up`,
      );
    },
  );
  if (!answer.ok)
    throw new ReportError(`${url} answers ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
  const text = await answer.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** The incident switch. */
export const inject = (demo: string, name: string) => ask(`${demo}/incidents/${name}`, { method: 'POST' });
export const recover = (demo: string, name: string) => ask(`${demo}/incidents/${name}`, { method: 'DELETE' });

export const activeIncidents = async (demo: string): Promise<readonly string[]> =>
  (await ask<{ name: string; active: boolean }[]>(`${demo}/incidents`))
    .filter(({ active }) => active)
    .map(({ name }) => name);

export async function activeAlerts(prometheus: string): Promise<readonly ActiveAlert[]> {
  const { data } = await ask<{
    data: { alerts: { labels: Labels; state: ActiveAlert['state']; activeAt: string }[] };
  }>(`${prometheus}/api/v1/alerts`);
  return data.alerts.map(({ labels, state, activeAt }) => ({
    labels,
    state,
    activeAt: Date.parse(activeAt) / 1000,
  }));
}

export async function rulesOf(prometheus: string) {
  return rulesIn((await ask<{ data: RuleGroups }>(`${prometheus}/api/v1/rules`)).data);
}

/** Messages that the demo's webhook took since an instant, one for each alert in them. */
export async function heardSince(demo: string, since: number): Promise<readonly Heard[]> {
  const from = new Date(since * 1000).toISOString();
  const all = await ask<
    { receivedAt: string; receiver: string; alerts: { status: string; labels: Labels }[] }[]
  >(`${demo}/notifications?since=${from}`);
  return all.flatMap(({ receivedAt, receiver, alerts }) =>
    alerts.map(({ status, labels }) => ({
      at: Date.parse(receivedAt) / 1000,
      receiver,
      status,
      labels,
      alert: labels.alertname ?? '',
    })),
  );
}

export interface HeldAlert {
  readonly labels: Labels;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: { readonly inhibitedBy: readonly string[]; readonly silencedBy: readonly string[] };
}

export const heldAlerts = (alertmanager: string): Promise<readonly HeldAlert[]> =>
  ask(`${alertmanager}/api/v2/alerts`);

export async function configOf(alertmanager: string): Promise<AlertmanagerConfig> {
  const { config } = await ask<{ config: { original: string } }>(`${alertmanager}/api/v2/status`);
  return readConfig(config.original);
}

/** Instants at which an expression yields each of its series, at 1 s steps. */
export async function instantsOf(
  prometheus: string,
  query: string,
  from: number,
  to: number,
): Promise<readonly (readonly number[])[]> {
  const body = new URLSearchParams({ query, start: String(from), end: String(to), step: '1' });
  const { data } = await ask<{ data: { result: { values: [number, string][] }[] } }>(
    `${prometheus}/api/v1/query_range`,
    { method: 'POST', body },
  );
  return data.result.map(({ values }) => values.map(([at]) => at));
}

/** Hands Alertmanager an alert that ends by itself. */
export const post = (alertmanager: string, alert: object) =>
  ask(`${alertmanager}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([alert]),
  });
