import { setTimeout as pause } from 'node:timers/promises';
import type { Client, Live } from './client.ts';

/** What is still missing; undefined when the object is ready. */
type Missing = string | undefined;

const POLL_MILLISECONDS = 300;

/**
 * Waits as the official provider does (`provider/pkg/await` of github.com/pulumi/pulumi-kubernetes): for
 * the rollout of a controller's newest revision, and for a service's endpoints. Other types are ready once applied.
 */
export async function awaitReady(
  client: Client,
  type: string,
  path: string,
  object: Live,
  seconds: number,
): Promise<Missing> {
  if (annotation(object, 'pulumi.com/skipAwait') === 'true') return undefined;
  const check = CHECKS[type];
  if (check === undefined) return undefined;
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const missing = await check(client, await client.get(path));
    if (missing === undefined) return undefined;
    if (Date.now() > end) return `${missing}${await podTroubles(client, object)}`;
    await pause(POLL_MILLISECONDS);
  }
}

/** Waits until the object is gone; says so where it is not in time. */
export async function awaitGone(client: Client, path: string, seconds: number): Promise<Missing> {
  const end = Date.now() + seconds * 1000;
  while ((await client.find(path)) !== undefined) {
    if (Date.now() > end) return 'it is still there';
    await pause(POLL_MILLISECONDS);
  }
  return undefined;
}

const CHECKS: Readonly<Record<string, (client: Client, live: Live) => Promise<Missing>>> = {
  'kubernetes:apps/v1:Deployment': async (_client, live) => {
    const [spec, status] = parts(live);
    const wanted = spec.replicas ?? 1;
    if (!observed(live)) return 'the rollout has not begun';
    return counts(wanted, { updated: status.updatedReplicas, available: status.availableReplicas }, status);
  },
  'kubernetes:apps/v1:StatefulSet': async (_client, live) => {
    const [spec, status] = parts(live);
    if (!observed(live)) return 'the rollout has not begun';
    const updated = status.currentRevision === status.updateRevision ? spec.replicas : status.updatedReplicas;
    return counts(spec.replicas ?? 1, { updated, ready: status.readyReplicas }, status);
  },
  'kubernetes:apps/v1:DaemonSet': async (_client, live) => {
    const [, status] = parts(live);
    if (!observed(live)) return 'the rollout has not begun';
    const wanted = status.desiredNumberScheduled;
    return counts(
      wanted,
      { updated: status.updatedNumberScheduled, available: status.numberAvailable },
      {
        replicas: wanted,
      },
    );
  },
  'kubernetes:core/v1:Service': async (client, live) => {
    const [spec] = parts(live);
    if (spec.type === 'ExternalName' || spec.selector === undefined) return undefined;
    const { name, namespace } = live.metadata as { name: string; namespace: string };
    const slices = await client.get(
      `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io/service-name%3D${name}`,
    );
    const endpoints = (slices.items as { endpoints?: { conditions: { ready?: boolean } }[] }[]).flatMap(
      (slice) => slice.endpoints ?? [],
    );
    const ready = endpoints.filter(({ conditions }) => conditions.ready !== false).length;
    return ready > 0 && ready === endpoints.length
      ? undefined
      : `${ready} of ${endpoints.length} endpoints are ready`;
  },
};

function counts(wanted: unknown, have: Record<string, unknown>, status: Live): Missing {
  const short = Object.entries(have).filter(([, count]) => (count ?? 0) !== wanted);
  const old = (status.replicas ?? 0) === wanted ? [] : [`${status.replicas ?? 0} pods exist`];
  const missing = [...short.map(([what, count]) => `${count ?? 0} of ${wanted} pods are ${what}`), ...old];
  return missing.length === 0 ? undefined : missing.join(', ');
}

function observed(live: Live): boolean {
  const [, status] = parts(live);
  const { generation } = live.metadata as { generation: number };
  return Number(status.observedGeneration ?? 0) >= generation;
}

function parts(live: Live): [Live, Live] {
  return [(live.spec ?? {}) as Live, (live.status ?? {}) as Live];
}

function annotation(object: Live, name: string): string | undefined {
  return (object.metadata as { annotations?: Record<string, string> } | undefined)?.annotations?.[name];
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly conditions?: readonly { type: string; status: string; message?: string }[];
    readonly containerStatuses?: readonly {
      name: string;
      state: { waiting?: { reason: string; message?: string } };
      lastState: { terminated?: { message?: string; exitCode: number } };
    }[];
  };
}

/** Why pods of a controller wait: what a person would ask next. */
async function podTroubles(client: Client, object: Live): Promise<string> {
  const { namespace } = object.metadata as { namespace?: string };
  const match = (object.spec as { selector?: { matchLabels?: Record<string, string> } }).selector
    ?.matchLabels;
  if (match === undefined) return '';
  const labelSelector = Object.entries(match)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const pods = await client.get(
    `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(labelSelector)}`,
  );
  const lines = (pods.items as Pod[]).flatMap(({ metadata, status }) => [
    ...(status.conditions ?? [])
      .filter((condition) => condition.status === 'False' && condition.message !== undefined)
      .map((condition) => `${metadata.name}: ${condition.message}`),
    ...(status.containerStatuses ?? []).flatMap(({ state, lastState }) =>
      [state.waiting?.message ?? state.waiting?.reason, lastState.terminated?.message]
        .filter((text) => text !== undefined)
        .map((text) => `${metadata.name}: ${text}`),
    ),
  ]);
  return lines.length === 0 ? '' : `\n${lines.join('\n')}`;
}
