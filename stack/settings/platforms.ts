import { z } from 'zod';
import { PARTS } from '../../components/parts/index.ts';
import { dnsLabel, dnsName, publicHost, registry } from '../../lib/forms.ts';
import { secret } from './credentials.ts';
import { operatorSettings } from './operator.ts';

/** What people open. */
const opened = z.enum(['grafana', 'prometheus', 'alertmanager', 'demo']);
const cidr = z.union([z.cidrv4(), z.cidrv6()], { error: 'a range of addresses such as 10.0.0.0/8' });
const names = z.array(z.string().min(1)).default([]);

/** What can be placed: each workload of the stack, or all of them. */
const placed = z.enum(['all', ...PARTS.map(({ name }) => name)]);
const quantity = z
  .string()
  .regex(/^[0-9]+(\.[0-9]+)?(m|[kMGTPE]i?)?$/, { message: 'a quantity such as 500m or 2Gi' });
const bounds = z.strictObject({
  cpu: quantity.optional().describe('Cores, such as 500m or 2.'),
  memory: quantity.optional().describe('Such as 512Mi or 2Gi.'),
});

/** Settings of a stack in Docker. */
export const dockerSettings = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .optional()
      .describe('The engine, such as ssh://user@host. Default: DOCKER_HOST, then this machine.'),
    publishAddress: z
      .ipv4()
      .default('127.0.0.1')
      .describe('Address of the machine on which ports are published.'),
    subnet: z
      .cidrv4()
      .optional()
      .describe("The stack's own network. Default: 10.213.<n>.0/24, by the stack's name."),
    networks: names.describe(
      'Existing networks whose services are reached by their names; what reaches none of them does not join.',
    ),
    hostMounts: z
      .enum(['auto', 'rslave', 'rprivate'])
      .default('auto')
      .describe(
        'How mounts of the machine reach the node exporter: rslave shows later ones too, and fails on Docker Desktop and WSL. Default: by what the engine says it is.',
      ),
    resources: z
      .partialRecord(
        placed,
        z.strictObject({
          requests: bounds.optional().describe('What it has when the machine is busy.'),
          limits: bounds.optional().describe('What it never exceeds.'),
        }),
      )
      .default({})
      .describe(
        'CPU and memory by workload, or of all that are not named. Each key takes the place of its default.',
      ),
    imageRegistry: registry.optional().describe('Registry that mirrors docker.io and the others.'),
    retain: z.boolean().default(true).describe('Whether volumes with data stay when the stack is destroyed.'),
  })
  .prefault({})
  .describe('Platform docker alone.');

const texts = z.record(z.string().min(1), z.string());
const quantities = z.record(z.string().min(1), quantity);
const objects = z.array(z.record(z.string(), z.unknown()));
const placing = z.strictObject({
  resources: z
    .strictObject({ requests: quantities.optional(), limits: quantities.optional() })
    .optional()
    .describe('Each key takes the place of its default.'),
  nodeSelector: texts.optional(),
  affinity: z.record(z.string(), z.unknown()).optional(),
  tolerations: objects.optional(),
  topologySpread: objects.optional().describe('In place of the spread over machines and zones.'),
  annotations: texts.optional().describe('Of the pods.'),
  labels: texts.optional().describe("Of the pods, besides the stack's own."),
  serviceAccountAnnotations: texts
    .optional()
    .describe('Of their account, such as eks.amazonaws.com/role-arn or iam.gke.io/gcp-service-account.'),
});

/** A filter of an HTTPRoute, of which each type has a key of its own. */
const filter = z.looseObject({
  type: z.enum([
    'CORS',
    'ExtensionRef',
    'ExternalAuth',
    'RequestHeaderModifier',
    'RequestMirror',
    'RequestRedirect',
    'ResponseHeaderModifier',
    'URLRewrite',
  ]),
});

/** Settings of a stack in Kubernetes. */
export const kubernetesSettings = z
  .strictObject({
    namespace: dnsLabel
      .max(58, { message: 'at most 58 characters, which leaves room for -host' })
      .refine((name) => !/^(default$|kube-|openshift-)/.test(name), {
        message: "a namespace of the stack's own: default, kube-* and openshift-* belong to the cluster",
      })
      .default('monitoring')
      .describe('Node exporters go to <namespace>-host.'),
    createNamespaces: z
      .boolean()
      .default(true)
      .describe(
        'Whether the two namespaces are made. Those that exist already are neither labelled, closed nor deleted.',
      ),
    kubeconfig: secret.describe('Its content. Default: KUBECONFIG, then ~/.kube/config.'),
    context: z.string().min(1).optional().describe('Default: the current one.'),
    storageClass: dnsName.optional().describe("Default: the cluster's own."),
    imageRegistry: registry.optional().describe('Registry that mirrors docker.io and the others.'),
    imagePullSecrets: z
      .array(dnsName)
      .default([])
      .describe('Secrets in both namespaces with which images are pulled.'),
    priorityClass: dnsName.optional().describe('Default: one is made.'),
    clientNamespaces: z
      .array(dnsLabel)
      .default([])
      .describe('Namespaces whose pods may reach published ports.'),
    clientCidrs: z
      .array(cidr)
      .default([])
      .describe(
        'Ranges of addresses that may: those of load balancers that are no pods, such as 10.0.16.0/20. They reach what has a host; all that is published, where nothing has one.',
      ),
    dns: z
      .strictObject({
        namespaces: z.array(dnsLabel).optional().describe('Default: kube-system, openshift-dns.'),
        addresses: z
          .array(cidr)
          .optional()
          .describe(
            'Ranges of resolvers that are no pods there. Default: node-local caches and private addresses.',
          ),
        ports: z
          .array(z.int().min(1).max(65_535))
          .min(1)
          .optional()
          .describe('As the pods of resolvers listen. Default: 53, 1053, 5353.'),
      })
      .optional()
      .describe('Where network policies let names be looked up.'),
    nodeCidrs: z
      .array(cidr)
      .default([])
      .describe('Ranges of the machines, for node exporters and kubelets. Default: every address.'),
    ipFamily: z
      .enum(['IPv4', 'IPv6'])
      .default('IPv4')
      .describe('Family of the addresses of pods and machines.'),
    clusterDomain: dnsName.default('cluster.local'),
    retain: z.boolean().default(true).describe('Whether volume claims stay when the stack is destroyed.'),
    placement: z
      .partialRecord(placed, placing)
      .default({})
      .describe('Size and place of the pods of a workload, or of all of them.'),
    podSecurity: z
      .enum(['fixed', 'openshift'])
      .default('fixed')
      .describe("openshift: pods run as whom the namespace's own range gives them."),
    replicas: z
      .strictObject({
        prometheus: z.int().min(1).max(5).default(2).describe('Twins that scrape and evaluate the same.'),
        alertmanager: z.int().min(1).max(9).default(3).describe('Members of the gossip cluster.'),
      })
      .prefault({}),
    ingress: z
      .strictObject({
        hosts: z.partialRecord(opened, publicHost).describe('Host name by workload, such as grafana.'),
        className: dnsName.optional(),
        controllerNamespace: dnsLabel
          .optional()
          .describe('Where the pods of its controller run, which network policies let in. Default: none.'),
        tlsSecret: dnsName.optional().describe('Default: <workload>-tls.'),
        annotations: z.record(z.string(), z.string()).optional().describe('Of every Ingress.'),
        annotationsOf: z
          .partialRecord(opened, z.record(z.string(), z.string()))
          .optional()
          .describe('Further ones by workload, such as what asks those who open Prometheus.'),
      })
      .optional()
      .describe('Public addresses. Default: none, people use kubectl port-forward.'),
    gateway: z
      .strictObject({
        hosts: z.partialRecord(opened, publicHost).describe('Host name by workload, such as grafana.'),
        parentRefs: z
          .array(
            z.strictObject({
              name: dnsName.describe('Name of the Gateway.'),
              namespace: dnsLabel.optional().describe("Default: the stack's own."),
              sectionName: dnsName.optional().describe('One listener of it. Default: all that fit.'),
              port: z.int().min(1).max(65_535).optional(),
            }),
          )
          .min(1)
          .max(32)
          .describe('Gateways to which the HTTPRoutes attach; their listeners hold the certificates.'),
        controllerNamespace: dnsLabel
          .optional()
          .describe('Where the pods of the Gateway run, which network policies let in. Default: none.'),
        annotations: z.record(z.string(), z.string()).optional().describe('Of every HTTPRoute.'),
        annotationsOf: z
          .partialRecord(opened, z.record(z.string(), z.string()))
          .optional()
          .describe('Further ones by workload.'),
        filtersOf: z
          .partialRecord(opened, z.array(filter).max(16))
          .optional()
          .describe(
            'Filters of the HTTPRoute by workload, as the Gateway API has them, such as what asks those who open Prometheus.',
          ),
      })
      .optional()
      .describe('Public addresses by the Gateway API, beside an Ingress or in its place. Default: none.'),
    operator: operatorSettings,
  })
  .prefault({})
  .describe('Platform kubernetes alone.');
