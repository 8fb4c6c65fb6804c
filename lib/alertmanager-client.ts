import { type Endpoint, urlOf } from './endpoint.ts';
import { bodyOf, type HttpRequest, NoAnswerError, request } from './http-client.ts';

/** An Alertmanager that does not answer, or refuses; the message says why. */
export class AlertmanagerError extends Error {
  override readonly name = 'AlertmanagerError';
}

export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

/** A silence as Alertmanager takes it. With `id`, it replaces that one. Times are in ISO 8601. */
export interface PostedSilence {
  readonly id?: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly matchers: readonly SilenceMatcher[];
}

/** A silence as Alertmanager returns it. */
export interface ExistingSilence extends PostedSilence {
  readonly id: string;
  readonly status: { readonly state: 'active' | 'pending' | 'expired' };
}

/** An alert that Alertmanager holds. */
export interface HeldAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: { readonly inhibitedBy: readonly string[]; readonly silencedBy: readonly string[] };
}

export interface AlertmanagerOptions {
  /** How long an answer may take. Default: 10. */
  readonly seconds?: number;
  /** What to do where it does not answer: a sentence or two, the last without its full stop. */
  readonly hint?: string;
}

/** API v2 of an Alertmanager. Any member of a cluster does: they tell each other. Each call throws AlertmanagerError. */
export interface AlertmanagerClient {
  /** The configuration that runs, as YAML. Secrets in it are hidden. */
  config(): Promise<string>;
  silences(): Promise<readonly ExistingSilence[]>;
  postSilence(silence: PostedSilence): Promise<void>;
  expireSilence(id: string): Promise<void>;
  alerts(): Promise<readonly HeldAlert[]>;
  postAlerts(alerts: readonly object[]): Promise<void>;
}

/** Everything but a test of what Alertmanager says goes through this client. */
export function alertmanagerClient(
  endpoint: Endpoint,
  { seconds = 10, hint }: AlertmanagerOptions = {},
): AlertmanagerClient {
  const call = async (path: string, asked: HttpRequest = {}): Promise<string> => {
    const url = urlOf(endpoint, `/api/v2/${path}`);
    const { method = 'GET' } = asked;
    try {
      const answer = await request(endpoint, `/api/v2/${path}`, { seconds, ...asked });
      const text = await bodyOf(answer, url, seconds);
      if (!answer.ok)
        throw new AlertmanagerError(
          `Alertmanager refused ${method} ${url}: ${answer.status} ${text.slice(0, 300)}`,
        );
      return text;
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      const advice = hint === undefined ? '' : `. ${hint}`;
      throw new AlertmanagerError(`Alertmanager does not answer at ${url}: ${error.reason}${advice}`);
    }
  };
  const read = async <T>(path: string): Promise<T> => {
    const text = await call(path);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new AlertmanagerError(
        `What answers at ${urlOf(endpoint)} is no Alertmanager: ${path} is no JSON`,
      );
    }
  };
  const post = async (path: string, json: unknown) => void (await call(path, { method: 'POST', json }));
  return {
    config: async () => (await read<{ config: { original: string } }>('status')).config.original,
    silences: () => read('silences'),
    postSilence: (silence) => post('silences', silence),
    expireSilence: async (id) => void (await call(`silence/${id}`, { method: 'DELETE' })),
    alerts: () => read('alerts'),
    postAlerts: (alerts) => post('alerts', alerts),
  };
}
