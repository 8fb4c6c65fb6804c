import { Agent } from 'undici';
import type { EventKind } from '../../catalogue/metrics.ts';
import type { ServiceName } from '../../catalogue/services.ts';
import type { IncidentName } from '../incidents.ts';
import { type Log, reasonOf } from './log.ts';
import { backoff, pause } from './retry.ts';
import { type Address, hostPort } from './settings.ts';

/** What the controller tells the services, one JSON object a line. */
export type Signal =
  | {
      readonly type: 'state';
      readonly incidents: readonly IncidentName[];
      /** Services under planned maintenance. */
      readonly maintenance: readonly ServiceName[];
    }
  | { readonly type: 'event'; readonly kind: EventKind; readonly services: readonly ServiceName[] };

/** The controller repeats its state this often, in milliseconds, so that a dead connection is noticed. */
export const REPEAT_MS = 5_000;
/** Without the controller for this long, in milliseconds, a service takes everything to be well again. */
export const FORGET_MS = 60_000;

/** Follows the controller: incidents and maintenance as last told, events as they come. */
export class Signals {
  readonly #service: string;
  readonly #address: Address;
  readonly #log: Log;
  readonly #changed: (() => void)[] = [];
  readonly #events: ((kind: EventKind) => void)[] = [];
  #incidents: ReadonlySet<IncidentName> = new Set();
  #maintenance = false;
  #heard = Date.now();
  readonly #first = Promise.withResolvers<void>();

  constructor(service: string, address: Address, log: Log) {
    this.#service = service;
    this.#address = address;
    this.#log = log;
  }

  active(name: IncidentName): boolean {
    return this.#incidents.has(name);
  }

  get maintenance(): boolean {
    return this.#maintenance;
  }

  /** Calls `listener` after each change of incidents or maintenance. */
  onChange(listener: () => void): void {
    this.#changed.push(listener);
  }

  /** Calls `listener` for each event that concerns this service. */
  onEvent(listener: (kind: EventKind) => void): void {
    this.#events.push(listener);
  }

  /** Resolves when the controller was heard for the first time, or after `limitMs`. */
  async firstState(limitMs: number, signal: AbortSignal): Promise<void> {
    await Promise.race([this.#first.promise, pause(limitMs, signal)]);
  }

  /** Follows until `signal` is aborted, connecting again and again. */
  async follow(signal: AbortSignal): Promise<void> {
    const agent = new Agent({ headersTimeout: 3_000, bodyTimeout: 3 * REPEAT_MS });
    for (let n = 0; !signal.aborted; n++) {
      try {
        const { body } = await agent.request({
          origin: `http://${hostPort(this.#address)}`,
          path: '/signals',
          method: 'GET',
          signal,
        });
        n = 0;
        let rest = '';
        for await (const chunk of body) {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) this.receive(JSON.parse(line) as Signal);
        }
      } catch (error) {
        if (!signal.aborted) this.#log.warn('controller not reachable', { reason: reasonOf(error) });
      }
      if (Date.now() - this.#heard > FORGET_MS) {
        this.receive({ type: 'state', incidents: [], maintenance: [] });
      }
      await pause(Math.min(1_000, backoff(n)), signal);
    }
    await agent.destroy();
  }

  receive(told: Signal): void {
    this.#heard = Date.now();
    if (told.type === 'event') {
      if (told.services.some((service) => service === this.#service)) {
        for (const listener of this.#events) listener(told.kind);
      }
      return;
    }
    this.#first.resolve();
    const maintenance = told.maintenance.some((service) => service === this.#service);
    const before = [...this.#incidents].sort().join();
    const now = [...told.incidents].sort().join();
    if (before === now && maintenance === this.#maintenance) return;
    this.#incidents = new Set(told.incidents);
    this.#maintenance = maintenance;
    this.#log.info('signals changed', { incidents: now, maintenance });
    for (const listener of this.#changed) listener();
  }
}
