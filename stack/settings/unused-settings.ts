import { DEMO, DEPENDENCIES, SERVICES } from '../../catalogue/services.ts';
import { PARTS } from '../../components/parts/index.ts';
import { remove } from '../../lib/setting-commands.ts';
import { keyOf } from './problems.ts';
import type { RawSettings } from './schema.ts';

interface Idle {
  /** Where the setting is, or the group of it. */
  readonly path: readonly PropertyKey[];
  /** Why it has no effect. */
  readonly because: string;
}

/**
 * Settings that are given and change nothing, because the platform or another setting leaves them idle; a sentence each.
 * @param given what the file says, without defaults.
 */
export function idleSettings(
  given: unknown,
  raw: RawSettings,
  { stack, demoEnabled }: { readonly stack: string; readonly demoEnabled: boolean },
): readonly string[] {
  return [
    ...byPlatform(raw),
    ...byDemo(raw, demoEnabled),
    ...byOff(raw),
    ...byParts(raw),
    ...byGrafana(raw),
    ...byOperator(raw),
  ]
    .filter(({ path }) => isGiven(given, path))
    .map(({ path, because }) => {
      const key = keyOf(path);
      return `${key} is set and has no effect: ${because}. Remove it: ${remove(key, stack)}`;
    });
}

function byPlatform({ platform }: RawSettings): readonly Idle[] {
  const only = (key: string, ...platforms: readonly RawSettings['platform'][]): readonly Idle[] =>
    platforms.includes(platform)
      ? []
      : [
          {
            path: key.split('.'),
            because: `platform is ${platform}, and it is for ${platforms.join(' and ')}`,
          },
        ];
  return [
    ...only('docker', 'docker'),
    ...only('kubernetes', 'kubernetes'),
    ...only('trial', 'kubernetes'),
    ...only('prometheus.volumeGibibytes', 'kubernetes'),
    ...only('ports', 'local', 'docker'),
  ];
}

function byDemo({ platform, ports }: RawSettings, demoEnabled: boolean): readonly Idle[] {
  const image: Idle = { path: ['image'], because: 'only the demo in containers runs from it' };
  if (demoEnabled) return platform === 'local' ? [image] : [];
  const because = 'the demo does not run';
  const own = { ...SERVICES, ...DEPENDENCIES, ...DEMO };
  return [
    image,
    { path: ['demo', 'requestsPerSecond'], because },
    ...(platform === 'kubernetes' ? [] : Object.keys(ports))
      .filter((name) => name in own)
      .map((name) => ({
        path: ['ports', name],
        because: `${because}, and a port is for what the stack runs`,
      })),
  ];
}

function byOff({ redis, kafka, services }: RawSettings): readonly Idle[] {
  const beside = (path: readonly PropertyKey[], group: object, kept: readonly string[]): readonly Idle[] =>
    Object.keys(group)
      .filter((key) => !kept.includes(key))
      .map((key) => ({ path: [...path, key], because: `${keyOf([...path, 'off'])} is true` }));
  return [
    ...(redis.off ? beside(['redis'], redis, ['off']) : []),
    ...(kafka.off ? beside(['kafka'], kafka, ['off']) : []),
    ...services.flatMap((service, index) =>
      service.off ? beside(['services', index], service, ['off', 'name']) : [],
    ),
  ];
}

/** Ports of parts that do not run. */
function byParts(raw: RawSettings): readonly Idle[] {
  if (raw.platform === 'kubernetes') return [];
  return PARTS.flatMap((part) => {
    const because = part.absent(raw);
    return because !== undefined && part.name in raw.ports ? [{ path: ['ports', part.name], because }] : [];
  });
}

function byGrafana({ grafana }: RawSettings): readonly Idle[] {
  if (grafana.mode === 'managed') return [];
  const because = `grafana.mode is ${grafana.mode}`;
  return [
    ...(grafana.mode === 'off'
      ? [
          { path: ['dashboards'], because },
          ...Object.keys(grafana)
            .filter((key) => key !== 'mode')
            .map((key) => ({ path: ['grafana', key], because })),
        ]
      : []),
  ];
}

function byOperator({ platform, kubernetes }: RawSettings): readonly Idle[] {
  if (platform !== 'kubernetes' || kubernetes.operator === undefined) return [];
  const because = "the operator's Prometheus is configured by its own resource";
  return [
    { path: ['prometheus', 'retention'], because },
    { path: ['prometheus', 'volumeGibibytes'], because },
    { path: ['kubernetes', 'replicas', 'prometheus'], because },
  ];
}

function isGiven(given: unknown, path: readonly PropertyKey[]): boolean {
  let here = given;
  for (const part of path) {
    if (here === null || typeof here !== 'object' || !Object.hasOwn(here, part)) return false;
    here = (here as Record<PropertyKey, unknown>)[part];
  }
  return here !== undefined;
}
