import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { refusal } from './check.ts';

export interface Forward {
  /** Port of loopback to which what passes is forwarded. */
  readonly port: number;
  /** `user:password` that the server there asks for. Default: it asks for none. */
  readonly auth?: string;
  /** Names by which people know the server, besides its addresses and `localhost`. Default: none. */
  readonly names?: readonly string[];
}

/** As much as Go's servers take: queries stand in URLs. https://pkg.go.dev/net/http#pkg-constants */
const MAX_HEADER_BYTES = 1 << 20;
/** As long as Prometheus keeps an idle connection (--web.read-timeout): clients rely on it. */
const KEEP_ALIVE_MILLISECONDS = 5 * 60 * 1000;

/** A server that checks who asks, and forwards what passes as it is. It does not listen yet. */
export function guard(to: Forward): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (asked, answer) => {
    const reason = refusal(asked, to.names);
    if (reason === undefined) forward(asked, answer, to);
    else say(answer, 403, reason);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
  // However long a body takes, the server behind decides.
  server.requestTimeout = 0;
  return server;
}

function forward(asked: IncomingMessage, answer: ServerResponse, { port, auth }: Forward): void {
  const { connection: _connection, authorization, ...headers } = asked.headers;
  const outgoing = request({
    host: '127.0.0.1',
    port,
    method: asked.method,
    path: asked.url,
    headers: auth === undefined && authorization !== undefined ? { ...headers, authorization } : headers,
    ...(auth === undefined ? {} : { auth }),
    // No connection is kept: one that the server closes at that moment would lose a request.
    agent: false,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
  const lost = () => {
    if (answer.headersSent) answer.destroy();
    else say(answer, 502, 'The server behind this address does not answer. It may be starting.');
  };
  outgoing.on('error', lost);
  outgoing.on('response', (incoming) => {
    const { connection: _hop, 'keep-alive': _hint, 'transfer-encoding': _coding, ...kept } = incoming.headers;
    // Older browsers do not say that they ask for a frame.
    answer.writeHead(incoming.statusCode ?? 502, { ...kept, 'x-frame-options': 'SAMEORIGIN' });
    pipeline(incoming, answer, () => {});
  });
  // A query that nobody waits for any more is ended.
  answer.on('close', () => outgoing.destroy());
  asked.pipe(outgoing);
}

function say(answer: ServerResponse, status: number, text: string): void {
  answer
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    .end(`${text}\n`);
}
