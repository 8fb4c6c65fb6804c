import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from './log.ts';
import { reasonOf } from './log.ts';
import type { Address } from './settings.ts';

export interface Request {
  readonly query: URLSearchParams;
  /** Values of the `:name` segments of the route. */
  readonly params: Readonly<Record<string, string>>;
  /** The body as JSON, `undefined` where it is empty. Throws a 400 or 413 `HttpError`. */
  json(): Promise<unknown>;
}

export type Reply =
  | { readonly status?: number; readonly json: unknown }
  | { readonly status?: number; readonly text: string; readonly type: string }
  | { readonly stream: (response: ServerResponse) => void };

export type Handler = (request: Request) => Reply | Promise<Reply>;

/** Handlers by method and path, such as `POST /incidents/:name`. */
export type Routes = Readonly<Record<string, Handler>>;

/** Answered with this status and message as JSON. */
export class HttpError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Longest body that is read, in bytes. */
const MAX_BODY = 5_000_000;

/** An HTTP server that can be closed and opened again on the same port. */
export class HttpServer {
  readonly #routes: readonly { method: string; segments: readonly string[]; handler: Handler }[];
  readonly #address: Address;
  readonly #log: Log;
  #server: Server | undefined;
  #port: number;
  #queue: Promise<void> = Promise.resolve();

  constructor(routes: Routes, address: Address, log: Log) {
    this.#routes = Object.entries(routes).map(([route, handler]) => {
      const [method = '', path = ''] = route.split(' ');
      return { method, segments: path.split('/'), handler };
    });
    this.#address = address;
    this.#port = address.port;
    this.#log = log;
  }

  /** The port listened on. */
  get port(): number {
    return this.#port;
  }

  /** Listens; does nothing when it does already. Rejects when the port is taken. */
  open(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#server) return;
      const server = createServer((request, response) => void this.#answer(request, response));
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(this.#port, this.#address.host || undefined, resolve);
      });
      this.#port = (server.address() as AddressInfo).port;
      this.#server = server;
    });
  }

  /** Stops listening. Requests being answered get `graceMs` to end, then every connection is cut. */
  close(graceMs = 0): Promise<void> {
    return this.#enqueue(async () => {
      const server = this.#server;
      this.#server = undefined;
      if (!server) return;
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
      clearTimeout(cut);
    });
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(step);
    this.#queue = done.catch(() => {});
    return done;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let reply: Reply;
    try {
      reply = await this.#dispatch(request);
    } catch (error) {
      const status = error instanceof HttpError ? error.status : 500;
      if (!(error instanceof HttpError)) {
        this.#log.error('request failed', { url: request.url, reason: reasonOf(error) });
      }
      reply = { status, json: { error: reasonOf(error) } };
    }
    if (response.destroyed) return;
    if ('stream' in reply) return reply.stream(response);
    const text = 'json' in reply ? `${JSON.stringify(reply.json)}\n` : reply.text;
    const type = 'json' in reply ? 'application/json' : reply.type;
    response.writeHead(reply.status ?? 200, {
      'content-type': type,
      'content-length': Buffer.byteLength(text),
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  }

  #dispatch(request: IncomingMessage): Reply | Promise<Reply> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    const segments = url.pathname.split('/');
    const fitting = this.#routes.filter((route) => matches(route.segments, segments));
    const route = fitting.find((candidate) => candidate.method === method);
    if (!route) {
      throw fitting.length > 0
        ? new HttpError(
            405,
            `${url.pathname} takes ${fitting.map((r) => r.method).join(', ')}, not ${method}`,
          )
        : new HttpError(404, `no such page: ${url.pathname}`);
    }
    if (method !== 'GET' && isForeign(request)) {
      const page = request.headers.origin ?? 'another site';
      throw new HttpError(
        403,
        `a page of ${page} must not ${method} here: use the page at http://${request.headers.host}, or curl`,
      );
    }
    const params: Record<string, string> = {};
    route.segments.forEach((name, i) => {
      if (name.startsWith(':')) params[name.slice(1)] = decode(segments[i] ?? '');
    });
    return route.handler({ query: url.searchParams, params, json: () => readJson(request) });
  }
}

/**
 * Whether a browser sends it for a page of somebody else: any page can post to loopback. Programs name no origin, and
 * whoever opened our page under some name, or through a port that is passed on, asks under the same.
 */
function isForeign({ headers }: IncomingMessage): boolean {
  const { origin, host = '' } = headers;
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  return origin !== undefined && URL.parse(origin)?.host !== host.toLowerCase();
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new HttpError(400, `"${segment}" is not valid in a path`);
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length && pattern.every((p, i) => p.startsWith(':') || p === segments[i])
  );
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) throw new HttpError(413, `the body is longer than ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpError(400, `the body is not JSON: ${reasonOf(error)}`);
  }
}
