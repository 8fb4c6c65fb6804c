import { z } from 'zod';
import { secret } from './credentials.ts';

const names = z.array(z.string().min(1)).default([]);
const name = z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, {
  message: 'lower-case letters, digits and dashes, starting with a letter, 40 at most',
});
const url = z.url({ protocol: /^https?$/, error: 'an http or https URL' });

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
        namespaces: names.describe('Where services and pods are looked for. Default: everywhere.'),
      })
      .prefault({})
      .describe('The cluster in which the stack runs: platform kubernetes alone.'),
    consul: z
      .array(
        z.strictObject({
          url: url.describe('The agent, such as http://consul.shop.svc:8500.'),
          services: names.describe('Names of services. Default: all.'),
          tags: names.describe('Tags that a service must have. Default: none.'),
          datacenter: z.string().min(1).optional().describe("Default: the agent's own."),
          token: secret.describe('ACL token.'),
        }),
      )
      .default([])
      .describe('Services that a Consul catalogue lists.'),
    swarm: z
      .array(
        z.strictObject({
          url: z
            .string()
            .regex(/^(tcp|http|https):\/\/[^\s/]+$/, { message: 'tcp://host:port, http:// or https://' })
            .describe('A manager of the swarm, such as tcp://10.0.0.5:2375.'),
        }),
      )
      .default([])
      .describe('Tasks of services with the label prometheus.scrape=true.'),
    http: z
      .array(
        z.strictObject({
          name: name.describe('The job, unless a target names its own.'),
          url: url.describe('Answers with targets as Prometheus’s http_sd format has them.'),
          token: secret.describe('Bearer token.'),
        }),
      )
      .default([])
      .describe('Targets that a web service lists.'),
  })
  .prefault({})
  .describe('Further targets that Prometheus finds by itself; targets.d/ adds files of them.');

export type DiscoverySettings = z.output<typeof discoverySettings>;
