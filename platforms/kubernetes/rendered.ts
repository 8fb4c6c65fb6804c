import { Output } from '@pulumi/pulumi';
import { dump } from 'js-yaml';
import type { ConfigDirectory, Transform, Watched, Workload } from '../workload.ts';
import { API_VERSIONS, type Manifest, typeOf } from './manifest.ts';
import { workloadManifests } from './manifests.ts';
import { directoryName, labels, namespaceOf } from './names.ts';
import { hostManifests, sharedManifests } from './namespaces.ts';
import { operatorObjects, operatorResource, operatorType } from './operator.ts';
import type { Settings } from './options.ts';

/** One object as a file has it. */
export interface RenderedObject {
  /** Name of its file: the kind and what the stack calls it. */
  readonly file: string;
  readonly object: PlainObject;
}

export interface PlainObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** A Secret that must be there before its pods are: its name and its keys, and never a value. */
export interface NeededSecret {
  readonly name: string;
  readonly namespace: string;
  readonly workload: string;
  /** In the order of the files. */
  readonly keys: readonly string[];
}

/** What continuous delivery must neither prune nor delete: with a namespace or a claim goes the data. */
const KEPT = {
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};
/** Annotations that tell Pulumi what to wait for. */
const PULUMI = /^pulumi\.com\//;

/**
 * Every object of a stack but its Secrets, in the order in which they can be applied: the namespaces first. They are the
 * ones that the provider is given, without Pulumi's own annotations and with those that keep data.
 * @param transform changes objects. Default: they stay as declared.
 */
export function renderedObjects(
  workloads: readonly Workload[],
  settings: Settings,
  watched?: Watched,
  transform?: Transform,
): readonly RenderedObject[] {
  const own = workloads.map(withoutSecrets);
  const manifests = [
    ...sharedManifests(settings),
    ...(own.some(({ host }) => host !== undefined) ? hostManifests(settings) : []),
    ...own.flatMap((workload) => {
      const { before, controller, beside } = workloadManifests(workload, settings);
      return [...before, ...beside, controller];
    }),
  ];
  return [
    ...manifests
      .filter(({ kind }) => kind !== 'Secret')
      .map((entry) => ({
        file: fileName(entry.kind, entry.resource),
        object: objectOf({
          ...entry,
          object: changed(typeOf(entry.kind), entry.resource, entry.object),
        } as Manifest),
      })),
    ...(watched === undefined ? [] : operatorObjects(watched, settings)).map((object) => ({
      file: fileName(object.kind, object.metadata.name),
      object: plain({
        apiVersion: 'monitoring.coreos.com/v1',
        ...changed(operatorType(object.kind), operatorResource(object), object),
      }),
    })),
  ];

  function changed<T extends object>(type: string, name: string, object: T): T {
    const props = object as Record<string, unknown>;
    return (transform?.({ type, name, props, opts: {} }).props ?? object) as T;
  }
}

/** The Secrets that the pods of these workloads mount. */
export function neededSecrets(workloads: readonly Workload[], settings: Settings): readonly NeededSecret[] {
  return workloads.flatMap((workload) => {
    const namespace = namespaceOf(settings, workload);
    const secret = (workload.directories ?? []).filter((directory) => directory.secret === true);
    return secret.map((directory) => ({
      name: directoryName(workload.name, directory.name),
      namespace,
      workload: workload.name,
      keys: Object.keys(directory.files).map((path) => path.replaceAll('/', '__')),
    }));
  });
}

/** Text of an object's file. */
export function yamlOf(object: object): string {
  return dump(object, { lineWidth: -1, noRefs: true });
}

/** An example of the Secrets as objects of the External Secrets Operator. */
export function externalSecrets(secrets: readonly NeededSecret[], settings: Settings): readonly object[] {
  return secrets.map(({ name, namespace, workload, keys }) => ({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace, labels: labels(settings, workload) },
    spec: {
      refreshInterval: '1h',
      secretStoreRef: { kind: 'ClusterSecretStore', name: 'your-store' },
      target: { name, creationPolicy: 'Owner' },
      data: keys.map((secretKey) => ({
        secretKey,
        remoteRef: { key: `${namespace}/${name}`, property: secretKey },
      })),
    },
  }));
}

/** Its keys remain, so that volumes list the same files; a fingerprint then tells nothing of a value. */
function withoutSecrets(workload: Workload): Workload {
  const emptied = (directory: ConfigDirectory): ConfigDirectory =>
    directory.secret === true
      ? { ...directory, files: Object.fromEntries(Object.keys(directory.files).map((path) => [path, ''])) }
      : directory;
  return workload.directories === undefined
    ? workload
    : { ...workload, directories: workload.directories.map(emptied) };
}

function objectOf({ kind, object, keeps }: Manifest): PlainObject {
  const declared = plain({ apiVersion: API_VERSIONS[kind], kind, ...object });
  const annotations = {
    ...Object.fromEntries(
      Object.entries(declared.metadata.annotations ?? {}).filter(([key]) => !PULUMI.test(key)),
    ),
    ...(keeps === true ? KEPT : {}),
  };
  const { annotations: _replaced, ...metadata } = declared.metadata;
  return {
    ...declared,
    metadata: { ...metadata, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
  };
}

/** The object as data. What only the engine could resolve may be a secret, and is in no file. */
function plain(object: object): PlainObject {
  const text = JSON.stringify(object, (key, value: unknown) => {
    if (Output.isInstance(value)) throw new Error(`"${key}" is known to the engine alone`);
    return value;
  });
  return JSON.parse(text) as PlainObject;
}

function fileName(kind: string, name: string): string {
  return `${kind.toLowerCase()}-${name}.yaml`;
}
