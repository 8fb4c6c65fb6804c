import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';
import type { Transform } from '../workload.ts';

const RESOURCES = {
  Network: { type: 'docker:index/network:Network', make: docker.Network },
  Volume: { type: 'docker:index/volume:Volume', make: docker.Volume },
  RemoteImage: { type: 'docker:index/remoteImage:RemoteImage', make: docker.RemoteImage },
  Container: { type: 'docker:index/container:Container', make: docker.Container },
} as const;

interface Kinds {
  Network: [docker.NetworkArgs, docker.Network];
  Volume: [docker.VolumeArgs, docker.Volume];
  RemoteImage: [docker.RemoteImageArgs, docker.RemoteImage];
  Container: [docker.ContainerArgs, docker.Container];
}

/** Registers one resource with the engine, as the user's transform changes it. */
export function register<K extends keyof Kinds>(
  kind: K,
  name: string,
  args: Kinds[K][0],
  opts: pulumi.CustomResourceOptions,
  transform?: Transform,
): Kinds[K][1] {
  const { type, make } = RESOURCES[kind];
  const declared = { props: args as unknown as Record<string, unknown>, opts };
  const { props, opts: changed } = transform?.({ type, name, ...declared }) ?? declared;
  const Resource = make as unknown as new (
    name: string,
    args: Record<string, unknown>,
    opts: pulumi.CustomResourceOptions,
  ) => Kinds[K][1];
  return new Resource(name, props, changed);
}
