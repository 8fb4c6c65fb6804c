import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Endpoint, urlOf } from '../lib/endpoint.ts';
import { request as askServer, NoAnswerError } from '../lib/http-client.ts';

/** What the page may ask of Prometheus: reads only. */
const READS =
  /^\/api\/v1\/(query|query_range|series|labels|label\/[\w:.%-]+\/values|alerts|rules|metadata|status\/buildinfo)$/;
const MOST_BODY_BYTES = 1024 * 1024;
/** As long as Prometheus itself lets a query run by default. */
const SECONDS = 120;

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

/** Passes one read on to Prometheus and streams its answer back. `path` begins with `/api/v1/`. */
export async function proxy(
  target: Endpoint,
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
    const answer = await askServer(target, `${path}${search}`, {
      seconds: SECONDS,
      ...(post && { method: 'POST', form: await bodyOf(request) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (!(answer.headers.get('content-type') ?? '').includes('json')) {
      const start = body.toString('utf8', 0, 200).trim();
      fail(response, 502, 'bad_answer', `${urlOf(target)} answered ${answer.status} without JSON: ${start}`);
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(body);
  } catch (error) {
    const why = error instanceof NoAnswerError ? error.reason : (error as Error).message;
    const text =
      `No Prometheus answers at ${urlOf(target)}: ${why}. ` +
      'Start the stack with `make up`, or name another Prometheus with --prometheus URL.';
    fail(response, 502, 'unreachable', text);
  }
}
