import { type Endpoint, urlOf } from './endpoint.ts';
import { requestFailure } from './requests.ts';

export interface HttpRequest {
  /** Default: `GET`. */
  readonly method?: string;
  /** Sent as a form. Default: no body. */
  readonly form?: URLSearchParams | string;
  /** Sent as JSON. Default: no body. */
  readonly json?: unknown;
  /** How long the answer may take, its body included. Default: 10. */
  readonly seconds?: number;
}

/** A request that got no answer. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  /** Why, as the end of a sentence. */
  readonly reason: string;
  constructor(url: string, reason: string) {
    super(`Nothing answers at ${url}: ${reason}`);
    this.reason = reason;
  }
}

/**
 * Asks a program by HTTP, with its credentials in a header and its certificate checked against its own authority.
 * @param path with its leading slash, and with its query.
 * @returns the answer, whatever its status.
 * @throws NoAnswerError with neither a name nor a password in its message.
 */
export async function request(endpoint: Endpoint, path: string, asked: HttpRequest = {}): Promise<Response> {
  const { method = 'GET', form, json, seconds = 10 } = asked;
  const url = urlOf(endpoint, path);
  const headers = {
    ...(endpoint.authorization !== undefined && { authorization: endpoint.authorization }),
    ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    ...(json !== undefined && { 'content-type': 'application/json' }),
  };
  const body = json === undefined ? form?.toString() : JSON.stringify(json);
  const init = { method, headers, ...(body !== undefined && { body }), signal: timeout(seconds) };
  try {
    return endpoint.authority === undefined
      ? await fetch(url, init)
      : await fetchTrusting(endpoint.authority, url, init);
  } catch (error) {
    throw noAnswer(url, error, seconds);
  }
}

/**
 * The body of an answer as text: it, too, can be late or be cut off.
 * @throws NoAnswerError where it does not end.
 */
export async function bodyOf(answer: Response, url: string, seconds: number): Promise<string> {
  try {
    return await answer.text();
  } catch (error) {
    throw noAnswer(url, error, seconds);
  }
}

const noAnswer = (url: string, error: unknown, seconds: number) =>
  new NoAnswerError(url, requestFailure(error, seconds));

const timeout = (seconds: number): AbortSignal => AbortSignal.timeout(seconds * 1000);

/** Node's own `fetch` takes no authority for one request. Loaded only where one is given. */
async function fetchTrusting(ca: string, url: string, init: RequestInit): Promise<Response> {
  const { EnvHttpProxyAgent, fetch: fetchBy } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent({ connect: { ca }, requestTls: { ca }, keepAliveTimeout: 1 });
  return (await fetchBy(url, { ...(init as object), dispatcher })) as unknown as Response;
}
