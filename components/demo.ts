import { BROKER_ADMIN_PORT, DEMO, DEPENDENCIES, SERVICES, type ServiceName } from '../catalogue/services.ts';
import type { Connection, Workload } from '../platforms/workload.ts';
import type { ComponentArgs } from './component.ts';
import { brokerProgram, ownProgram, program } from './program.ts';

export interface DemoArgs extends ComponentArgs {
  /** `demo/main.ts` as the workload sees it. */
  readonly entry: string;
  /** Image that holds Node and this project, where workloads are containers. */
  readonly image: string;
  /** Requests per second of the generated load at an average hour. Default: the demo's own. */
  readonly requestsPerSecond?: number;
}

const CONTROLLER = 'demo';

/** The sample feature store as workloads: what it depends on, its controller, and a process a service. */
export function demoWorkloads(args: DemoArgs): readonly Workload[] {
  return [redis(args), kafka(args), controller(args), ...roles(args)];
}

function redis({ platform }: DemoArgs): Workload {
  const { port } = DEPENDENCIES.redis;
  const listen = platform.listen('redis', port);
  const host = listen.slice(0, listen.lastIndexOf(':'));
  return {
    name: 'redis',
    program: program('redis-server'),
    args: [
      ...(host === '' ? [] : ['--bind', host]),
      '--port',
      listen.slice(listen.lastIndexOf(':') + 1),
      '--dir',
      platform.path('redis', '/data'),
      // The network it listens on is loopback or the project's own.
      '--protected-mode',
      'no',
      // A bound, so that memory use has a meaning and the cache evicts as one in production does.
      '--maxmemory',
      '64mb',
      '--maxmemory-policy',
      'allkeys-lru',
    ],
    ports: [{ name: 'redis', port }],
    data: { mount: '/data', gibibytes: 1 },
    health: { tcp: { port: 'redis' } },
    resources: { cpuMillis: 20, memoryMebibytes: 96 },
    user: 999,
  };
}

function kafka({ platform, image }: DemoArgs): Workload {
  const { port } = DEPENDENCIES.kafka;
  return {
    name: 'kafka',
    program: brokerProgram(image),
    args: [
      '--listen',
      platform.listen('kafka', port),
      '--advertise',
      platform.address('kafka', port),
      '--admin',
      platform.listen('kafka', BROKER_ADMIN_PORT),
      // A broker that forgets its topics when it is restarted leaves its clients waiting for them.
      '--data-dir',
      platform.path('kafka', '/data'),
    ],
    ports: [
      { name: 'kafka', port },
      { name: 'admin', port: BROKER_ADMIN_PORT },
    ],
    data: { mount: '/data', gibibytes: 1 },
    // The broker's own port is refused while that incident is played.
    health: { tcp: { port: 'admin' } },
    resources: { cpuMillis: 20, memoryMebibytes: 128 },
    user: 65534,
  };
}

function controller(args: DemoArgs): Workload {
  return {
    ...node(args, CONTROLLER, DEMO.demo.port, [
      ...Object.entries(SERVICES).map(([workload, { port }]) => ({ workload, port })),
      { workload: 'redis', port: DEPENDENCIES.redis.port },
      { workload: 'kafka', port: DEPENDENCIES.kafka.port },
      { workload: 'kafka', port: BROKER_ADMIN_PORT },
    ]),
    ports: [
      { name: 'web', port: DEMO.demo.port, published: true },
      { name: 'dns', port: DEMO.demo.port, protocol: 'udp' },
    ],
    data: { mount: '/data', gibibytes: 1 },
  };
}

function roles(args: DemoArgs): readonly Workload[] {
  return (Object.keys(SERVICES) as ServiceName[]).map((name) =>
    node(args, name, SERVICES[name].port, [
      { workload: CONTROLLER, port: DEMO.demo.port },
      { workload: 'feature-store', port: SERVICES['feature-store'].port },
      { workload: 'redis', port: DEPENDENCIES.redis.port },
      { workload: 'kafka', port: DEPENDENCIES.kafka.port },
    ]),
  );
}

function node(args: DemoArgs, role: string, port: number, connectsTo: readonly Connection[]): Workload {
  const { platform } = args;
  const others = connectsTo.filter(
    (connection) => !('workload' in connection && connection.workload === role),
  );
  return {
    name: role,
    program: ownProgram(args.image),
    args: [args.entry, role],
    env: {
      LISTEN: platform.listen(role, port),
      DEMO: platform.address(CONTROLLER, DEMO.demo.port),
      INFERENCE_API: platform.address('inference-api', SERVICES['inference-api'].port),
      FEATURE_STORE: platform.address('feature-store', SERVICES['feature-store'].port),
      REDIS: platform.address('redis', DEPENDENCIES.redis.port),
      KAFKA: platform.address('kafka', DEPENDENCIES.kafka.port),
      KAFKA_ADMIN: platform.address('kafka', BROKER_ADMIN_PORT),
      ...(role === CONTROLLER ? { DATA_DIR: platform.path(CONTROLLER, '/data') } : {}),
      ...(args.requestsPerSecond === undefined ? {} : { LOAD_RPS: String(args.requestsPerSecond) }),
    },
    ports: [{ name: 'web', port }],
    health: { http: { path: role === CONTROLLER ? '/health' : '/metrics', port: 'web' } },
    // Measured: 110 to 160 MiB for each role.
    resources: { cpuMillis: 50, memoryMebibytes: 160, memoryLimitMebibytes: 320 },
    user: 1000,
    connectsTo: others,
  };
}
