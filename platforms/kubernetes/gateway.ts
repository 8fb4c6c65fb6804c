import type { Workload } from '../workload.ts';
import { type Manifest, manifest } from './manifest.ts';
import { labels } from './names.ts';
import { pageAnnotations, type Settings } from './options.ts';

/** An HTTPRoute for a published workload that has a host name there. TLS ends at the Gateway's listener. */
export function gatewayManifests(workload: Workload, settings: Settings): Manifest[] {
  const { gateway } = settings;
  const host = gateway?.hosts[workload.name];
  const port = workload.ports.find((candidate) => candidate.published === true);
  if (gateway === undefined || host === undefined || port === undefined) return [];
  const annotations = pageAnnotations(gateway, workload.name);
  const filters = gateway.filtersOf?.[workload.name] ?? [];
  return [
    manifest('HTTPRoute', workload.name, {
      metadata: {
        name: workload.name,
        namespace: settings.namespace,
        labels: labels(settings, workload.name),
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      },
      spec: {
        parentRefs: gateway.parentRefs.map((parent) => ({ ...parent })),
        hostnames: [host],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            ...(filters.length === 0 ? {} : { filters: filters.map((filter) => ({ ...filter })) }),
            backendRefs: [{ name: workload.name, port: port.port }],
          },
        ],
      },
    }),
  ];
}
