import type { EventKind } from '../../catalogue/metrics.ts';
import type { ServiceName } from '../../catalogue/services.ts';
import type { IncidentName } from '../incidents.ts';
import type { Signal } from '../kit/signals.ts';

/** An event as the controller was told. `at` is in Unix milliseconds. */
export interface PlatformEvent {
  readonly at: number;
  readonly kind: EventKind;
  readonly services: readonly ServiceName[];
}

/** Events that are remembered. */
const EVENT_LIMIT = 100;

/** What the controller knows and tells: incidents, maintenance, events. */
export class ControlState {
  readonly #incidents = new Map<IncidentName, number>();
  readonly #maintenance = new Map<ServiceName, number>();
  readonly #listeners = new Set<(signal: Signal) => void>();
  readonly #now: () => number;
  #events: PlatformEvent[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  active(name: IncidentName): boolean {
    return this.#incidents.has(name);
  }

  /** When an incident was switched on, in Unix milliseconds. */
  since(name: IncidentName): number | undefined {
    return this.#incidents.get(name);
  }

  get events(): readonly PlatformEvent[] {
    return this.#events;
  }

  /** Switches an incident; what is already so stays as it is. */
  switch(name: IncidentName, on: boolean): void {
    if (on === this.active(name)) return;
    if (on) this.#incidents.set(name, this.#now());
    else this.#incidents.delete(name);
    this.#tell(this.current());
  }

  /** Tells the services of an event. Maintenance lasts `seconds`. */
  announce(kind: EventKind, services: readonly ServiceName[], seconds = 0): PlatformEvent {
    const event = { at: this.#now(), kind, services };
    this.#events = [...this.#events, event].slice(-EVENT_LIMIT);
    this.#tell({ type: 'event', kind, services });
    if (kind === 'maintenance') {
      for (const service of services) this.#maintenance.set(service, this.#now() + 1_000 * seconds);
      this.#tell(this.current());
    }
    return event;
  }

  endMaintenance(services: readonly ServiceName[]): void {
    for (const service of services) this.#maintenance.delete(service);
    this.#tell(this.current());
  }

  current(): Signal {
    return {
      type: 'state',
      incidents: [...this.#incidents.keys()],
      maintenance: [...this.#maintenance]
        .filter(([, until]) => until > this.#now())
        .map(([service]) => service),
    };
  }

  /** Tells the current state again: maintenance may have run out. */
  repeat(): void {
    this.#tell(this.current());
  }

  /** Calls `listener` with the current state and each signal after. Returns how to stop. */
  subscribe(listener: (signal: Signal) => void): () => void {
    this.#listeners.add(listener);
    listener(this.current());
    return () => void this.#listeners.delete(listener);
  }

  #tell(signal: Signal): void {
    for (const listener of this.#listeners) listener(signal);
  }
}
