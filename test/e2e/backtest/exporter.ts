import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Rhythm of a series, in seconds: how long it is high, then low. */
const RHYTHMS = { quick: [1.5, 1.5], slow: [4, 2] } as const;
/** How long the lag stays high and low, in seconds. */
const LAG: readonly [number, number] = [5, 4];

/** A service whose metrics rise and fall by the clock, and that can be taken away. */
export class Exporter {
  /** Whether it breaks every connection. */
  isGone = false;
  readonly #server: Server;
  readonly #since = Date.now();

  constructor() {
    this.#server = createServer((request, response) => {
      if (this.isGone) request.socket.destroy();
      else response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(this.#page());
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #page(): string {
    return [
      '# TYPE flap gauge',
      ...Object.entries(RHYTHMS).map(([kind, rhythm]) => `flap{kind="${kind}"} ${this.#level(rhythm)}`),
      '# TYPE kafka_consumer_lag_sum gauge',
      `kafka_consumer_lag_sum{topic="t",consumergroup="g"} ${this.#level(LAG) * 20_000}`,
      '',
    ].join('\n');
  }

  #level([high, low]: readonly [number, number]): number {
    return ((Date.now() - this.#since) / 1000) % (high + low) < high ? 1 : 0;
  }
}
