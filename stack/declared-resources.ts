import * as pulumi from '@pulumi/pulumi';
import { type MonitoringStackArgs, stackParts, watchedBy, workloadsOf } from '../components/stack-parts.ts';
import { containerArgs } from '../platforms/docker/container.ts';
import { HELPER_IMAGE, imageArgs } from '../platforms/docker/images.ts';
import { helperArgs, loaderArgs } from '../platforms/docker/loader.ts';
import { networkArgs } from '../platforms/docker/network.ts';
import { resolveOptions as resolveDocker } from '../platforms/docker/options.ts';
import { TYPES as DOCKER } from '../platforms/docker/types.ts';
import { dataVolume, directoryVolumes, healthVolume } from '../platforms/docker/volumes.ts';
import { typeOf } from '../platforms/kubernetes/manifest.ts';
import { workloadManifests } from '../platforms/kubernetes/manifests.ts';
import { hostManifests, sharedManifests } from '../platforms/kubernetes/namespaces.ts';
import { operatorObjects, operatorResource, operatorType } from '../platforms/kubernetes/operator.ts';
import { resolveOptions as resolveKubernetes } from '../platforms/kubernetes/options.ts';
import { stateFolder } from '../platforms/local/paths.ts';
import { processInputs } from '../platforms/local/plan.ts';
import type { Workload } from '../platforms/workload.ts';
import { dockerOptions, kubernetesOptions } from './addressing.ts';

/** A resource as it will be declared. What the engine alone knows is an output in it. */
export interface DeclaredResource {
  /** The engine's type, such as `kubernetes:core/v1:ConfigMap`. */
  readonly type: string;
  readonly name: string;
  readonly props: Record<string, unknown>;
}

/**
 * Every resource of a stack's platform, before a transform, in no order: what a program would register, without an engine.
 * What is set up in a Grafana through its API is not among them.
 * @param root the project's folder, absolute.
 */
export function declaredResources(plan: MonitoringStackArgs, root: string): readonly DeclaredResource[] {
  const workloads = workloadsOf(stackParts(plan));
  switch (plan.settings.platform) {
    case 'local':
      return workloads.map((workload) => local(workload, plan, root));
    case 'docker':
      return docker(workloads, plan);
    case 'kubernetes':
      return kubernetes(workloads, plan);
  }
}

const resource = (type: string, name: string, props: object): DeclaredResource => ({
  type,
  name,
  props: props as Record<string, unknown>,
});

function local(
  workload: Workload,
  { settings, platform }: MonitoringStackArgs,
  root: string,
): DeclaredResource {
  const machine = {
    state: stateFolder(root, settings.stack),
    root,
    executables: {},
    bound: (name: string, port: number) => Number(platform.address(name, port).split(':').at(-1)),
  };
  return resource('local:index:Process', workload.name, processInputs(workload, machine));
}

function docker(
  workloads: readonly Workload[],
  { settings }: MonitoringStackArgs,
): readonly DeclaredResource[] {
  const options = resolveDocker(dockerOptions(settings));
  const references = {
    network: pulumi.output(options.prefix),
    health: pulumi.output('health'),
    volume: (name: string) => pulumi.output(name),
  };
  const refer = (image: string) => ({ ...references, image: pulumi.output(image) });
  const images = new Set([HELPER_IMAGE, ...workloads.map(({ program }) => program.image)]);
  return [
    resource(DOCKER.Network, options.prefix, networkArgs(options)),
    resource(DOCKER.Volume, 'health', healthVolume(options)),
    resource(DOCKER.Container, 'health', helperArgs(options, pulumi.output(HELPER_IMAGE), references.health)),
    ...[...images].map((image) => resource(DOCKER.RemoteImage, image, imageArgs(image, options))),
    ...workloads.flatMap((workload) => {
      const volumes = { ...directoryVolumes(workload, options), ...dataVolume(workload, options) };
      const loader = loaderArgs(workload, options, refer(HELPER_IMAGE));
      return [
        ...Object.entries(volumes).map(([name, args]) => resource(DOCKER.Volume, name, args)),
        ...(loader === undefined ? [] : [resource(DOCKER.Container, `${workload.name}-files`, loader)]),
        resource(
          DOCKER.Container,
          workload.name,
          containerArgs(workload, options, refer(workload.program.image)),
        ),
      ];
    }),
  ];
}

function kubernetes(workloads: readonly Workload[], plan: MonitoringStackArgs): readonly DeclaredResource[] {
  const options = resolveKubernetes(kubernetesOptions(plan.settings));
  const watched = watchedBy(plan, workloads);
  const manifests = [
    ...sharedManifests(options),
    ...(workloads.some(({ host }) => host !== undefined) ? hostManifests(options) : []),
    ...workloads.flatMap((workload) => {
      const { before, controller, beside } = workloadManifests(workload, options);
      return [...before, ...beside, controller];
    }),
  ];
  return [
    ...manifests.map(({ kind, resource: name, object }) => resource(typeOf(kind), name, object)),
    ...(watched === undefined ? [] : operatorObjects(watched, options)).map((object) =>
      resource(operatorType(object.kind), operatorResource(object), {
        apiVersion: 'monitoring.coreos.com/v1',
        ...object,
      }),
    ),
  ];
}
