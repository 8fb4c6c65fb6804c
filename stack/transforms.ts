import type { CustomResourceOptions, Unwrap } from '@pulumi/pulumi';
import type { TYPES as DOCKER_TYPES, Kinds as DockerKinds } from '../platforms/docker/types.ts';
import type { Kind, Objects, TypeOf } from '../platforms/kubernetes/manifest.ts';
import type { OperatorObject } from '../platforms/kubernetes/operator.ts';
import type { ProcessInputs } from '../platforms/local/process/inputs.ts';

/**
 * What `transform.ts` exports by default: a function for each type of resource that it changes. Each is called with every
 * resource of that type.
 */
export type Transforms = { readonly [T in keyof Props]?: Change<Props[T]> };

/**
 * Changes a resource in place, and returns nothing.
 * @param props its inputs. Texts that are secret, or known to the engine alone, are outputs: leave them, or pass them on.
 * @param opts options of the engine, which are added to those that the resource has.
 * @param name name of the resource, such as `prometheus`.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: what returns nothing is what is asked for.
type Change<P> = (props: P, opts: Options, name: string) => void;

/** Options of the engine that a transform may set. */
export type Options = {
  -readonly [K in (typeof OPTIONS)[number]]?: CustomResourceOptions[K];
};

export const OPTIONS = [
  'additionalSecretOutputs',
  'aliases',
  'customTimeouts',
  'deleteBeforeReplace',
  'ignoreChanges',
  'import',
  'protect',
  'replaceOnChanges',
  'retainOnDelete',
] as const satisfies readonly (keyof CustomResourceOptions)[];

/** The inputs of every type of resource that a stack may make. */
export type Props = {
  [K in Kind as TypeOf<K>]: Unwrap<Objects[K]>;
} & {
  [K in keyof DockerKinds as (typeof DOCKER_TYPES)[K]]: Unwrap<DockerKinds[K]>;
} & {
  [K in OperatorObject['kind'] as `kubernetes:monitoring.coreos.com/v1:${K}`]: OperatorProps;
} & {
  'local:index:Process': Writable<ProcessInputs>;
};

interface OperatorProps {
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: the operator's SDK is none of the project's, so that its objects have no type.
  spec: any;
}

type Writable<T> = T extends readonly (infer E)[]
  ? Writable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Writable<T[K]> }
    : T;
