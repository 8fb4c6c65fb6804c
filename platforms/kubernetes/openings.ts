import type { Workload } from '../workload.ts';
import type { Manifest } from './manifest.ts';
import { NAME_LABEL } from './names.ts';
import { defaultPolicyManifest, networkManifests } from './network.ts';
import type { Settings } from './options.ts';

/** Where pods may connect to, or who may connect to them. */
export type Place =
  | { readonly workload: string }
  /** Every pod of a namespace that no policy closes; of `undefined`, every pod of every namespace. */
  | { readonly namespace: string | undefined }
  /** A range of addresses, without the ranges in it that stay closed. */
  | { readonly cidr: string; readonly except: readonly string[] };

/** What network policies open, in one direction. */
export interface Opening {
  /** `undefined` is every workload of the stack. */
  readonly workload: string | undefined;
  /** `to`: the workload may connect there; `from`: it lets them in. */
  readonly direction: 'to' | 'from';
  readonly places: readonly Place[];
  /** `undefined` is every port. */
  readonly ports: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP' }[] | undefined;
}

/**
 * Everything that the network policies of a stack open, read from the policies themselves. What one workload of the
 * stack opens to another is in it once, as where the first may connect to.
 */
export function openingsOf(workloads: readonly Workload[], settings: Settings): readonly Opening[] {
  const onHost = new Map(
    workloads.filter(({ host }) => host?.network === true).map((each) => [each.name, each] as const),
  );
  const opened = (
    workload: string | undefined,
    direction: Opening['direction'],
    policies: readonly Manifest[],
  ): readonly Opening[] =>
    policies
      .flatMap(({ object }) => {
        const { egress = [], ingress = [] } = (object as unknown as PlainPolicy).spec;
        return direction === 'to' ? egress : ingress;
      })
      .map(({ to, from, ports }) => ({
        workload,
        direction,
        places: (to ?? from ?? []).flatMap((peer) => placeOf(peer, settings) ?? []),
        ports,
      }))
      .filter(({ places }) => places.length > 0);
  return [
    ...opened(undefined, 'to', [defaultPolicyManifest(settings, settings.namespace)]),
    ...workloads
      .filter(({ name }) => !onHost.has(name))
      .flatMap((workload) => {
        const { name, connectsTo = [] } = workload;
        const policies = networkManifests(workload, settings);
        const targets = connectsTo.flatMap((to) => ('workload' in to ? (onHost.get(to.workload) ?? []) : []));
        // A pod on its machine's network is reached at the machine's address: no policy finds it by name.
        const byName = opened(name, 'to', policies).filter(
          ({ places }) => !places.some((place) => 'workload' in place && onHost.has(place.workload)),
        );
        const byAddress = [...new Set(targets)].flatMap((target) =>
          opened(name, 'to', networkManifests(target, settings)),
        );
        return [...byName, ...byAddress, ...opened(name, 'from', policies)];
      }),
  ];
}

/** What the network policies of a stack open, a sentence for each workload and direction. */
export function openings(workloads: readonly Workload[], settings: Settings): string[] {
  const grouped = Map.groupBy(
    openingsOf(workloads, settings),
    ({ workload = 'every workload', direction }) => `${workload} ${direction === 'to' ? MAY : LETS_IN}`,
  );
  return [...grouped].map(([who, rules]) => `Network: ${who} ${phrases(rules, settings).join('; ')}.`);
}

const MAY = 'may connect to';
const LETS_IN = 'lets in';

/** Rules to the same places are one phrase, with the ports of all. */
function phrases(rules: readonly Opening[], settings: Settings): string[] {
  const byPlaces = Map.groupBy(rules, ({ places }) => listOf(places, settings));
  return [...byPlaces].map(([places, same]) => {
    const numbers = same.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
    const all = same.some(({ ports }) => ports === undefined);
    return `${places} at ${all ? 'every port' : `port ${[...new Set(numbers)].join(', ')}`}`;
  });
}

function listOf(places: readonly Place[], settings: Settings): string {
  const words = places.map((place) => {
    if ('workload' in place) return place.workload;
    if ('cidr' in place) return rangeOf(place);
    if (place.namespace === undefined) return 'pods of every namespace';
    const own = place.namespace === settings.namespace;
    return `pods of namespace ${place.namespace}${own ? ' that let it in' : ''}`;
  });
  return [...new Set(words)].join(', ');
}

function rangeOf({ cidr, except }: Extract<Place, { cidr: string }>): string {
  if (except.length === 0) return cidr;
  return WHOLE.includes(cidr)
    ? 'every address but the metadata of clouds'
    : `${cidr} except ${except.join(', ')}`;
}

const WHOLE: readonly string[] = ['0.0.0.0/0', '::/0'];

/** The place of a peer; none for the pods that say that they connect, since their own policy tells where to. */
function placeOf(
  { ipBlock, namespaceSelector, podSelector }: PlainPeer,
  settings: Settings,
): Place | undefined {
  if (ipBlock !== undefined) return { cidr: ipBlock.cidr, except: ipBlock.except ?? [] };
  if (namespaceSelector !== undefined)
    return { namespace: namespaceSelector.matchLabels?.['kubernetes.io/metadata.name'] };
  const { matchLabels } = podSelector ?? {};
  if (matchLabels === undefined) return { namespace: settings.namespace };
  const workload = matchLabels[NAME_LABEL];
  return workload === undefined ? undefined : { workload };
}

/** A policy as it is built here: the SDK's types allow outputs everywhere. */
interface PlainPolicy {
  readonly spec: { readonly egress?: readonly PlainRule[]; readonly ingress?: readonly PlainRule[] };
}
interface PlainRule {
  readonly to?: readonly PlainPeer[];
  readonly from?: readonly PlainPeer[];
  readonly ports?: Opening['ports'];
}
interface PlainPeer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
  readonly namespaceSelector?: PlainSelector;
  readonly podSelector?: PlainSelector;
}
interface PlainSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}
