import type { ContainerArgs, NetworkArgs, RemoteImageArgs, VolumeArgs } from '@pulumi/docker';

/** The inputs of each kind of resource that this platform makes. */
export interface Kinds {
  Network: NetworkArgs;
  Volume: VolumeArgs;
  RemoteImage: RemoteImageArgs;
  Container: ContainerArgs;
}

/** The engine's type of each kind. */
export const TYPES = {
  Network: 'docker:index/network:Network',
  Volume: 'docker:index/volume:Volume',
  RemoteImage: 'docker:index/remoteImage:RemoteImage',
  Container: 'docker:index/container:Container',
} as const satisfies Readonly<Record<keyof Kinds, string>>;
