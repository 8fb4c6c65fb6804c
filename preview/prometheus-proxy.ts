import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PrometheusTarget } from '../lib/prometheus-target.ts';

/** What the page may ask of Prometheus: reads only. */
const READS =
  /^\/api\/v1\/(query|query_range|series|labels|label\/[\w:.%-]+\/values|alerts|rules|metadata|status\/buildinfo)$/;
const MOST_BODY_BYTES = 1024 * 1024;
/** As long as Prometheus itself lets a query run by default. */
const TIMEOUT_MS = 120_000;

export function fail(response: ServerResponse, status: number, errorType: string, error: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status: 'error', errorType, error }));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MOST_BODY_BYTES) throw new Error('The query is larger than 1 MiB.');
  }
  return body;
}

function why(error: unknown, url: string): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `Prometheus at ${url} did not answer within ${TIMEOUT_MS / 1000} s.`;
  const detail = cause?.code ?? cause?.message ?? (error as Error).message;
  return `No Prometheus answers at ${url} (${detail}). Start the stack with \`make up\`, or name another Prometheus with --prometheus URL.`;
}

/** Passes one read on to Prometheus and streams its answer back. `path` begins with `/api/v1/`. */
export async function proxy(
  target: PrometheusTarget,
  path: string,
  search: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!READS.test(path)) {
    fail(response, 404, 'not_found', `${path} is not a read of Prometheus's API that the preview passes on.`);
    return;
  }
  const post = request.method === 'POST';
  if (!post && request.method !== 'GET') {
    fail(response, 405, 'method', `${request.method} is not passed on to Prometheus: use GET or POST.`);
    return;
  }
  try {
    const answer = await fetch(`${target.url.replace(/\/+$/, '')}${path}${search}`, {
      method: post ? 'POST' : 'GET',
      headers: {
        ...(post ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...(target.authorization ? { authorization: target.authorization } : {}),
      },
      ...(post ? { body: await bodyOf(request) } : {}),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (!(answer.headers.get('content-type') ?? '').includes('json')) {
      const start = body.toString('utf8', 0, 200).trim();
      fail(response, 502, 'bad_answer', `${target.url} answered ${answer.status} without JSON: ${start}`);
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(body);
  } catch (error) {
    fail(response, 502, 'unreachable', why(error, target.url));
  }
}
