import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { onPath } from '../../tools/lookup.ts';

/** A Docker engine that a suite runs against. */
export interface Engine {
  /** Its address, as `DOCKER_HOST` takes it. */
  readonly host: string;
  /** Runs the docker command and gives what it prints; throws with its message where it fails. */
  docker(args: readonly string[]): string;
  /** What a container has written to both of its streams. */
  logs(container: string): string;
  /** Loads image archives, where the engine is ours and cannot pull. */
  load(archives: readonly string[]): void;
  /** Stops the engine if this run started it. */
  stop(): void;
}

/** An existing engine for the suites, instead of one of our own. */
export const NAMED = 'TEST_DOCKER_HOST';
const COMMANDS = ['docker', 'dockerd', 'containerd', 'runc', 'iptables', 'ip', 'unshare'];
const PACKAGES = 'docker.io iptables iproute2 busybox-static';
/** Where administrators' programs are, which not every PATH names. */
const SEARCH = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);

/** Why no engine can be had here, and which command changes that; undefined where one can. */
export async function engineProblem(): Promise<string | undefined> {
  if (process.env[NAMED] !== undefined) return undefined;
  const name = `or name one: ${NAMED}=unix:///var/run/docker.sock`;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return `no Docker engine: the throwaway one needs Linux and root (sudo make test), ${name}`;
  }
  const missing: string[] = [];
  for (const command of COMMANDS) if ((await onPath(command, SEARCH)).length === 0) missing.push(command);
  if (!existsSync('/bin/busybox')) missing.push('busybox');
  return missing.length === 0
    ? undefined
    : `no Docker engine: ${missing.join(', ')} missing (apt-get install ${PACKAGES}), ${name}`;
}

/** The named engine, or our own, started unless it runs already. */
export function startEngine(): Engine {
  const named = process.env[NAMED];
  if (named !== undefined) return engine(named, undefined);
  const running = existsSync(join(state(), 'docker.sock'));
  const host = script('up.sh').trim();
  return engine(host, running ? undefined : () => script('down.sh', '--purge'));
}

function engine(host: string, stop: (() => void) | undefined): Engine {
  const env = { ...process.env, PATH: SEARCH, DOCKER_HOST: host };
  const run = (args: readonly string[]) => {
    const options = { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
    const { status, stdout, stderr } = spawnSync('docker', args, options);
    if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
    return { stdout, stderr };
  };
  const docker = (args: readonly string[]) => run(args).stdout;
  return {
    host,
    docker,
    logs: (container) => Object.values(run(['logs', container])).join('\n'),
    load: (archives) => {
      if (process.env[NAMED] !== undefined) return;
      for (const archive of archives) docker(['load', '--quiet', '--input', archive]);
    },
    stop: () => stop?.(),
  };
}

function script(name: string, ...args: readonly string[]): string {
  return execFileSync(join(import.meta.dirname, name), args, {
    env: { ...process.env, PATH: SEARCH, TEST_DOCKER_STATE: state() },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** One for each checkout, so that two of them never share an engine. */
function state(): string {
  const checkout = createHash('sha256')
    .update(import.meta.dirname)
    .digest('hex')
    .slice(0, 8);
  return process.env.TEST_DOCKER_STATE ?? `/tmp/fsm-docker-${checkout}`;
}
