import type { Registry } from 'prom-client';
import { EVENT_KINDS } from '../../catalogue/metrics.ts';
import type { ServiceName } from '../../catalogue/services.ts';
import { HttpServer, type Routes } from './http.ts';
import { type Log, reasonOf } from './log.ts';
import { createMetrics, createRegistry, type MetricsOf, startAtZero } from './metrics.ts';
import type { SettingsOf, Variables } from './settings.ts';
import { Signals } from './signals.ts';

/** What a process can be started as. */
export interface Role<S extends Variables = Variables> {
  readonly summary: string;
  readonly variables: S;
  /** Starts it; resolves once it listens. `signal` ends its background work. */
  start(settings: SettingsOf<S>, context: Context): Promise<Running>;
}

export interface Context {
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface Running {
  readonly server: HttpServer;
  /** Called after the server closed: lets go of connections. */
  stop(): Promise<void>;
}

/** Why a service cannot serve, or undefined when it can. */
export type Health = () => string | undefined;

export interface Service<N extends ServiceName> extends Context {
  readonly name: N;
  readonly registry: Registry;
  readonly metrics: MetricsOf<N>;
  readonly signals: Signals;
  /** Runs `work` beside the requests. It must end when the signal is aborted; an error it throws is logged. */
  background(work: Promise<void>): void;
  /** Calls `update` before each scrape, for gauges that are computed. */
  beforeScrape(update: () => void): void;
  /** The server, with `/health` and `/metrics` added to `routes`, not yet listening. */
  serve(routes: Routes, health?: Health): HttpServer;
}

/** What every service has: metrics of the catalogue, signals of the controller, health. */
export function createService<N extends ServiceName>(
  name: N,
  settings: SettingsOf<ReturnType<typeof import('./settings.ts').commonVariables>>,
  { log, signal }: Context,
): Service<N> {
  const registry = createRegistry();
  const metrics = createMetrics(name, registry);
  const shared: MetricsOf<never> = metrics as MetricsOf<never>;
  const signals = new Signals(name, settings.DEMO, log);
  startAtZero(shared.platform_events_total, { kind: EVENT_KINDS });
  shared.platform_maintenance_active.set(0);
  signals.onEvent((kind) => shared.platform_events_total.inc({ kind }));
  signals.onChange(() => shared.platform_maintenance_active.set(signals.maintenance ? 1 : 0));

  const background = (work: Promise<void>) => {
    work.catch((error) => log.error('background work ended', { reason: reasonOf(error) }));
  };
  background(signals.follow(signal));
  const updates: (() => void)[] = [];
  return {
    name,
    log,
    signal,
    registry,
    metrics,
    signals,
    background,
    beforeScrape: (update) => void updates.push(update),
    serve: (routes, health) =>
      new HttpServer({ ...standardRoutes(name, registry, health, updates), ...routes }, settings.LISTEN, log),
  };
}

/** `/health` (200, or 503 with the reason) and `/metrics`. */
export function standardRoutes(
  name: string,
  registry: Registry,
  health: Health = () => undefined,
  beforeScrape: readonly (() => void)[] = [],
): Routes {
  return {
    'GET /health': () => {
      const reason = health();
      return reason === undefined
        ? { json: { status: 'ok', service: name } }
        : { status: 503, json: { status: 'unavailable', service: name, reason } };
    },
    'GET /metrics': async () => {
      for (const update of beforeScrape) update();
      return { text: await registry.metrics(), type: registry.contentType };
    },
  };
}
