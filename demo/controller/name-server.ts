import { createSocket, type Socket } from 'node:dgram';
import { decode, encode, type Packet } from 'dns-packet';
import { DEPENDENCIES, SERVICES } from '../../catalogue/services.ts';
import type { Address } from '../kit/settings.ts';

/** Seconds that an answer may be kept. */
const TTL = 5;
const NAMES: ReadonlySet<string> = new Set([...Object.keys(SERVICES), ...Object.keys(DEPENDENCIES)]);
const AUTHORITATIVE = 1 << 10;
const NO_SUCH_NAME = 3;

/**
 * A name server over UDP that knows the demo's services: the DNS probe has something to ask where the platform
 * has no resolver of its own.
 */
export class NameServer {
  readonly #socket: Socket = createSocket('udp4');

  /** Starts to answer, on the given port. Rejects where the port is taken. */
  async open({ host, port }: Address): Promise<void> {
    this.#socket.on('message', (message, from) => {
      const reply = answer(message);
      if (reply !== undefined) this.#socket.send(reply, from.port, from.address);
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#socket.once('error', reject);
    this.#socket.bind({ port, ...(host === '' ? {} : { address: host }) }, resolve);
    await promise;
  }

  close(): void {
    this.#socket.close();
  }
}

/** The reply to a query: loopback for a service of the demo, no such name otherwise. Nothing for what is no query. */
export function answer(message: Buffer): Buffer | undefined {
  let query: Packet;
  try {
    query = decode(message);
  } catch {
    return undefined;
  }
  const [question] = query.questions ?? [];
  if (query.type !== 'query' || question === undefined) return undefined;
  const known = NAMES.has(question.name.toLowerCase());
  return encode({
    type: 'response',
    ...(query.id === undefined ? {} : { id: query.id }),
    flags: AUTHORITATIVE | (known ? 0 : NO_SUCH_NAME),
    questions: [question],
    answers:
      known && question.type === 'A' ? [{ type: 'A', name: question.name, ttl: TTL, data: '127.0.0.1' }] : [],
  });
}
