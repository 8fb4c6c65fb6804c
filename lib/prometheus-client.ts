import { type Endpoint, urlOf } from './endpoint.ts';
import { bodyOf, NoAnswerError, request } from './http-client.ts';

/** A Prometheus that does not answer, or answers with an error; the message says why. */
export class PrometheusError extends Error {
  override readonly name = 'PrometheusError';
  /** HTTP status. Undefined where there was no answer. */
  readonly status: number | undefined;
  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

export interface PrometheusOptions {
  /** How long an answer may take. Default: 60. */
  readonly seconds?: number;
  /** What to do where it does not answer, a sentence without its full stop. */
  readonly hint?: string;
}

/** The HTTP API of a Prometheus. https://prometheus.io/docs/prometheus/latest/querying/api/ */
export interface PrometheusClient {
  /**
   * The `data` of an answer. Queries are posted, since an expression may be longer than a URL can be.
   * @param path below `/api/v1/`, such as `query`.
   * @throws PrometheusError where Prometheus does not answer, or answers with an error.
   */
  ask<T>(path: string, parameters?: Readonly<Record<string, string>>): Promise<T>;
}

/** Everything but a test of what Prometheus says goes through this client. */
export function prometheusClient(
  endpoint: Endpoint,
  { seconds = 60, hint }: PrometheusOptions = {},
): PrometheusClient {
  const base = urlOf(endpoint);
  return {
    async ask<T>(path: string, parameters: Readonly<Record<string, string>> = {}) {
      const form = new URLSearchParams(parameters);
      const posted = path.startsWith('query');
      const query = posted || form.size === 0 ? '' : `?${form}`;
      let status: number;
      let text: string;
      try {
        const answer = await request(endpoint, `/api/v1/${path}${query}`, {
          seconds,
          ...(posted && { method: 'POST', form }),
        });
        ({ status } = answer);
        text = await bodyOf(answer, base, seconds);
      } catch (error) {
        if (!(error instanceof NoAnswerError)) throw error;
        throw new PrometheusError(
          `Prometheus does not answer at ${base}: ${error.reason}${hint === undefined ? '' : `. ${hint}`}`,
        );
      }
      const content = parsed<T>(text);
      if (content?.status !== 'success')
        throw new PrometheusError(
          `Prometheus at ${base} answers ${status} to ${path} ${parameters.query ?? ''}: ${content?.error ?? 'no JSON'}`,
          status,
        );
      return content.data;
    },
  };
}

interface Content<T> {
  readonly status?: string;
  readonly data: T;
  readonly error?: string;
}

/** Undefined where it is no JSON, as the page of a proxy is not. */
function parsed<T>(text: string): Content<T> | undefined {
  try {
    return JSON.parse(text) as Content<T>;
  } catch {
    return undefined;
  }
}
