import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';
import type { Transform } from '../workload.ts';
import { type Kinds, TYPES } from './types.ts';

const RESOURCES = {
  Network: docker.Network,
  Volume: docker.Volume,
  RemoteImage: docker.RemoteImage,
  Container: docker.Container,
} as const;

/**
 * Registers one resource with the engine, as the user's transform changes it.
 * @param prefix before the engine's name of it; a transform is called with the name alone. Default: nothing.
 */
export function register<K extends keyof Kinds>(
  kind: K,
  name: string,
  args: Kinds[K],
  opts: pulumi.CustomResourceOptions,
  transform?: Transform,
  prefix = '',
): InstanceType<(typeof RESOURCES)[K]> {
  const type = TYPES[kind];
  const declared = { props: args as unknown as Record<string, unknown>, opts };
  const { props, opts: changed } = transform?.({ type, name, ...declared }) ?? declared;
  const Resource = RESOURCES[kind] as unknown as new (
    name: string,
    args: Record<string, unknown>,
    opts: pulumi.CustomResourceOptions,
  ) => InstanceType<(typeof RESOURCES)[K]>;
  return new Resource(`${prefix}${name}`, props, changed);
}
