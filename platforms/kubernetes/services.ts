import type { Workload } from '../workload.ts';
import { type Manifest, manifest } from './manifest.ts';
import { headlessName, labels, namespaceOf, selector } from './names.ts';
import type { Settings } from './options.ts';

/** Three hours: whoever reads graphs stays with one replica, whose samples differ a little from its twin's. */
const AFFINITY_SECONDS = 3 * 60 * 60;

/**
 * The workload's name in the cluster's DNS. Replicas also have a name each; one per node is a name with the
 * addresses of all nodes.
 */
export function serviceManifests(workload: Workload, settings: Settings): Manifest[] {
  const { name } = workload;
  const replicated = (workload.replicas ?? 1) > 1;
  const metadata = {
    name,
    namespace: namespaceOf(settings, workload),
    labels: labels(settings, name),
    // The pods are waited for by themselves. Services that wait for them would take every turn that the engine
    // gives (four a core) before the pods have had theirs.
    annotations: { 'pulumi.com/skipAwait': 'true' },
  };
  const spec = {
    selector: selector(settings, name),
    ports: workload.ports.map((port) => ({
      name: port.name,
      port: port.port,
      targetPort: port.name,
      protocol: port.protocol === 'udp' ? 'UDP' : 'TCP',
    })),
  };
  const affinity = {
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: AFFINITY_SECONDS } },
  };
  const own = manifest('Service', name, {
    metadata,
    spec: {
      ...spec,
      ...(workload.perNode === true ? { clusterIP: 'None' } : {}),
      ...(replicated ? affinity : {}),
    },
  });
  return [
    own,
    ...(replicated
      ? [
          manifest('Service', headlessName(name), {
            metadata: { ...metadata, name: headlessName(name) },
            // Peers that start look for each other before any of them is ready.
            spec: { ...spec, clusterIP: 'None', publishNotReadyAddresses: true },
          }),
        ]
      : []),
    ...(workload.host === undefined
      ? []
      : [
          // The same short name in the namespace where everybody else is.
          manifest('Service', `${name}-alias`, {
            metadata: { ...metadata, namespace: settings.namespace },
            spec: {
              type: 'ExternalName',
              externalName: `${name}.${settings.hostNamespace}.svc.${settings.clusterDomain}`,
            },
          }),
        ]),
  ];
}
