import { createHash } from 'node:crypto';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { processPaths } from '../paths.ts';
import type { ProcessInputs } from './inputs.ts';

/** A process as process-compose's REST API takes it (`types.ProcessConfig` of v1.87, which has no JSON tags). */
export interface Definition {
  readonly Name: string;
  readonly ReplicaName: string;
  readonly [key: string]: unknown;
}

const LAUNCHER = fileURLToPath(new URL('../launch.sh', import.meta.url));

/** Pause before a process that ended is started again. */
const BACKOFF_SECONDS = 1;
const PROBE_PERIOD_SECONDS = 2;
/** A process whose health check fails this long, though it runs, is stopped and started again. */
const UNHEALTHY_SECONDS = 60;
/** The newest file and two older ones at most, for each process. */
const LOG = { MaxSize: 10, MaxBackups: 2 };
const RESTART_ALWAYS = 1;

/** Names what a process is started with. Another fingerprint means a restart; file contents are no part of it. */
export function fingerprint(inputs: ProcessInputs): string {
  const { executable, args, env, directory, ports, data, scratch, health, stop } = inputs;
  const started = [
    executable,
    args,
    Object.entries(env).sort(),
    directory,
    Object.entries(ports).sort(),
    data ?? '',
    scratch,
    health,
    [stop.signal, stop.graceSeconds],
    failureThreshold(inputs.startupSeconds),
  ];
  return createHash('sha256').update(JSON.stringify(started)).digest('hex').slice(0, 16);
}

/** How process-compose runs, watches and stops the process. */
export function definition(inputs: ProcessInputs): Definition {
  const paths = processPaths(inputs.state, inputs.workload);
  const id = fingerprint(inputs);
  const command = ['/bin/sh', LAUNCHER, paths.launched, id, inputs.executable, ...inputs.args];
  return {
    Name: inputs.workload,
    ReplicaName: inputs.workload,
    Namespace: 'default',
    Replicas: 1,
    Description: id,
    Entrypoint: command,
    Executable: command[0],
    Args: command.slice(1),
    Environment: Object.entries(inputs.env).map(([name, value]) => `${name}=${value}`),
    WorkingDir: inputs.directory,
    LogLocation: paths.log,
    LoggerConfig: {
      Rotation: LOG,
      FieldsOrder: ['message'],
      DisableJSON: true,
      NoColor: true,
      NoMetadata: true,
      FlushEachLine: true,
    },
    RestartPolicy: { Restart: RESTART_ALWAYS, BackoffSeconds: BACKOFF_SECONDS },
    ShutDownParams: {
      Signal: constants.signals[inputs.stop.signal],
      ShutDownTimeout: inputs.stop.graceSeconds,
    },
    ReadinessProbe: probe(inputs),
  };
}

/**
 * process-compose probes HTTP only. For TCP its restart on crash must do: a connect succeeds on a hung process
 * as well, because the kernel accepts it.
 */
function probe(inputs: ProcessInputs): unknown {
  const url = new URL(inputs.health);
  if (url.protocol !== 'http:') return null;
  return {
    HttpGet: {
      Host: url.hostname,
      Scheme: 'http',
      Path: `${url.pathname}${url.search}`,
      Port: url.port,
      NumPort: Number(url.port),
      StatusCode: 200,
    },
    InitialDelay: 0,
    PeriodSeconds: PROBE_PERIOD_SECONDS,
    TimeoutSeconds: PROBE_PERIOD_SECONDS,
    SuccessThreshold: 1,
    FailureThreshold: failureThreshold(inputs.startupSeconds),
  };
}

function failureThreshold(startupSeconds: number): number {
  return Math.ceil(Math.max(startupSeconds, UNHEALTHY_SECONDS) / PROBE_PERIOD_SECONDS);
}
