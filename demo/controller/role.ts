import { join } from 'node:path';
import { EVENT_KINDS } from '../../catalogue/metrics.ts';
import { SERVICES, type ServiceName } from '../../catalogue/services.ts';
import { INCIDENT_NAMES, INCIDENTS, type IncidentName } from '../incidents.ts';
import { Peer } from '../kit/client.ts';
import { HttpError, HttpServer, type Reply, type Request, type Routes } from '../kit/http.ts';
import { createKafka, EventProducer, ensureTopics } from '../kit/kafka.ts';
import { reasonOf } from '../kit/log.ts';
import { createRegistry } from '../kit/metrics.ts';
import { every } from '../kit/retry.ts';
import { type Context, type Role, standardRoutes } from '../kit/service.ts';
import { commonVariables, lookUp, PEERS, parseAddress, SettingError } from '../kit/settings.ts';
import { REPEAT_MS } from '../kit/signals.ts';
import { LoadGenerator } from './load.ts';
import { NameServer } from './name-server.ts';
import { NotificationStore } from './notifications.ts';
import { BrokerOutage, enforce, RedisOutage } from './outages.ts';
import { PAGE } from './page.ts';
import { ControlState } from './state.ts';

const variables = {
  LISTEN: commonVariables(8090).LISTEN,
  INFERENCE_API: PEERS.INFERENCE_API,
  REDIS: PEERS.REDIS,
  KAFKA: PEERS.KAFKA,
  KAFKA_ADMIN: {
    kind: 'text',
    fallback: '',
    help: 'host:port of `kafka-broker --admin`; without it broker-down is refused.',
  },
  DATA_DIR: { kind: 'text', fallback: '', help: 'Folder that keeps the notifications received.' },
  LOAD_RPS: {
    kind: 'number',
    fallback: '20',
    help: 'Requests a second, on average over the day; 0 is none.',
    min: 0,
    max: 1_000,
  },
  LOAD_DAY_SECONDS: {
    kind: 'number',
    fallback: '86400',
    help: 'Length of the day whose shape the load follows.',
    min: 60,
    max: 86_400,
  },
} as const;

/** Planned maintenance lasts this long unless the event says otherwise, in seconds. */
const MAINTENANCE_SECONDS = 300;

export const controller: Role<typeof variables> = {
  summary: 'controls the demo: load, incidents, events, and a page that shows the notifications received',
  variables,
  async start(settings, { log, signal }) {
    const admin = settings.KAFKA_ADMIN ? parseAddress('KAFKA_ADMIN', settings.KAFKA_ADMIN) : undefined;
    const state = new ControlState();
    const file = settings.DATA_DIR ? join(settings.DATA_DIR, 'notifications.jsonl') : undefined;
    const notifications = await NotificationStore.open(file, log);
    const refused: Partial<Record<IncidentName, string>> = admin
      ? {}
      : { 'broker-down': 'this broker cannot be taken down: KAFKA_ADMIN is not set' };

    const registry = createRegistry();
    const server = new HttpServer(
      {
        ...standardRoutes('demo', registry),
        'GET /': () => ({ text: PAGE, type: 'text/html; charset=utf-8' }),
        ...incidentRoutes(state, refused),
        ...eventRoutes(state),
        ...notificationRoutes(notifications),
        'GET /signals': () => signalStream(state),
      },
      settings.LISTEN,
      log,
    );
    await server.open();
    const names = new NameServer();
    await names.open(settings.LISTEN);

    const kafka = createKafka('demo', settings.KAFKA);
    const inference = new Peer(settings.INFERENCE_API, 5_000);
    const producer = new EventProducer(kafka, log);
    const load = { rps: settings.LOAD_RPS, daySeconds: settings.LOAD_DAY_SECONDS };
    const work = [
      keepTopics(kafka, { log, signal }),
      producer.run(signal),
      new LoadGenerator(load, state, inference, producer, log).run(signal),
      enforce(new RedisOutage(settings.REDIS, log), state, log, signal),
      ...(admin ? [enforce(new BrokerOutage(admin), state, log, signal)] : []),
      every(
        REPEAT_MS,
        () => state.repeat(),
        () => {},
        signal,
      ),
    ];
    return {
      server,
      stop: async () => {
        names.close();
        await Promise.allSettled(work);
        await inference.close();
      },
    };
  },
};

/** How often missing topics are looked for: a broker that lost its data gets them back. */
const TOPICS_MS = 5_000;

/** Keeps one connection to the broker and makes the topics that are missing, again and again. */
async function keepTopics(kafka: ReturnType<typeof createKafka>, { log, signal }: Context): Promise<void> {
  const admin = kafka.admin();
  await every(
    TOPICS_MS,
    async () => {
      await admin.connect();
      await ensureTopics(admin);
    },
    (error) => log.warn('topics not looked after', { reason: reasonOf(error) }),
    signal,
  );
  await admin.disconnect().catch(() => {});
}

function incidentRoutes(state: ControlState, refused: Partial<Record<IncidentName, string>>): Routes {
  const describe = (name: IncidentName) => ({
    name,
    ...INCIDENTS[name],
    active: state.active(name),
    since: isoTime(state.since(name)),
    unavailable: refused[name],
  });
  const change = ({ params }: Request, on: boolean): Reply => {
    const name = incidentName(params.name ?? '');
    const reason = refused[name];
    if (on && reason) throw new HttpError(409, `${name}: ${reason}`);
    state.switch(name, on);
    return { json: describe(name) };
  };
  return {
    'GET /incidents': () => ({ json: INCIDENT_NAMES.map(describe) }),
    'GET /incidents/:name': ({ params }) => ({ json: describe(incidentName(params.name ?? '')) }),
    'POST /incidents/:name': (request) => change(request, true),
    'DELETE /incidents/:name': (request) => change(request, false),
    'DELETE /incidents': () => {
      for (const name of INCIDENT_NAMES) state.switch(name, false);
      return { json: INCIDENT_NAMES.map(describe) };
    },
  };
}

function incidentName(name: string): IncidentName {
  found('incident', name, INCIDENTS, 404);
  return name as IncidentName;
}

function eventRoutes(state: ControlState): Routes {
  return {
    'GET /events': () => ({ json: state.events.map((event) => ({ ...event, at: isoTime(event.at) })) }),
    'POST /events': async (request) => {
      const body = await request.json();
      const { kind, service, seconds } = (body ?? {}) as Record<string, unknown>;
      const known = Object.fromEntries(EVENT_KINDS.map((name) => [name, name]));
      const checked = found('kind', String(kind), known, 400);
      if (seconds !== undefined && !(typeof seconds === 'number' && seconds > 0 && seconds <= 86_400)) {
        throw new HttpError(400, `seconds: ${JSON.stringify(seconds)} must be a number from 0 to 86400`);
      }
      const event = state.announce(checked, servicesOf(service), (seconds as number) ?? MAINTENANCE_SECONDS);
      return { status: 201, json: { ...event, at: isoTime(event.at) } };
    },
    'DELETE /events/maintenance': ({ query }) => {
      state.endMaintenance(servicesOf(query.get('service') ?? undefined));
      return { json: state.current() };
    },
  };
}

/** The service named, or all of them. */
function servicesOf(service: unknown): ServiceName[] {
  if (service === undefined) return Object.keys(SERVICES) as ServiceName[];
  found('service', String(service), SERVICES, 400);
  return [service as ServiceName];
}

function found<T>(what: string, name: string, table: Readonly<Record<string, T>>, status: number): T {
  try {
    return lookUp(what, name, table);
  } catch (error) {
    throw error instanceof SettingError ? new HttpError(status, error.message) : error;
  }
}

function notificationRoutes(notifications: NotificationStore): Routes {
  const take = async (request: Request): Promise<Reply> => {
    const { id } = await notifications.add(await request.json(), request.params.receiver);
    return { json: { id } };
  };
  return {
    'POST /webhook': take,
    'POST /webhook/:receiver': take,
    'GET /notifications': ({ query }) => {
      const since = query.get('since');
      const time = since === null ? 0 : /^\d+$/.test(since) ? Number(since) : Date.parse(since);
      if (Number.isNaN(time)) {
        throw new HttpError(
          400,
          `since: "${since}" must be a time such as 2026-01-31T12:00:00Z or Unix milliseconds`,
        );
      }
      return { json: notifications.list(time) };
    },
  };
}

/** The state now and every signal after, one JSON object a line, as long as the service listens. */
function signalStream(state: ControlState): Reply {
  return {
    stream: (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const stop = state.subscribe((signal) => response.write(`${JSON.stringify(signal)}\n`));
      response.on('close', stop);
    },
  };
}

function isoTime(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
