import { alertmanagerClient, type HeldAlert } from '../../lib/alertmanager-client.ts';
import { type Endpoint, urlOf } from '../../lib/endpoint.ts';
import { bodyOf, NoAnswerError, request } from '../../lib/http-client.ts';
import { prometheusClient } from '../../lib/prometheus-client.ts';
import type { AlertmanagerConfig, Labels } from '../../notifications/index.ts';
import { readConfig } from '../reports/alertmanager.ts';
import { ReportError } from '../reports/report-error.ts';
import { type RuleGroups, rulesIn } from './rules.ts';
import type { Heard } from './verdict.ts';

/** The parts of a stack that a drill talks to. */
export interface StackEndpoints {
  readonly prometheus: Endpoint;
  readonly alertmanager: Endpoint;
  readonly demo: Endpoint;
}

export interface ActiveAlert {
  readonly labels: Labels;
  readonly state: 'pending' | 'firing';
  /** Unix seconds. */
  readonly activeAt: number;
}

const HINT = 'Bring the stack up: make up';
const SECONDS = 30;

const prometheusOf = (endpoint: Endpoint) => prometheusClient(endpoint, { seconds: SECONDS, hint: HINT });
const alertmanagerOf = (endpoint: Endpoint) => alertmanagerClient(endpoint, { seconds: SECONDS, hint: HINT });

async function ask<T>(demo: Endpoint, path: string, method = 'GET'): Promise<T> {
  const url = urlOf(demo, path);
  try {
    const answer = await request(demo, path, { method, seconds: SECONDS });
    const text = await bodyOf(answer, url, SECONDS);
    if (!answer.ok) throw new ReportError(`${url} answers ${answer.status}: ${text.slice(0, 300)}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  } catch (error) {
    throw error instanceof NoAnswerError
      ? new ReportError(`Nothing answers at ${url}: ${error.reason}. Bring the stack up: make up`)
      : error;
  }
}

/** The incident switch. */
export const inject = (demo: Endpoint, name: string) => ask(demo, `/incidents/${name}`, 'POST');
export const recover = (demo: Endpoint, name: string) => ask(demo, `/incidents/${name}`, 'DELETE');

export const activeIncidents = async (demo: Endpoint): Promise<readonly string[]> =>
  (await ask<{ name: string; active: boolean }[]>(demo, '/incidents'))
    .filter(({ active }) => active)
    .map(({ name }) => name);

export async function activeAlerts(prometheus: Endpoint): Promise<readonly ActiveAlert[]> {
  const { alerts } = await prometheusOf(prometheus).ask<{
    alerts: { labels: Labels; state: ActiveAlert['state']; activeAt: string }[];
  }>('alerts');
  return alerts.map(({ labels, state, activeAt }) => ({
    labels,
    state,
    activeAt: Date.parse(activeAt) / 1000,
  }));
}

export const rulesOf = async (prometheus: Endpoint) =>
  rulesIn(await prometheusOf(prometheus).ask<RuleGroups>('rules'));

/** Messages that the demo's webhook took since an instant, one for each alert in them. */
export async function heardSince(demo: Endpoint, since: number): Promise<readonly Heard[]> {
  const from = new Date(since * 1000).toISOString();
  const all = await ask<
    { receivedAt: string; receiver: string; alerts: { status: string; labels: Labels }[] }[]
  >(demo, `/notifications?since=${from}`);
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

export const heldAlerts = (alertmanager: Endpoint): Promise<readonly HeldAlert[]> =>
  alertmanagerOf(alertmanager).alerts();

export const configOf = async (alertmanager: Endpoint): Promise<AlertmanagerConfig> =>
  readConfig(await alertmanagerOf(alertmanager).config());

/** Instants at which an expression yields each of its series, at 1 s steps. */
export async function instantsOf(
  prometheus: Endpoint,
  query: string,
  from: number,
  to: number,
): Promise<readonly (readonly number[])[]> {
  const { result } = await prometheusOf(prometheus).ask<{ result: { values: [number, string][] }[] }>(
    'query_range',
    { query, start: String(from), end: String(to), step: '1' },
  );
  return result.map(({ values }) => values.map(([at]) => at));
}

/** Hands Alertmanager an alert that ends by itself. */
export const post = (alertmanager: Endpoint, alert: object): Promise<void> =>
  alertmanagerOf(alertmanager).postAlerts([alert]);
