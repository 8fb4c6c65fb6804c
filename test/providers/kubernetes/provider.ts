import { isDeepStrictEqual } from 'node:util';
import {
  type Difference,
  type Made,
  NotReady,
  type Properties,
  type Refusal,
  type StandIn,
} from '../serve.ts';
import { ApiError, Client, type Live } from './client.ts';
import { collectionPath, KINDS, type Kind } from './kinds.ts';
import { awaitGone, awaitReady } from './readiness.ts';
import { replacingPaths } from './replacement.ts';

/** Settings without which the official provider would behave otherwise than this one. */
const INSISTED = ['enableServerSideApply', 'enableConfigMapMutable', 'enableSecretMutable'] as const;
const KNOWN: readonly string[] = [...INSISTED, 'kubeconfig', 'context', 'upsertExistingObjects', 'version'];
/** Pulumi's own annotations tell the provider something; this is the one that is heeded. */
const HEEDED_ANNOTATION = 'pulumi.com/skipAwait';

/**
 * Stands in for the official Kubernetes provider where that cannot be had: every object goes to the API server
 * as it is, by server-side apply with strict validation, which refuses what it does not know.
 */
export class KubernetesStandIn implements StandIn {
  readonly version = '4.34.2';
  #connect: (() => Client) | undefined;
  #client: Client | undefined;
  #upsert = false;

  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const unknown = Object.keys(settings).filter((key) => !KNOWN.includes(key));
    if (unknown.length > 0) throw new Error(`provider settings not carried out: ${unknown.join(', ')}`);
    for (const key of INSISTED) {
      if (settings[key] !== 'true')
        throw new Error(`provider setting ${key} is ${settings[key]}: only true is carried out`);
    }
    this.#upsert = settings.upsertExistingObjects === 'true';
    this.#connect = () => new Client(settings.kubeconfig, settings.context);
  }

  async check(type: string, inputs: Properties): Promise<readonly Refusal[]> {
    const kind = KINDS.get(type);
    if (kind === undefined) return [{ property: '', reason: `the type ${type} is not carried out` }];
    const metadata = metadataOf(inputs);
    const refusals: Refusal[] = [];
    if (metadata.name === undefined)
      refusals.push({ property: 'metadata.name', reason: 'no name: none is made up' });
    if (kind.namespaced && metadata.namespace === undefined) {
      refusals.push({ property: 'metadata.namespace', reason: 'no namespace: none is assumed' });
    }
    for (const name of Object.keys(metadata.annotations ?? {})) {
      if (name.startsWith('pulumi.com/') && name !== HEEDED_ANNOTATION) {
        refusals.push({ property: 'metadata.annotations', reason: `${name} is not carried out` });
      }
    }
    return refusals;
  }

  diff(type: string, before: Properties, after: Properties): Difference {
    const replaces = replacingPaths(type, before, after);
    const [old, now] = [metadataOf(before), metadataOf(after)];
    return {
      changes: !isDeepStrictEqual(before, after),
      replaces,
      // Two objects cannot have one name.
      deleteBeforeReplace: replaces.length > 0 && old.name === now.name && old.namespace === now.namespace,
    };
  }

  async create(type: string, inputs: Properties, seconds: number): Promise<Made> {
    const { path, id } = this.#locate(type, inputs);
    if (!this.#upsert && (await this.#api().find(path)) !== undefined) {
      throw new Error(`${path} already exists: it is somebody else's, or left over; remove or import it`);
    }
    return { id, outputs: await this.#apply(type, inputs, id, seconds) };
  }

  update(
    type: string,
    id: string,
    _before: Properties,
    after: Properties,
    seconds: number,
  ): Promise<Properties> {
    return this.#apply(type, after, id, seconds);
  }

  async read(type: string, _id: string, state: Properties): Promise<Properties | undefined> {
    const live = await this.#api().find(this.#locate(type, state).path);
    return live === undefined ? undefined : (projected(live, state) as Properties);
  }

  secrets(type: string): readonly string[] {
    return type === 'kubernetes:core/v1:Secret' ? ['data', 'stringData'] : [];
  }

  async delete(type: string, _id: string, state: Properties, seconds: number): Promise<void> {
    const { path } = this.#locate(type, state);
    await this.#api().delete(path);
    if (metadataOf(state).annotations?.[HEEDED_ANNOTATION] === 'true') return;
    const missing = await awaitGone(this.#api(), path, seconds);
    if (missing !== undefined) throw new Error(`${path} was deleted, but ${missing}`);
  }

  async #apply(type: string, inputs: Properties, id: string, seconds: number): Promise<Properties> {
    const { path, kind } = this.#locate(type, inputs);
    let live: Live;
    try {
      live = await this.#api().apply(path, { ...inputs, apiVersion: kind.apiVersion, kind: kind.kind });
    } catch (error) {
      if (
        error instanceof ApiError &&
        error.status === 404 &&
        /could not find the requested|page not found/.test(error.message)
      ) {
        // In the words of the official provider, which hints.ts knows.
        throw new Error(`no matches for kind "${kind.kind}" in version "${kind.apiVersion}"`);
      }
      throw error;
    }
    const missing = await awaitReady(this.#api(), type, path, live, seconds);
    if (missing !== undefined) throw new NotReady(`${path} is not ready: ${missing}`, id, inputs, inputs);
    return inputs;
  }

  #locate(type: string, object: Properties): { path: string; id: string; kind: Kind } {
    const kind = KINDS.get(type);
    if (kind === undefined) throw new Error(`the type ${type} is not carried out`);
    const { name, namespace } = metadataOf(object);
    return {
      path: `${collectionPath(kind, namespace)}/${name}`,
      id: kind.namespaced ? `${namespace}/${name}` : `${name}`,
      kind,
    };
  }

  #api(): Client {
    if (this.#connect === undefined) throw new Error('the provider was not configured');
    this.#client ??= this.#connect();
    return this.#client;
  }
}

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

function metadataOf(object: Properties): Metadata {
  return (object.metadata ?? {}) as Metadata;
}

/** The live values of what was declared: the cluster's defaults and status are nobody's drift. */
function projected(live: unknown, declared: unknown): unknown {
  if (Array.isArray(declared)) {
    if (!Array.isArray(live) || live.length !== declared.length) return live;
    return declared.map((entry, index) => projected(live[index], entry));
  }
  if (typeof declared !== 'object' || declared === null) return live;
  if (typeof live !== 'object' || live === null) return live;
  return Object.fromEntries(
    Object.entries(declared)
      .filter(([key]) => key in live)
      .map(([key, value]) => [key, projected((live as Live)[key], value)]),
  );
}
