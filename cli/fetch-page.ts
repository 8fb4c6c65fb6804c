import { Agent, fetch } from 'undici';
import { splitCredentials, withoutCredentials } from '../lib/endpoint.ts';
import type { ExpositionFormat } from '../lib/exposition.ts';
import { requestFailure } from '../lib/requests.ts';

/** A page of metrics that was not had, or that Prometheus would not read; the message says why. */
export class PageError extends Error {
  override readonly name = 'PageError';
}

/** A page of metrics, decoded. */
export interface Page {
  readonly text: string;
  readonly format: ExpositionFormat | undefined;
}

export interface PageRequest {
  /** With or without a name and a password, which go into a header. */
  readonly url: string;
  /** Value of the `Authorization` header. Default: that of the URL. */
  readonly authorization?: string;
  /** How long it may take. Default: 10. */
  readonly seconds?: number;
}

/** What Prometheus asks for by default: https://prometheus.io/docs/prometheus/latest/configuration/configuration/ (`scrape_protocols`) */
const ACCEPT =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';

/**
 * Gets a page of metrics as Prometheus does.
 * @throws PageError that names the URL, without its password, and why there is no page.
 */
export async function fetchPage({ url, authorization, seconds = 10 }: PageRequest): Promise<Page> {
  const shown = withoutCredentials(url);
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new PageError(
      `${shown} is not a URL: it must begin with http:// or https:// and have a host and a port from 1 to 65535, such as http://127.0.0.1:8080/metrics.`,
    );
  const split = splitCredentials(url);
  const header = authorization ?? split.authorization;
  // Prometheus reaches its targets by no proxy that its settings do not name: neither does this.
  const agent = new Agent();
  try {
    const answer = await fetch(split.url, {
      headers: { accept: ACCEPT, 'accept-encoding': 'gzip', ...(header && { authorization: header }) },
      dispatcher: agent,
      signal: AbortSignal.timeout(seconds * 1000),
    });
    if (!answer.ok)
      throw new PageError(`${shown} answered ${answer.status}${advice(answer.status, header)}.`);
    const text = decoded(new Uint8Array(await answer.arrayBuffer()), shown);
    return { text, format: formatOf(answer.headers.get('content-type') ?? '', shown) };
  } catch (error) {
    if (error instanceof PageError) throw error;
    throw new PageError(`${shown} could not be read: ${requestFailure(error, seconds)}.`);
  } finally {
    await agent.close();
  }
}

function advice(status: number, header: string | undefined): string {
  if (status === 401 || status === 403)
    return header === undefined
      ? ': it asks for a user or a token, which services[].basicAuth or services[].token gives; name the service: SERVICE=<name>'
      : ': it does not take the user or token that it was given';
  return status === 404 ? ': there is no such page' : '';
}

/** Undefined where the answer does not say, as a plain file does not. */
function formatOf(type: string, shown: string): ExpositionFormat | undefined {
  if (/openmetrics-text/i.test(type)) return 'openmetrics';
  if (/application\/vnd\.google\.protobuf/i.test(type))
    throw new PageError(
      `${shown} answers in protobuf alone, though it was asked for text; let it answer in text as well.`,
    );
  return /version=/i.test(type) ? 'text' : undefined;
}

function decoded(bytes: Uint8Array, shown: string): string {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw new PageError(`${shown} is compressed and does not say so: Content-Encoding: gzip is missing.`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PageError(
      `${shown}: line ${lineOf(bytes)} is not UTF-8, and Prometheus refuses the whole page.`,
    );
  }
}

/** The first line that is not UTF-8, from 1. */
function lineOf(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(10, from);
    const to = end < 0 ? bytes.length : end;
    try {
      decoder.decode(bytes.subarray(from, to));
    } catch {
      return line;
    }
    from = to + 1;
  }
  return line;
}
