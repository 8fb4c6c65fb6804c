import { STACK, type StackName } from '../../catalogue/stack.ts';
import type { Settings } from '../../stack/settings/index.ts';
import type { PageFacts } from '../index.ts';

interface Peer {
  readonly ipBlock?: { readonly cidr?: string };
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly unknown[];
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly ports?: readonly { readonly port?: number | string; readonly endPort?: number }[];
}

export interface NetworkPolicy {
  readonly spec?: { readonly podSelector?: Selector; readonly ingress?: readonly Rule[] };
}

/** Label of a pod by which every object of the stack selects it. */
const NAME_LABEL = 'app.kubernetes.io/name';

/** Workloads with a page, by the port of its own: behind another port may be what asks. */
const PAGES: readonly StackName[] = ['prometheus', 'alertmanager', 'grafana'];

/**
 * Pages that a network policy opens to a range of addresses or to every pod of a namespace. Pods that a selector names one
 * by one are taken for what asks.
 */
export function openedBy({ spec: { podSelector, ingress = [] } = {} }: NetworkPolicy): PageFacts[] {
  const name = podSelector?.matchLabels?.[NAME_LABEL];
  return PAGES.filter((workload) => name === undefined || name === workload).flatMap((workload) =>
    ingress
      .filter((rule) => reaches(rule, STACK[workload].port))
      .flatMap(({ from = [] }) => (from.length === 0 ? [{}] : from))
      .flatMap((peer) => {
        const place = placeOf(peer);
        return place === undefined ? [] : [page(workload, place)];
      }),
  );
}

const reaches = ({ ports = [] }: Rule, wanted: number): boolean =>
  ports.length === 0 ||
  ports.some(
    ({ port, endPort }) =>
      port === undefined || typeof port === 'string' || (port <= wanted && wanted <= (endPort ?? port)),
  );

type Place = NonNullable<PageFacts['place']>;

const isWide = (selector: Selector | undefined): boolean =>
  selector === undefined ||
  (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0);

/** Undefined where pods are named, or are those of the policy's own namespace. */
function placeOf({ ipBlock, namespaceSelector, podSelector }: Peer): Place | undefined {
  if (ipBlock !== undefined) return { range: ipBlock.cidr ?? '' };
  if (!isWide(podSelector)) return undefined;
  if (namespaceSelector === undefined) return podSelector === undefined ? { range: '0.0.0.0/0' } : undefined;
  const namespace = namespaceSelector.matchLabels?.['kubernetes.io/metadata.name'];
  return { namespace: namespace ?? (isWide(namespaceSelector) ? '*' : JSON.stringify(namespaceSelector)) };
}

function page(workload: string, place: Place): PageFacts {
  const at =
    'range' in place
      ? `every address of ${place.range}`
      : place.namespace === '*'
        ? 'every pod of the cluster'
        : `every pod of namespace ${place.namespace}`;
  return {
    workload,
    at,
    place,
    asks: false,
    advice: `let the network policy ${workload} open its port ${STACK[workload as StackName].port} to the pods of a proxy that asks, and to no more`,
  };
}

/** Whether the settings open a page to a place, with what asks there: then they are what is judged. */
export function isOpenedBySettings({ kubernetes }: Settings, place: Place): boolean {
  const { clientCidrs, clientNamespaces, ingress, gateway, operator } = kubernetes;
  if ('range' in place) return clientCidrs.includes(place.range);
  return [
    ...clientNamespaces,
    ingress?.controllerNamespace,
    gateway?.controllerNamespace,
    operator?.namespace,
  ].includes(place.namespace);
}
