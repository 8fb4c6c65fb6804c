import { DEMO, DEPENDENCIES, SERVICES } from '../../catalogue/services.ts';
import { STACK } from '../../catalogue/stack.ts';
import { type RedisServer, redisServer } from '../../components/parts/redis-exporter.ts';
import { sizeBytes } from '../../lib/forms.ts';
import { nearest } from '../../lib/nearest.ts';
import { remove, set } from '../../lib/setting-commands.ts';
import { azureProblems } from './azure.ts';
import { expressionProblems } from './expressions.ts';
import { type Found, findProblems, foundBy, probedAt } from './find.ts';
import { grafanaProblems } from './grafana.ts';
import { closedHosts, openedProblems } from './ingress-names.ts';
import { jobProblems } from './jobs.ts';
import { externalLabelProblems } from './labels.ts';
import { type OperatorSettings, operatorProblems } from './operator.ts';
import { requestPath } from './paths.ts';
import { LABEL_PRESETS, METRIC_PRESETS } from './presets.ts';
import { describeIssue, SettingsError } from './problems.ts';
import { isProduction } from './production.ts';
import { asTyped, sizeProblem, timeProblems } from './reading.ts';
import { type PortName, type RawSettings, settingsSchema } from './schema.ts';
import { plainSecretProblems } from './secrets.ts';
import type { Tls } from './tls.ts';
import { idleSettings } from './unused-settings.ts';

export type { RedisServer } from '../../components/parts/redis-exporter.ts';
export { remove, set, setSecret } from '../../lib/setting-commands.ts';
export { type ConsulServer, consulServer } from './consul.ts';
export type { DiscoverySettings } from './discovery.ts';
export { type Found, serviceAt } from './find.ts';
export { DEFAULT_ADMIN_PASSWORD, foldersWithOwnRights, hasDefaultPassword } from './grafana.ts';
export { filed, isInlineSecret, leaves } from './http-client.ts';
export { jobOwner } from './jobs.ts';
export { externalLabelValue, reservedTargetLabel } from './labels.ts';
export { namespaceOfAddress, type OperatorSettings } from './operator.ts';
export { describePlace, keyOf, SettingsError } from './problems.ts';
export { configOf, sizeProblem } from './reading.ts';
export type { Tls } from './tls.ts';

/** A service as it will be scraped. */
export interface Service {
  readonly name: string;
  /** Logical or real `host:port` of each instance; where its copies are found, what the probe asks, if anything. */
  readonly addresses: readonly string[];
  /** How Prometheus finds its copies. Default: they are at `addresses`. */
  readonly find?: Found;
  readonly healthPath: string;
  /** Decoded, without its query. */
  readonly metricsPath: string;
  /** Parameters of the request for metrics, by name. Default: none. */
  readonly params?: Readonly<Record<string, readonly string[]>>;
  readonly interval: string;
  readonly scheme: 'http' | 'https';
  readonly metricNames: Readonly<Record<string, string>>;
  /** Catalogue label by the label that the service exposes. Default: none. */
  readonly metricLabels?: Readonly<Record<string, string>>;
  /** What its metrics page asks for. Default: nothing. */
  readonly basicAuth?: { readonly user: string; readonly password: string };
  /** Bearer token that it asks for instead. */
  readonly token?: string;
  /** How its certificate is checked. Default: by the system's authorities. */
  readonly tls?: Tls;
}

/** A stack's settings with every default filled in. */
export interface Settings
  extends Omit<RawSettings, 'services' | 'environment' | 'production' | 'redis' | 'kafka' | 'nodeExporter'> {
  /** Who measures the machines, and at which port. */
  readonly nodeExporter: { readonly mode: 'own' | 'existing' | 'off'; readonly port: number };
  readonly stack: string;
  readonly environment: string;
  readonly production: boolean;
  readonly demoEnabled: boolean;
  readonly services: readonly Service[];
  /** `host:port`, or undefined where it is left out. */
  readonly redis: RedisServer;
  /** What is given and has no effect, or lets nobody in, a sentence each. */
  readonly idle: readonly string[];
  readonly kafka: { readonly address: string | undefined };
  /** What the file names: names of its services, in their order. */
  readonly given: { readonly services: readonly string[] };
  /** The operator whose Prometheus takes the place of the stack's own, where there is one. */
  readonly operator: OperatorSettings | undefined;
}

export interface SettingsSource {
  /** Name of the stack. */
  readonly stack: string;
  /** The file that a message points to. Default: `Pulumi.<stack>.yaml`. */
  readonly file?: string;
  /** Run without the demo, whatever the file says: `make monitor`. Default: false. */
  readonly withoutDemo?: boolean;
  /**
   * The settings as far as they are kept in plain text: a secret among them is refused. Default: nothing is known
   * of how they are kept.
   */
  readonly plain?: unknown;
}

/**
 * Turns what a stack's file says into settings.
 * @throws SettingsError naming each key, the value found, what is allowed and the mending command.
 */
export function parseSettings(given: unknown, source: SettingsSource): Settings {
  const { stack, file = `Pulumi.${stack}.yaml` } = source;
  const tooLarge = sizeProblem(given) ?? sizeProblem(source.plain);
  if (tooLarge !== undefined) throw new SettingsError([`${file}: the file ${tooLarge}`], file, 'file');
  const input = asTyped(settingsSchema, given);
  const plainSecrets = plainSecretProblems(asTyped(settingsSchema, source.plain), stack);
  const times = timeProblems(input);
  if (times.length > 0) throw new SettingsError([...plainSecrets, ...times], file);
  // To compile parsers takes longer than to parse once without.
  const result = settingsSchema.safeParse(input, { jitless: true });
  if (!result.success) {
    const context = { input, schema: settingsSchema, stack };
    throw new SettingsError(
      [...plainSecrets, ...result.error.issues.flatMap((issue) => describeIssue(issue, context))],
      file,
    );
  }
  const raw = result.data;
  const problems = [
    ...plainSecrets,
    ...repeatedServices(raw, stack),
    ...offServices(raw, stack),
    ...repeatedPorts(raw, stack),
  ];
  const production = isProduction(raw, stack);
  const demoEnabled = source.withoutDemo === true ? false : (raw.demo.enabled ?? !production);
  if (production && demoEnabled) {
    problems.push(
      `demo.enabled is true, but production must be without it. Change it: ${set('demo.enabled', 'false', stack)}${
        raw.platform === 'kubernetes' && raw.production === undefined
          ? `, or for a stack that is only tried out: ${set('trial', 'true', stack)}`
          : ''
      }`,
    );
  }
  problems.push(...clusterDiscovery(raw, stack), ...smallVolume(raw, stack), ...openedProblems(raw, stack));
  problems.push(...jobProblems(raw, stack), ...externalLabelProblems(raw, stack));
  problems.push(...expressionProblems(raw, stack), ...azureProblems(raw, stack));
  problems.push(...findProblems(raw, { stack, demoEnabled }));
  problems.push(...grafanaProblems(raw, production, stack), ...operatorProblems(raw, stack));
  if (problems.length > 0) throw new SettingsError(problems, file);
  return {
    ...raw,
    stack,
    environment: raw.environment ?? stack,
    production,
    demoEnabled,
    services: services(raw),
    given: { services: raw.services.map(({ name }) => name) },
    redis: redisServer(raw.redis),
    idle: [...idleSettings(input, raw, { stack, demoEnabled }), ...closedHosts(raw, stack)],
    kafka: { address: raw.kafka.off ? undefined : (raw.kafka.address ?? `kafka:${DEPENDENCIES.kafka.port}`) },
    operator: raw.platform === 'kubernetes' ? raw.kubernetes.operator : undefined,
    nodeExporter: {
      ...raw.nodeExporter,
      mode:
        raw.nodeExporter.mode ??
        (raw.platform === 'kubernetes' && raw.kubernetes.operator !== undefined ? 'existing' : 'own'),
    },
  };
}

function smallVolume({ platform, prometheus: { retention, volumeGibibytes } }: RawSettings, stack: string) {
  if (platform !== 'kubernetes') return [];
  const kept = sizeBytes(retention.size) / 2 ** 30;
  if (volumeGibibytes > kept) return [];
  return [
    `prometheus.volumeGibibytes is ${volumeGibibytes}, but must be more than the ${retention.size} that ` +
      'prometheus.retention.size keeps, for the newest samples and compaction. ' +
      `Change it: ${set('prometheus.volumeGibibytes', String(Math.ceil(kept * 1.5) + 1), stack)}`,
  ];
}

/** Whoever may annotate a pod decides what is scraped: where that is trusted has to be said. */
function unnamedNamespaces(
  { services, pods, namespaces }: RawSettings['discovery']['kubernetes'],
  stack: string,
) {
  if (!(services || pods) || namespaces === 'all' || namespaces.length > 0) return [];
  return [
    'discovery.kubernetes.namespaces is not set, but services or pods are looked for: it must name the namespaces whose ' +
      `pods may be scraped, or say all. Set it: ${set('discovery.kubernetes.namespaces[0]', '<namespace>', stack)}, ` +
      `or ${set('discovery.kubernetes.namespaces', 'all', stack)}`,
  ];
}

function clusterDiscovery({ platform, discovery }: RawSettings, stack: string): readonly string[] {
  if (platform === 'kubernetes') return unnamedNamespaces(discovery.kubernetes, stack);
  return (['services', 'pods', 'nodes'] as const)
    .filter((kind) => discovery.kubernetes[kind])
    .map(
      (kind) =>
        `discovery.kubernetes.${kind} is true, but needs platform kubernetes, and platform is ${platform}. ` +
        `Change it: ${set(`discovery.kubernetes.${kind}`, 'false', stack)}`,
    );
}

/** The catalogue's services as the settings change them, then the user's own. */
function services(raw: RawSettings): readonly Service[] {
  const catalogued = Object.entries(SERVICES).flatMap(([name, defaults]) => {
    const own = raw.services.find((service) => service.name === name);
    return own?.off === true ? [] : [resolve(name, { name, off: false, ...own }, defaults)];
  });
  const further = raw.services.filter(({ name, off }) => !(name in SERVICES) && !off);
  return [...catalogued, ...further.map((service) => resolve(service.name, service, undefined))];
}

/** Of a service that the catalogue does not have. */
const DEFAULT_PORT = 8080;

function resolve(
  name: string,
  own: RawSettings['services'][number],
  defaults: (typeof SERVICES)[keyof typeof SERVICES] | undefined,
): Service {
  const labels = { ...(own.preset === undefined ? {} : LABEL_PRESETS[own.preset]), ...own.metricLabels };
  const metrics = requestPath(own.metricsPath ?? defaults?.metricsPath ?? '/metrics');
  const port = defaults?.port ?? DEFAULT_PORT;
  const single = own.address ?? `${name}:${port}`;
  const found = own.find && foundBy(own.find, name, port);
  return {
    name,
    addresses: found === undefined ? (own.addresses ?? [single]) : probedAt(found, own.address, port),
    ...(found && { find: found }),
    healthPath: own.healthPath ?? defaults?.healthPath ?? '/health',
    metricsPath: metrics.path,
    ...(Object.keys(metrics.params).length > 0 && { params: metrics.params }),
    interval: own.interval ?? defaults?.interval ?? '15s',
    scheme: own.scheme ?? 'http',
    ...(own.basicAuth && { basicAuth: own.basicAuth }),
    ...(own.token && { token: own.token }),
    ...(own.tls && { tls: own.tls }),
    metricNames: { ...(own.preset === undefined ? {} : METRIC_PRESETS[own.preset]), ...own.metricNames },
    ...(Object.keys(labels).length > 0 && { metricLabels: labels }),
  };
}

function repeatedServices(raw: RawSettings, stack: string): string[] {
  const names = raw.services.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    return first === index
      ? []
      : [
          `services[${index}].name is "${name}", which services[${first}] has already; each service has a name of its own. ` +
            `Change it: ${set(`services[${index}].name`, '<another name>', stack)}`,
        ];
  });
}

/** Only what is there anyway can be left out: a service of one's own is left out by not naming it. */
function offServices(raw: RawSettings, stack: string): string[] {
  const known = Object.keys(SERVICES);
  return raw.services.flatMap(({ name, off }, index) => {
    if (!off || name in SERVICES) return [];
    const near = nearest(name, known);
    return [
      `services[${index}].off is true for "${name}", which is none of the catalogue${near ? `; did you mean ${near}?` : ''}. ` +
        `Only ${known.join(', ')} can be left out so. Remove the entry: ${remove(`services[${index}]`, stack)}`,
    ];
  });
}

/** Every port that a workload binds unless `ports` moves it. */
const LOGICAL_PORTS = Object.fromEntries(
  Object.entries({ ...STACK, ...SERVICES, ...DEPENDENCIES, ...DEMO }).map(([name, { port }]) => [name, port]),
) as Record<PortName, number>;

function repeatedPorts(raw: RawSettings, stack: string): string[] {
  const users = new Map<number, string>();
  return Object.entries({ ...LOGICAL_PORTS, ...raw.ports }).flatMap(([workload, port]) => {
    const other = users.get(port);
    users.set(port, workload);
    if (other === undefined) return [];
    const key = `ports.${workload in raw.ports ? workload : other}`;
    return [
      `${key} is ${port}, which ${other} and ${workload} would both use. ` +
        `Change it: ${set(key, '<free port>', stack)}`,
    ];
  });
}
