import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { Placement, Platform, RunOptions, Workload } from '../workload.ts';
import { kubernetesAddressing } from './addressing.ts';
import { refusals } from './check.ts';
import type { Manifest } from './manifest.ts';
import { workloadManifests } from './manifests.ts';
import { hostManifests, sharedManifests } from './namespaces.ts';
import { openings } from './openings.ts';
import { operatorObjects, registerOperatorObjects } from './operator.ts';
import { type KubernetesOptions, resolveOptions } from './options.ts';
import { type Registration, register } from './register.ts';

/** A cluster, with what only a cluster has. */
export interface KubernetesPlatform extends Platform {
  /** Why workloads cannot run here: to be asked for all of them before the first one is registered. */
  refusals(workloads: readonly Workload[]): readonly string[];
}

/**
 * Runs workloads in a Kubernetes cluster as plain objects. Nothing is registered before the first `run`.
 * Throws where an option cannot be.
 */
export function kubernetesPlatform(options: KubernetesOptions = {}): KubernetesPlatform {
  const settings = resolveOptions(options);
  const { resourcePrefix: prefix = '' } = options;

  const shared = once(() => {
    const connection = {
      // The state keeps what a provider is given.
      ...(options.kubeconfig === undefined ? {} : { kubeconfig: pulumi.secret(options.kubeconfig) }),
      ...(options.context === undefined ? {} : { context: options.context }),
      enableServerSideApply: true,
      // Files change under running programs; a replaced ConfigMap would be gone for a moment.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
    };
    const opts = options.parent === undefined ? {} : { parent: options.parent };
    const base = {
      ...opts,
      prefix,
      provider: options.provider ?? new k8s.Provider(`${prefix}kubernetes`, connection, opts),
      // Namespaces and claims may be there from before, with data in them; anything else that is, is a mistake.
      keeper:
        options.provider ??
        new k8s.Provider(`${prefix}kubernetes-kept`, { ...connection, upsertExistingObjects: true }, opts),
      retain: settings.retain,
      ...(options.transform === undefined ? {} : { transform: options.transform }),
    };
    return { base, resources: registerInOrder(sharedManifests(settings), base) };
  });
  const host = once(() => registerInOrder(hostManifests(settings), shared().base));

  return {
    ...kubernetesAddressing(options),
    refusals: (workloads) => workloads.flatMap(refusals),
    openings: (workloads) => openings(workloads, settings),
    run: (workload, parent, run = {}) => {
      const found = refusals(workload);
      if (found.length > 0) throw new Error(found.join('\n'));
      const { base, resources } = shared();
      const needed = workload.host === undefined ? resources : [...resources, ...host()];
      return place(workload, { ...base, parent, dependsOn: needed }, run);
    },
    watch: (watched, parent, { dependsOn = [], transform } = {}) => {
      const { base, resources } = shared();
      registerOperatorObjects(
        operatorObjects(watched, settings),
        { parent, provider: base.provider, dependsOn: [...resources, ...dependsOn] },
        { prefix, ...(transform === undefined ? {} : { transform }) },
      );
    },
  };

  function place(workload: Workload, how: Registration, run: RunOptions): Placement {
    const { before, controller, beside } = workloadManifests(workload, settings);
    const each = run.transform === undefined ? how : { ...how, transform: run.transform };
    const needed = before.map((entry) => register(entry, each));
    for (const entry of beside) register(entry, each);
    const dependsOn = [...how.dependsOn, ...needed, ...(run.dependsOn ?? [])];
    return { ready: register(controller, { ...each, dependsOn }) };
  }
}

/** The first manifest is the namespace, where there is one: the others need it. */
function registerInOrder(
  manifests: readonly Manifest[],
  base: Omit<Registration, 'dependsOn'>,
): pulumi.Resource[] {
  const resources: pulumi.Resource[] = [];
  for (const entry of manifests) {
    resources.push(register(entry, { ...base, dependsOn: resources.slice(0, 1) }));
  }
  return resources;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
