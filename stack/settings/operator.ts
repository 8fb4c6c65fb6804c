import { z } from 'zod';
import { SERVICES } from '../../catalogue/services.ts';
import { dnsLabel } from '../../lib/forms.ts';
import { remove, set } from '../../lib/setting-commands.ts';
import type { RawSettings } from './schema.ts';

const labels = z.record(z.string(), z.string());

/** A cluster's Prometheus Operator, which is told what to scrape and evaluate. */
export const operatorSettings = z
  .strictObject({
    namespace: dnsLabel.describe('Namespace of its Prometheus.'),
    service: dnsLabel.default('prometheus-operated').describe('Service of its Prometheus.'),
    labels: labels
      .default({})
      .describe('Labels by which its Prometheus selects rules and monitors, such as release.'),
    services: z
      .record(
        z.string(),
        z.strictObject({
          labels: labels.optional().describe('Labels of its Service. Default: app.kubernetes.io/name.'),
          port: z.string().min(1).default('http').describe("Name of its Service's port."),
        }),
      )
      .default({})
      .describe('How a service of the settings is found, by its name.'),
  })
  .optional()
  .describe("A cluster's Prometheus Operator, whose Prometheus takes the place of the stack's own.");

export type OperatorSettings = NonNullable<z.infer<typeof operatorSettings>>;

/** A service in the cluster: its name, and the namespace where it is not the stack's. */
const IN_CLUSTER = /^[a-z0-9-]+(\.(?<namespace>[a-z0-9-]+)\.svc(\.[a-z0-9.-]+)?)?:\d+$/;

/** Namespace of a service's address such as `inference-api.shop.svc:8080`; the stack's own where it names none. */
export function namespaceOfAddress(address: string, own: string): string {
  return IN_CLUSTER.exec(address)?.groups?.namespace ?? own;
}

/** What a Prometheus that is not the stack's own cannot be told. */
export function operatorProblems(raw: RawSettings, stack: string): readonly string[] {
  const { operator } = raw.kubernetes;
  if (raw.platform !== 'kubernetes' || operator === undefined) return [];
  return [
    ...inVain(raw, stack),
    ...outside(raw, stack),
    ...protectedServices(raw, stack),
    ...unknownServices(raw, operator, stack),
  ];
}

function inVain({ prometheus, discovery, redis }: RawSettings, stack: string): readonly string[] {
  const { kubernetes, ...lists } = discovery;
  const found = {
    'prometheus.scrapeConfigs': prometheus.scrapeConfigs.length > 0,
    'prometheus.remoteWrite': prometheus.remoteWrite.length > 0,
    'prometheus.externalLabels': Object.keys(prometheus.externalLabels).length > 0,
    'redis.addresses': (redis.addresses ?? []).length > 1,
    'redis.sentinels': redis.sentinels.length > 0,
    'discovery.kubernetes': kubernetes.services || kubernetes.pods || kubernetes.nodes,
    ...Object.fromEntries(
      Object.entries(lists).map(([kind, list]) => [`discovery.${kind}`, list.length > 0]),
    ),
  };
  return Object.entries(found)
    .filter(([, isSet]) => isSet)
    .map(
      ([key]) =>
        `${key} is set, but kubernetes.operator is too: its Prometheus is not this stack's to configure. Say it in ` +
        `the operator's Prometheus resource, and remove it here: ${remove(key, stack)}`,
    );
}

function outside({ services }: RawSettings, stack: string): readonly string[] {
  return services.flatMap(({ name, address, addresses, off }, index) =>
    (off ? [] : (addresses ?? (address === undefined ? [] : [address])))
      .filter((each) => !IN_CLUSTER.test(each))
      .map(
        (each) =>
          `services[${index}] (${name}) is at ${each}, but a ServiceMonitor finds services of the cluster alone: allowed ` +
          `is <service>.<namespace>.svc:<port>. Change it: ${set(`services[${index}].address`, `${name}.<namespace>.svc:8080`, stack)}`,
      ),
  );
}

function protectedServices({ services }: RawSettings, stack: string): readonly string[] {
  return services.flatMap(({ name, basicAuth, token, tls, off }, index) =>
    off || (basicAuth === undefined && token === undefined && tls === undefined)
      ? []
      : [
          `services[${index}] (${name}) asks for a password or token, or has a tls of its own, which a ServiceMonitor reads from a Secret of yours: make one ` +
            `yourself, and leave the service out here: ${set(`services[${index}].off`, 'true', stack)}`,
        ],
  );
}

function unknownServices(
  { services }: RawSettings,
  operator: OperatorSettings,
  stack: string,
): readonly string[] {
  const known = new Set([...Object.keys(SERVICES), ...services.map(({ name }) => name)]);
  return Object.keys(operator.services)
    .filter((name) => !known.has(name))
    .map(
      (name) =>
        `kubernetes.operator.services.${name} is no service: there are ${[...known].join(', ')}. ` +
        `Remove it: ${remove(`kubernetes.operator.services.${name}`, stack)}`,
    );
}
