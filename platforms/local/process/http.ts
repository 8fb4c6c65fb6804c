import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutSeconds: number;
}

/** One HTTP call to a Unix socket or to a port of this machine. Any status is an answer, not an error. */
export function call(to: { socketPath: string } | { port: number }, what: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const body = what.body === undefined ? undefined : JSON.stringify(what.body);
    const headers = {
      host: 'localhost',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const target = 'port' in to ? { host: '127.0.0.1', port: to.port } : to;
    const outgoing = request(
      { ...target, method: what.method ?? 'GET', path: what.path, headers, agent: false },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', reject);
        incoming.on('end', () => {
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') });
        });
      },
    );
    outgoing.setTimeout(what.timeoutSeconds * 1000, () =>
      outgoing.destroy(new Error(`no answer within ${what.timeoutSeconds} s`)),
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
