import { type ChildProcess, spawn } from 'node:child_process';
import { type ClusterAccess, KubectlError, kubectlError, withAccess } from './kubectl.ts';
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
 * no network policy is in the way. One that does not open within twenty seconds is in nobody else's way.
 * @param work is given what tells the URL of a workload's port, and throws KubectlError for one that did not open.
 */
export function withForwardedPorts<T>(
  stack: ClusterAccess & Pick<KubernetesOptions, 'namespace' | 'elsewhere'>,
  ports: readonly ForwardedPort[],
  work: (url: (workload: string) => string) => Promise<T>,
): Promise<T> {
  const { namespace, hostNamespace, elsewhere } = resolveOptions(stack);
  return withAccess(stack, async (options) => {
    const children: ChildProcess[] = [];
    try {
      const urls = new Map<string, string | KubectlError>();
      await Promise.all(
        ports.map(async ({ workload, port, host }) => {
          const at = elsewhere[workload] ?? {
            namespace: host === true ? hostNamespace : namespace,
            service: workload,
          };
          const place = `--namespace=${at.namespace}`;
          const args = [...options, place, 'port-forward', `service/${at.service}`, `:${port}`];
          const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
          children.push(child);
          urls.set(workload, await opened(child).catch((error: Error) => unopened(workload, error)));
        }),
      );
      return await work((workload) => {
        const url = urls.get(workload) ?? unopened(workload, new Error('its port was not asked for'));
        if (url instanceof KubectlError) throw url;
        return url;
      });
    } finally {
      for (const child of children) child.kill();
    }
  });
}

const unopened = (workload: string, { message }: Error) =>
  new KubectlError(
    `${workload} cannot be reached: ${message}. See what runs: kubectl get pods --all-namespaces --selector=app.kubernetes.io/name=${workload}`,
  );

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
    // Once all that it said has been read.
    child.once('close', () => fail({ stderr: complained || 'port-forward ended' }));
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
