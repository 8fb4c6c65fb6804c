import { readFileSync } from 'node:fs';
import { DEMO, DEPENDENCIES, SERVICES } from '../../../catalogue/services.ts';
import { STACK } from '../../../catalogue/stack.ts';
import { withForwardedPorts } from '../../../platforms/kubernetes/forward.ts';
import { podLogs } from '../../../platforms/kubernetes/logs.ts';
import { keptObjects, purge } from '../../../platforms/kubernetes/retained-claims.ts';
import type { WorkloadLog } from '../../../platforms/workload.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { PlannedStack } from '../../contract/planned.ts';
import type { Change, PlatformUnderTest } from '../../contract/subject.ts';
import type { Plugin } from '../../providers/plugins.ts';
import type { PlainPod } from '../../unit/platforms/kubernetes/objects.ts';

export const NAMESPACE = 'fsm-suite';
export const CANARY = 'canary-7f3a91c2';
/** With a secret that is used: the dead man's switch calls the demo there. */
export const NOTIFICATIONS = {
  heartbeat: { url: `http://demo:${DEMO.demo.port}/webhook/${CANARY}` },
};
const PORTS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries({ ...STACK, ...SERVICES, ...DEPENDENCIES, ...DEMO }).map(([name, { port }]) => [name, port]),
);

/** A pod as the API server tells of it. */
export interface LivePod extends PlainPod {
  readonly metadata: PlainPod['metadata'] & { readonly name: string; readonly uid: string };
  readonly status: {
    readonly podIP: string;
    readonly containerStatuses?: readonly {
      readonly containerID?: string;
      readonly restartCount: number;
      readonly ready: boolean;
    }[];
  };
}

/** The whole stack with its demo in a cluster, held to the contract. */
export class KubernetesUnderTest implements PlatformUnderTest {
  readonly prometheuses = ['prometheus-0', 'prometheus-1'];
  /** The kubelet looks for changed files once a minute, with its own cache in between. */
  readonly ruleSeconds = 120;
  readonly killed = ['prometheus-0', 'alertmanager-1', 'inference-api', 'kafka-0'];
  readonly stack: PlannedStack;
  readonly #cluster: Cluster;

  private constructor(cluster: Cluster, stack: PlannedStack) {
    this.#cluster = cluster;
    this.stack = stack;
  }

  /** @param settings besides the cluster's and secrets. */
  static async open(
    cluster: Cluster,
    provider: Plugin,
    settings: Readonly<Record<string, unknown>>,
  ): Promise<KubernetesUnderTest> {
    const stack = await PlannedStack.open(
      provider,
      {},
      {
        platform: 'kubernetes',
        trial: true,
        // As users give it: its content, which the state must not show.
        kubernetes: { namespace: NAMESPACE, kubeconfig: readFileSync(cluster.kubeconfig, 'utf8') },
        demo: { requestsPerSecond: 10 },
        grafana: { adminPassword: CANARY },
        notifications: NOTIFICATIONS,
        ...settings,
      },
    );
    return new KubernetesUnderTest(cluster, stack);
  }

  up(change?: Change): Promise<{ changed: boolean }> {
    return this.stack.up(change);
  }

  async down(): Promise<readonly string[]> {
    await this.stack.destroy();
    return await keptObjects(this.#place());
  }

  async purge(): Promise<void> {
    await purge(this.#place());
  }

  async remains(): Promise<readonly string[]> {
    const kinds =
      'all,configmaps,secrets,serviceaccounts,networkpolicies,poddisruptionbudgets,persistentvolumeclaims,roles,rolebindings,namespaces,clusterroles,clusterrolebindings,priorityclasses';
    const ours = `app.kubernetes.io/instance=${NAMESPACE}`;
    const listed = this.#cluster.kubectl([
      'get',
      kinds,
      '--all-namespaces',
      '--selector',
      ours,
      '--output=name',
    ]);
    return listed
      .split('\n')
      .filter((name) => name !== '')
      .sort();
  }

  async running(): Promise<Readonly<Record<string, string>>> {
    const ready = this.pods().filter(({ status }) => status.containerStatuses?.every((each) => each.ready));
    return Object.fromEntries(
      ready.map((pod) => [
        copyOf(pod),
        `${pod.metadata.uid} ${pod.status.containerStatuses?.[0]?.containerID}`,
      ]),
    );
  }

  async kill(copy: string): Promise<void> {
    const pod = this.pod(copy);
    this.#cluster.kill(pod.status.containerStatuses?.[0]?.containerID ?? '', [
      `--namespace=${NAMESPACE}`,
      pod.metadata.name,
    ]);
  }

  /** Takes a pod away, its process with SIGKILL: what the loss of a machine looks like. */
  lose(copy: string): void {
    this.#cluster.kubectl([
      'delete',
      'pod',
      `--namespace=${NAMESPACE}`,
      '--grace-period=0',
      '--force',
      this.pod(copy).metadata.name,
    ]);
  }

  async ask<T>(workload: string, path: string): Promise<T> {
    return JSON.parse(this.text(workload, path)) as T;
  }

  /** What the web port of a workload or a copy answers, through the API server: no policy applies to a node. */
  text(workload: string, path: string): string {
    const name = workload.replace(/-\d+$/, '');
    const place = name === workload ? `services/${workload}` : `pods/${workload}`;
    const url = `/api/v1/namespaces/${NAMESPACE}/${place}:${PORTS[name]}/proxy${path}`;
    return this.#cluster.kubectl(['get', '--raw', url]);
  }

  logs(): Promise<readonly WorkloadLog[]> {
    return podLogs(this.#place());
  }

  async begin(incident: string): Promise<void> {
    await this.#demo(`/incidents/${incident}`, 'POST');
  }

  async recover(): Promise<void> {
    await this.#demo('/incidents', 'DELETE');
  }

  pods(namespace = NAMESPACE): LivePod[] {
    return this.list<LivePod>('pods', namespace);
  }

  list<T>(kinds: string, namespace = NAMESPACE): T[] {
    const output = this.#cluster.kubectl(['get', kinds, `--namespace=${namespace}`, '--output=json']);
    return (JSON.parse(output) as { items: T[] }).items;
  }

  pod(copy: string): LivePod {
    const found = this.pods().find((pod) => copyOf(pod) === copy);
    if (found === undefined) throw new Error(`there is no pod of ${copy}`);
    return found;
  }

  everythingLogged(): string {
    return this.pods()
      .map(({ metadata }) =>
        this.#cluster.kubectl(['logs', `--namespace=${NAMESPACE}`, metadata.name, '--all-containers']),
      )
      .join('\n');
  }

  /** Leaves nothing behind, whatever a failed test left. */
  async remove(): Promise<void> {
    await this.down();
    await this.purge();
    this.stack.forget();
  }

  #place() {
    return { namespace: NAMESPACE, kubeconfig: this.#cluster.kubeconfig };
  }

  async #demo(path: string, method: string): Promise<void> {
    await withForwardedPorts(this.#place(), [{ workload: 'demo', port: DEMO.demo.port }], async (url) => {
      const answer = await fetch(`${url('demo')}${path}`, { method, signal: AbortSignal.timeout(10_000) });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    });
  }
}

/** Pods of sets keep their names; a Deployment's single pod is known by its workload's. */
function copyOf({ metadata }: LivePod): string {
  return metadata.labels['apps.kubernetes.io/pod-index'] === undefined
    ? (metadata.labels['app.kubernetes.io/name'] ?? metadata.name)
    : metadata.name;
}
