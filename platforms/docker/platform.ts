import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { Placement, Platform, RunOptions, Workload } from '../workload.ts';
import { dockerAddressing } from './addressing.ts';
import { containerArgs, type References } from './container.ts';
import { HELPER_IMAGE, imageArgs } from './images.ts';
import { helperArgs, loaderArgs } from './loader.ts';
import { owned } from './names.ts';
import { networkArgs } from './network.ts';
import { type DockerOptions, resolveOptions } from './options.ts';
import { refusals } from './refusals.ts';
import { register as registerResource } from './register.ts';
import { dataVolume, directoryVolumes, healthVolume } from './volumes.ts';

/** What the provider takes as an update and does nothing about in a container that exists. */
const FIXED = ['healthcheck', 'memoryReservation', 'cpuPeriod', 'cpuQuota', 'tmpfs'];

export interface DockerPlatform extends Platform {
  /** Why workloads cannot run here: to be asked for all of them before the first one is registered. */
  refusals(workloads: readonly Workload[]): readonly string[];
}

/**
 * Runs workloads as containers of one Docker engine. Nothing is registered before the first `run`.
 * Throws where an option cannot be.
 */
export function dockerPlatform(options: DockerOptions): DockerPlatform {
  const settings = resolveOptions(options);
  const { resourcePrefix: prefix = '' } = options;
  const register: typeof registerResource = (kind, name, args, opts, transform) =>
    registerResource(kind, name, args, opts, transform, prefix);
  const shared = once(() => registerShared());
  const images = new Map<string, docker.RemoteImage>();

  return {
    ...dockerAddressing(options),
    refusals: (workloads) => workloads.flatMap((workload) => refusals(workload, settings)),
    run(workload, parent, runOptions = {}) {
      const reasons = refusals(workload, settings);
      if (reasons.length > 0) throw new Error(reasons.join('\n'));
      return place(workload, parent, runOptions);
    },
  };

  function place(workload: Workload, parent: pulumi.Resource, run: RunOptions): Placement {
    const { base, network, health, helper, helperImage } = shared();
    const { dependsOn = [], transform } = run;
    const child = { ...base, parent };
    const volumes = new Map<string, docker.Volume>();
    for (const [name, args] of Object.entries(directoryVolumes(workload, settings))) {
      volumes.set(name, register('Volume', name, args, child, transform));
    }
    for (const [name, args] of Object.entries(dataVolume(workload, settings))) {
      volumes.set(
        name,
        register('Volume', name, args, { ...child, retainOnDelete: settings.retain }, transform),
      );
    }
    const refer: References = {
      image: image(workload.program.image, base),
      network: network.name,
      health: health.name,
      volume: (name) => volumes.get(name)?.name ?? '',
    };
    const loader = loaderArgs(workload, settings, { ...refer, image: helperImage });
    // A container's name can be taken once only.
    const named = { ...child, deleteBeforeReplace: true };
    const needed: pulumi.Resource[] = [helper, ...dependsOn];
    if (loader !== undefined) {
      const opts = { ...named, additionalSecretOutputs: ['uploads'] };
      const loaded = register('Container', `${workload.name}-files`, loader, opts, transform);
      failWhereRefused(workload, loaded);
      needed.push(loaded);
    }
    const args = containerArgs(workload, settings, refer);
    return {
      ready: register(
        'Container',
        workload.name,
        args,
        { ...named, dependsOn: needed, replaceOnChanges: FIXED },
        transform,
      ),
    };
  }

  /** Each image once, whoever runs it. */
  function image(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
    const known =
      images.get(name) ?? register('RemoteImage', name, imageArgs(name, settings), opts, options.transform);
    images.set(name, known);
    return known.imageId;
  }

  function registerShared() {
    const opts = options.parent === undefined ? {} : { parent: options.parent };
    const connection = {
      ...(options.host === undefined ? {} : { host: options.host }),
      ...(options.registryAuth === undefined ? {} : { registryAuth: [...options.registryAuth] }),
    };
    const base = {
      ...opts,
      provider: options.provider ?? new docker.Provider(`${prefix}docker`, connection, opts),
    };
    const named = { ...base, deleteBeforeReplace: true };
    const network = register('Network', settings.prefix, networkArgs(settings), named, options.transform);
    const health = register('Volume', 'health', healthVolume(settings), base, options.transform);
    const helperImage = image(HELPER_IMAGE, base);
    const helper = register(
      'Container',
      'health',
      helperArgs(settings, helperImage, health.name),
      named,
      options.transform,
    );
    return { base, network, health, helper, helperImage };
  }

  /** The provider takes a loader that failed for one that is done. */
  function failWhereRefused({ name }: Workload, loader: docker.Container): void {
    pulumi.all([loader.exitCode, loader.containerLogs]).apply(([code, said]) => {
      if (code === 0 || code === undefined) return;
      throw new Error(
        `${name} did not get its files (exit code ${code}): ${said ?? ''}\n` +
          `What ${name} says: docker logs ${owned(settings, name)}. Mend the files and run the update again; ` +
          `to try the same files again, docker rm ${owned(settings, `${name}-files`)} and update with a refresh.`,
      );
    });
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
