import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a fake answers: as the real service would, with its failure, or not at all. */
export type Mood = 'well' | 'failing' | 'hanging';

export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

/** What a fake makes of a request: a message taken, or a refusal with the real service's answer. */
export type Verdict<T> = { readonly taken: T; readonly reply: Reply } | { readonly refused: Reply };

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly authorization: string;
  readonly body: string;
}

/** A web service that keeps what it takes, and why it refused what it did not. */
export class HttpFake<T> {
  readonly taken: T[] = [];
  readonly refused: { readonly request: Request; readonly reply: Reply }[] = [];
  /** Requests that came while the service was failing or hanging. */
  readonly turnedAway: Request[] = [];
  mood: Mood = 'well';
  readonly #server: Server;
  readonly #judge: (request: Request) => Verdict<T>;

  constructor(judge: (request: Request) => Verdict<T>) {
    this.#judge = judge;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Listens on a loopback port. */
  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  forget(): void {
    for (const list of [this.taken, this.refused, this.turnedAway]) list.length = 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
    } catch {
      return; // The sender gave up before it had said everything.
    }
    const request: Request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      contentType: incoming.headers['content-type'] ?? '',
      authorization: incoming.headers.authorization ?? '',
      body: Buffer.concat(chunks).toString('utf8'),
    };
    if (this.mood !== 'well') {
      this.turnedAway.push(request);
      if (this.mood === 'failing') response.writeHead(503).end('unavailable');
      return;
    }
    const verdict = this.#judge(request);
    const reply = 'taken' in verdict ? verdict.reply : verdict.refused;
    if ('taken' in verdict) this.taken.push(verdict.taken);
    else this.refused.push({ request, reply });
    response.writeHead(reply.status, { 'content-type': reply.type ?? 'text/plain' }).end(reply.body);
  }
}

/** The body as JSON, or undefined where it is none. */
export function json(request: Request): unknown {
  try {
    return JSON.parse(request.body);
  } catch {
    return undefined;
  }
}

/** Characters as services count them, not UTF-16 units. */
export const length = (text: string) => [...text].length;
