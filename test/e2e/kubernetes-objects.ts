import type { Cluster } from '../cluster/cluster.ts';
import type { PlainPod } from '../unit/platforms/kubernetes/objects.ts';

/** A pod as the API server tells of it. */
export interface LivePod extends PlainPod {
  readonly metadata: PlainPod['metadata'] & {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
  };
  readonly status: {
    readonly podIP: string;
    readonly containerStatuses?: readonly { readonly restartCount: number; readonly ready: boolean }[];
  };
}

export interface Target {
  readonly labels: { readonly job: string; readonly instance: string };
  readonly health: string;
  readonly lastError: string;
}

/** What a test asks of a namespace and the programs in it. */
export class Inside {
  readonly #cluster: Cluster;
  readonly namespace: string;

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster;
    this.namespace = namespace;
  }

  pods(namespace = this.namespace): LivePod[] {
    return this.list<LivePod>('pods', namespace);
  }

  list<T>(kinds: string, namespace = this.namespace): T[] {
    const output = this.#cluster.kubectl(['get', kinds, '--namespace', namespace, '--output', 'json']);
    return (JSON.parse(output) as { items: T[] }).items;
  }

  pod(name: string): LivePod {
    const found = this.pods().find(({ metadata }) => metadata.name === name);
    if (found === undefined) throw new Error(`there is no pod ${name}`);
    return found;
  }

  /** Answer of a program, through the API server: no policy applies to the node itself. */
  ask<T>(pod: string, port: number, path: string): T {
    const url = `/api/v1/namespaces/${this.namespace}/pods/${pod}:${port}/proxy${path}`;
    return JSON.parse(this.#cluster.kubectl(['get', '--raw', url])) as T;
  }

  targets(pod: string): readonly Target[] {
    const answer = this.ask<{ data: { activeTargets: Target[] } }>(pod, 9090, '/api/v1/targets');
    return answer.data.activeTargets;
  }

  /** Values of an instant query, as numbers. */
  query(pod: string, expression: string): number[] {
    const path = `/api/v1/query?query=${encodeURIComponent(expression)}`;
    const answer = this.ask<{ data: { result: { value: [number, string] }[] } }>(pod, 9090, path);
    return answer.data.result.map(({ value }) => Number(value[1]));
  }

  logs(): string {
    return this.pods()
      .map(({ metadata }) =>
        this.#cluster.kubectl(['logs', '--namespace', metadata.namespace, metadata.name, '--all-containers']),
      )
      .join('\n');
  }
}
