import { hostAndPort } from '../lib/forms.ts';
import { keyOf, type Settings, serviceAt } from './settings/index.ts';
import type { UserFiles } from './user-files.ts';

/**
 * Targets that are written out and name a Service of a cluster, which stands for all of its pods. Where it has several, each
 * scrape meets another one; how many it has is known to nobody here, so that it is told and not refused. A sentence each.
 */
export function virtualTargets(settings: Settings, targets: UserFiles['targets']): readonly string[] {
  const written = [
    ...settings.prometheus.scrapeConfigs.flatMap((config, index) =>
      movesTarget(config)
        ? []
        : staticTargets(config.static_configs).map(({ path, target }) => ({
            where: keyOf(['prometheus', 'scrapeConfigs', index, 'static_configs', ...path]),
            target,
          })),
    ),
    ...Object.entries(targets).flatMap(([job, groups]) =>
      staticTargets(groups).map(({ path, target }) => ({
        where: `targets.d, job ${job}: ${keyOf(path)}`,
        target,
      })),
    ),
  ];
  return written.flatMap(({ where, target }) => {
    const found = hostAndPort(target);
    const place = found && serviceAt(found.host, settings);
    if (place === undefined) return [];
    const { namespace, service } = place;
    const find =
      settings.platform === 'kubernetes'
        ? `Name it in services with find: { namespace: ${namespace}, service: ${service}, port: ${found?.port} } instead, which scrapes every pod`
        : 'Name each pod instead';
    return [
      `${where} is ${JSON.stringify(target)}, a Service of a cluster: where it has several pods, each scrape meets another one, ` +
        `and every rate is wrong. ${find}; leave it where one pod is behind it.`,
    ];
  });
}

/** Whether relabelling puts another address in the place of the target, as for what is probed. */
function movesTarget({ relabel_configs: rules }: Settings['prometheus']['scrapeConfigs'][number]): boolean {
  return (
    Array.isArray(rules) &&
    rules.some((rule) => (rule as { target_label?: unknown } | null)?.target_label === '__address__')
  );
}

function staticTargets(groups: unknown): { path: readonly PropertyKey[]; target: string }[] {
  if (!Array.isArray(groups)) return [];
  return groups.flatMap((group: { readonly targets?: unknown } | null, index) =>
    (Array.isArray(group?.targets) ? group.targets : []).flatMap((target: unknown, at) =>
      typeof target === 'string' ? [{ path: [index, 'targets', at], target }] : [],
    ),
  );
}
