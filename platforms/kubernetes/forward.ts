import { type ChildProcess, spawn } from 'node:child_process';
import { type ClusterAccess, kubectlError, withAccess } from './kubectl.ts';
import { type KubernetesOptions, resolveOptions } from './options.ts';

/** A port of a service, and whether its pods are with the machines' own. */
export interface ForwardedPort {
  readonly workload: string;
  readonly port: number;
  /** Default: false. */
  readonly host?: boolean;
}

/**
 * Opens ports of a stack's services on loopback while `work` runs. The kubelet connects to the pod itself, so that
 * no network policy is in the way.
 * @param work is given the URL of each port.
 * @throws KubectlError where a port cannot be opened within twenty seconds.
 */
export function withForwardedPorts<T>(
  stack: ClusterAccess & Pick<KubernetesOptions, 'namespace' | 'elsewhere'>,
  ports: readonly ForwardedPort[],
  work: (url: (workload: string) => string | undefined) => Promise<T>,
): Promise<T> {
  const { namespace, hostNamespace, elsewhere } = resolveOptions(stack);
  return withAccess(stack, async (options) => {
    const children: ChildProcess[] = [];
    try {
      const urls = await Promise.all(
        ports.map(async ({ workload, port, host }) => {
          const at = elsewhere[workload] ?? {
            namespace: host === true ? hostNamespace : namespace,
            service: workload,
          };
          const place = `--namespace=${at.namespace}`;
          const args = [...options, place, 'port-forward', `service/${at.service}`, `:${port}`];
          const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
          children.push(child);
          return [workload, await opened(child)] as const;
        }),
      );
      const byWorkload = new Map(urls);
      return await work((workload) => byWorkload.get(workload));
    } finally {
      for (const child of children) child.kill();
    }
  });
}

const OPENING_MILLISECONDS = 20_000;

/** URL of the port that kubectl has chosen, once it says so. */
function opened(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let [said, complained] = ['', ''];
    const fail = (error: unknown) => {
      clearTimeout(timer);
      reject(kubectlError(error));
    };
    const timer = setTimeout(
      () => fail({ stderr: complained || 'port-forward does not answer' }),
      OPENING_MILLISECONDS,
    );
    child.once('error', fail);
    child.once('exit', () => fail({ stderr: complained || 'port-forward ended' }));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complained += text;
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const port = /^Forwarding from 127\.0\.0\.1:(\d+) /m.exec(said)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}
