import { z } from 'zod';
import { dnsLabel, httpUrl, isUrl, jobName } from '../../lib/forms.ts';
import { consulAgent, oneCredential } from './consul.ts';
import { secret } from './credentials.ts';

const names = z.array(z.string().min(1)).default([]);

/** Where Prometheus finds further targets by itself. */
export const discoverySettings = z
  .strictObject({
    kubernetes: z
      .strictObject({
        services: z
          .boolean()
          .default(false)
          .describe('Scrape the endpoints of services with the annotation prometheus.io/scrape: "true".'),
        pods: z.boolean().default(false).describe('Scrape pods with that annotation.'),
        nodes: z
          .boolean()
          .default(false)
          .describe('Scrape each kubelet, and the containers that it measures.'),
        verifyNodes: z
          .boolean()
          .default(true)
          .describe("Whether kubelets' certificates must be signed by the cluster's authority."),
        namespaces: z
          .union([z.literal('all'), z.array(dnsLabel)], {
            error: 'a list of namespaces, or all for every one',
          })
          .default([])
          .describe(
            'Where services and pods are looked for: a list, or all. Whoever may annotate there is scraped.',
          ),
      })
      .prefault({})
      .describe('The cluster in which the stack runs: platform kubernetes alone.'),
    consul: z
      .array(
        z
          .strictObject({
            ...consulAgent,
            services: names.describe('Names of services. Default: all.'),
          })
          .superRefine(oneCredential),
      )
      .default([])
      .describe('Services that a Consul catalogue lists.'),
    swarm: z
      .array(
        z.strictObject({
          url: z
            .string()
            .refine((text) => isUrl(text, ['tcp', 'http', 'https']) && /^\w+:\/\/[^/?#]+$/.test(text), {
              message: 'an address such as tcp://10.0.0.5:2375, http://… or https://…, without a path',
            })
            .describe('A manager of the swarm, such as tcp://10.0.0.5:2375.'),
        }),
      )
      .default([])
      .describe('Tasks of services with the label prometheus.scrape=true.'),
    http: z
      .array(
        z.strictObject({
          name: jobName.describe('The job, unless a target names its own.'),
          url: httpUrl.describe('Answers with targets as Prometheus’s http_sd format has them.'),
          token: secret.describe('Bearer token.'),
        }),
      )
      .default([])
      .describe('Targets that a web service lists.'),
  })
  .prefault({})
  .describe('Further targets that Prometheus finds by itself; targets.d/ adds files of them.');

export type DiscoverySettings = z.output<typeof discoverySettings>;
