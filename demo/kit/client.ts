import { Agent } from 'undici';
import { type Address, hostPort } from './settings.ts';

/** An answer of a peer that is not 2xx. */
export class PeerError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Calls one peer over kept-alive connections. */
export class Peer {
  readonly #origin: string;
  readonly #agent: Agent;

  /** `timeoutMs` bounds a whole call. Default: 2,000. */
  constructor(address: Address, timeoutMs = 2_000) {
    this.#origin = `http://${hostPort(address)}`;
    this.#agent = new Agent({
      connect: { timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      keepAliveTimeout: 30_000,
    });
  }

  async get(path: string): Promise<unknown> {
    return this.#call('GET', path);
  }

  async post(path: string, body?: unknown): Promise<unknown> {
    return this.#call('POST', path, body);
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const { statusCode, body: answer } = await this.#agent.request({
      origin: this.#origin,
      path,
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (statusCode >= 300)
      throw new PeerError(statusCode, `${this.#origin}${path}: ${statusCode} ${text.trim()}`);
    return JSON.parse(text);
  }
}
