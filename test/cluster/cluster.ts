import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { onPath } from '../../tools/lookup.ts';

/** A cluster that a suite runs against. */
export interface Cluster {
  readonly kubeconfig: string;
  /** Runs kubectl and gives what it prints; throws with its message where it fails. */
  kubectl(args: readonly string[], input?: string): string;
  /** Puts image archives where the kubelet finds them; nothing where the cluster is not ours. */
  load(archives: readonly string[]): void;
  /**
   * Kills the process of a container, by the id that the API server gives it. In a cluster that is not ours the
   * pod goes with it: `pod` is its place and name as kubectl takes them.
   */
  kill(container: string, pod: readonly string[]): void;
  /**
   * What to write before a command of this machine to run it in the network of a container's pod, by the id that the
   * API server gives it. `undefined` in a cluster that is not ours.
   */
  enter(container: string): readonly string[] | undefined;
  /** Stops the cluster if this run started it. */
  stop(): void;
}

/** `control` is an API server for validation; `all` also runs pods. */
export type Extent = 'control' | 'all';

/** An existing cluster for the suites, instead of one of our own. */
export const NAMED = 'TEST_KUBECONFIG';
const COMMANDS = ['kubectl', 'openssl', 'bc', 'ip', 'nsenter'];
const NODE_COMMANDS = ['containerd', 'ctr', 'runc', 'iptables', 'nft', 'conntrack'];
const PACKAGES =
  'containerd runc containernetworking-plugins iptables nftables conntrack iproute2 openssl bc kubernetes-client';
/** Where administrators' programs are, which not every PATH names. */
const SEARCH = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);

/**
 * Why no cluster can be had here, and which command changes that; undefined where one can.
 * @param wait whether to wait for a build that is under way
 */
export async function clusterProblem(extent: Extent = 'all', wait = true): Promise<string | undefined> {
  if (process.env[NAMED] !== undefined) return undefined;
  const name = `or name one: ${NAMED}=<kubeconfig>`;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return `no cluster: the throwaway one needs Linux and root (sudo make test), ${name}`;
  }
  if (extent === 'all' && !existsSync('/sys/fs/cgroup/pids')) {
    return `no cluster: the throwaway one needs cgroup v1, ${name}`;
  }
  const missing: string[] = [];
  for (const command of extent === 'all' ? [...COMMANDS, ...NODE_COMMANDS] : COMMANDS) {
    if ((await onPath(command, SEARCH)).length === 0) missing.push(command);
  }
  if (missing.length > 0) {
    return `no cluster: ${missing.join(', ')} missing (apt-get install ${PACKAGES}), ${name}`;
  }
  if (wait) await buildEnds();
  const built = join(root(), 'bin', extent === 'all' ? 'pause' : 'kube-scheduler');
  return existsSync(built) ? undefined : `no cluster: it is not built (test/cluster/build.sh), ${name}`;
}

/** Waits for a build of the cluster that is under way. */
async function buildEnds(): Promise<void> {
  const lock = join(root(), 'build.lock');
  if (existsSync(lock)) await promisify(execFile)('flock', [lock, 'true']);
}

/** The named cluster, or our own, started unless it runs already. */
export function startCluster(extent: Extent = 'all'): Cluster {
  const named = process.env[NAMED];
  if (named !== undefined) return cluster(named, undefined);
  const running = isRunning(extent);
  if (!running) script('up.sh', ...(extent === 'control' ? ['control'] : []));
  return cluster(
    join(state(), 'kubeconfig', 'admin'),
    running ? undefined : () => script('down.sh', '--purge'),
  );
}

function cluster(kubeconfig: string, stop: (() => void) | undefined): Cluster {
  const env = { ...process.env, PATH: SEARCH, KUBECONFIG: kubeconfig };
  const kubectl = (args: readonly string[], input = '') => {
    const { status, stdout, stderr } = spawnSync('kubectl', args, {
      env,
      input,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  };
  return {
    kubeconfig,
    kubectl,
    load: (archives) => {
      if (process.env[NAMED] !== undefined) return;
      for (const archive of archives) ctr(['images', 'import', archive], env);
    },
    kill: (container, pod) => {
      if (process.env[NAMED] === undefined)
        ctr(['tasks', 'kill', '--signal', 'SIGKILL', idOf(container)], env);
      else kubectl(['delete', 'pod', '--grace-period=0', '--force', ...pod]);
    },
    enter: (container) => {
      if (process.env[NAMED] !== undefined) return undefined;
      const task = ctr(['tasks', 'list'], env)
        .split('\n')
        .find((line) => line.startsWith(`${idOf(container)} `));
      const pid = task?.trim().split(/\s+/)[1];
      if (pid === undefined) throw new Error(`${container} has no process`);
      return ['nsenter', `--net=/proc/${pid}/ns/net`];
    },
    stop: () => stop?.(),
  };
}

const idOf = (container: string) => container.replace(/^containerd:\/\//, '');

function ctr(args: readonly string[], env: NodeJS.ProcessEnv): string {
  const socket = `/run/${process.env.TEST_CLUSTER_NETNS ?? 'testcluster'}/containerd.sock`;
  return execFileSync('ctr', ['-a', socket, '-n', 'k8s.io', ...args], { env, stdio: 'pipe' }).toString();
}

function isRunning(extent: Extent): boolean {
  const kubeconfig = join(state(), 'kubeconfig', 'admin');
  if (!existsSync(kubeconfig)) return false;
  const path = extent === 'control' ? '/readyz' : '/api/v1/nodes/node1';
  try {
    execFileSync('kubectl', ['get', '--request-timeout=3s', '--raw', path], {
      env: { ...process.env, KUBECONFIG: kubeconfig },
      stdio: 'pipe',
    });
    return true;
  } catch {
    return false;
  }
}

function script(name: string, ...args: readonly string[]): void {
  execFileSync(join(import.meta.dirname, name), args, {
    env: { ...process.env, PATH: SEARCH },
    stdio: 'pipe',
  });
}

function root(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return process.env.TEST_CLUSTER_ROOT ?? join(cache, 'feature-store-monitoring', 'test-cluster');
}

function state(): string {
  return process.env.TEST_CLUSTER_STATE ?? join(root(), 'state');
}
