import type { Workload } from '../workload.ts';
import { type Manifest, manifest } from './manifest.ts';
import { labels } from './names.ts';
import { pageAnnotations, type Settings } from './options.ts';

/** An Ingress with TLS for a published workload that has a public host name. */
export function ingressManifests(workload: Workload, settings: Settings): Manifest[] {
  const { ingress } = settings;
  const host = ingress?.hosts[workload.name];
  const port = workload.ports.find((candidate) => candidate.published === true);
  if (ingress === undefined || host === undefined || port === undefined) return [];
  return [
    manifest('Ingress', workload.name, {
      metadata: {
        name: workload.name,
        namespace: settings.namespace,
        labels: labels(settings, workload.name),
        annotations: {
          // An address may come long after, or never where the controller writes none.
          'pulumi.com/skipAwait': 'true',
          ...pageAnnotations(ingress, workload.name),
        },
      },
      spec: {
        ...(ingress.className === undefined ? {} : { ingressClassName: ingress.className }),
        tls: [{ hosts: [host], secretName: ingress.tlsSecret ?? `${workload.name}-tls` }],
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: workload.name, port: { name: port.name } } },
                },
              ],
            },
          },
        ],
      },
    }),
  ];
}
