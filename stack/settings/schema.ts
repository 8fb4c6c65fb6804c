import { z } from 'zod';
import { DEMO, DEPENDENCIES, SERVICES } from '../../catalogue/services.ts';
import { STACK } from '../../catalogue/stack.ts';
import { PART_SETTINGS } from '../../components/parts/index.ts';
import { dashboardsSettings } from '../../dashboards/settings.ts';
import { address, interval, jobName, labelName, machinePort, size } from '../../lib/forms.ts';
import { notificationsSettings } from '../../notifications/settings.ts';
import { DEFAULT_PLATFORM, PLATFORM_KINDS } from '../../platforms/kinds.ts';
import { policiesSettings } from '../../policies/settings.ts';
import { rulesSettings } from '../../rules/settings.ts';
import { basicAuth, secret } from './credentials.ts';
import { discoverySettings } from './discovery.ts';
import { find } from './find.ts';
import { grafanaSettings } from './grafana.ts';
import { prometheusEntry } from './http-client.ts';
import { healthPath, metricsPath } from './paths.ts';
import { dockerSettings, kubernetesSettings } from './platforms.ts';
import { METRIC_PRESETS } from './presets.ts';
import { tls } from './tls.ts';

const service = z
  .strictObject({
    name: jobName.describe('Its job, and the value of the service label of its alerts.'),
    address: address
      .optional()
      .describe('Where it is reached, as host:port; with find, what the HTTP probe asks.'),
    addresses: z.array(address).min(1).optional().describe('Where its instances are reached.'),
    find: find.optional().describe('How Prometheus finds its copies, each of which is an instance.'),
    healthPath: healthPath.optional().describe('What the HTTP probe asks. Default: /health.'),
    metricsPath: metricsPath
      .optional()
      .describe('Where its metrics are; a query becomes the parameters of the request. Default: /metrics.'),
    interval: interval.optional().describe('How often it is scraped. Default: 15s; the inference API 10s.'),
    scheme: z.enum(['http', 'https']).optional().describe('Default: http.'),
    metricNames: z
      .record(z.string(), z.string())
      .optional()
      .describe('Catalogue name by the name under which the service exposes a metric.'),
    metricLabels: z
      .record(z.string().min(1), labelName)
      .optional()
      .describe('Catalogue label by the label under which the service exposes the same.'),
    preset: z
      .enum(Object.keys(METRIC_PRESETS) as [keyof typeof METRIC_PRESETS])
      .optional()
      .describe('A ready mapping of metric names and labels.'),
    basicAuth: basicAuth.optional().describe('What its metrics page asks for.'),
    token: secret.describe('Bearer token that it asks for instead.'),
    tls: tls.optional().describe('How its certificate is checked, by scrapes and probes alike.'),
    off: z.boolean().default(false).describe('Leave a service of the catalogue out.'),
  })
  .refine((value) => value.basicAuth === undefined || value.token === undefined, {
    path: ['token'],
    message: 'either basicAuth or token, not both',
  })
  .refine((value) => value.address === undefined || value.addresses === undefined, {
    path: ['addresses'],
    message: 'either address or addresses, not both',
  })
  .refine((value) => value.tls === undefined || value.scheme === 'https', {
    path: ['tls'],
    message: 'needs scheme: https beside it',
  });

const dependency = z.strictObject({
  address: address.optional(),
  off: z.boolean().default(false).describe('Leave it out: no probe, no exporter.'),
});

/** What has a port of the machine that `ports` can move. */
export type PortName =
  | keyof typeof STACK
  | keyof typeof SERVICES
  | keyof typeof DEPENDENCIES
  | keyof typeof DEMO;

/** Everything that a stack's file may say. Every key has a default but the secrets of production. */
export const settingsSchema = z.strictObject({
  platform: z.enum(PLATFORM_KINDS).default(DEFAULT_PLATFORM).describe('Where the workloads run.'),
  environment: jobName
    .optional()
    .describe('Label of every alert and sample. Default: the name of the stack.'),
  production: z
    .boolean()
    .optional()
    .describe(
      'Refuse default passwords and missing receivers. Default: true for a stack that is named so, such as prod or prod-eu, that others than this machine reach, or that is in a cluster and no trial.',
    ),
  trial: z
    .boolean()
    .default(false)
    .describe('A stack in a cluster that is only tried out, with the demo and without an Ingress.'),
  demo: z
    .strictObject({
      enabled: z.boolean().optional().describe('Run the sample feature store. Default: false in production.'),
      requestsPerSecond: z.number().min(1).max(500).optional().describe('Generated load at an average hour.'),
    })
    .prefault({}),
  services: z
    .array(service)
    .default([])
    .describe('Your services; one of the catalogue by its name, or further ones.'),
  ...PART_SETTINGS,
  kafka: dependency.prefault({}),
  dns: z
    .strictObject({ server: address, name: z.string().min(1) })
    .optional()
    .describe('The resolver that the DNS probe asks, and for which name. Default: the platform’s own.'),
  ports: z
    .partialRecord(
      z.enum(Object.keys({ ...STACK, ...SERVICES, ...DEPENDENCIES, ...DEMO }) as [PortName]),
      machinePort,
    )
    .default({})
    .describe('Port of the machine for a workload. Default: its logical port.'),
  prometheus: z
    .strictObject({
      scrapeInterval: interval.default('15s'),
      evaluationInterval: interval.default('15s'),
      retention: z.strictObject({ time: interval.default('30d'), size: size.default('10GB') }).prefault({}),
      volumeGibibytes: z
        .int()
        .min(1)
        .default(16)
        .describe(
          'Size of its volume, in GiB: more than the retention size, which leaves the head block out.',
        ),
      limits: z
        .strictObject({
          samples: z.int().min(1).default(50_000).describe('Samples of one scrape.'),
          targets: z.int().min(1).default(2000).describe('Targets of one job.'),
          labels: z.int().min(1).default(64).describe('Labels of one series.'),
          labelValueLength: z.int().min(1).default(4096).describe('Characters of one label value.'),
          bodySize: size.default('100MB').describe('Bytes of one answer.'),
        })
        .prefault({})
        .describe(
          'Beyond which a scrape fails, or a job has no target: one target must not fill the memory.',
        ),
      externalLabels: z.record(labelName, z.string()).default({}),
      scrapeConfigs: z
        .array(prometheusEntry)
        .default([])
        .describe('Further scrape_configs as Prometheus’s documentation has them, such as federation.'),
      remoteWrite: z
        .array(prometheusEntry)
        .default([])
        .describe('remote_write entries as that documentation has them, for long-term storage.'),
    })
    .prefault({}),
  discovery: discoverySettings,
  grafana: grafanaSettings,
  docker: dockerSettings,
  kubernetes: kubernetesSettings,
  image: z
    .string()
    .min(1)
    .default('docker.io/feature-store-monitoring/programs:0.1.0')
    .describe(
      'Image of this project for the demo in containers, with the broker’s beside it; the Dockerfile makes both, and the release workflow publishes them.',
    ),
  rules: rulesSettings,
  policies: policiesSettings,
  notifications: notificationsSettings.prefault({}),
  dashboards: dashboardsSettings,
});

export type RawSettings = z.infer<typeof settingsSchema>;
