import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetGroup } from '../components/prometheus/discovery.ts';
import { type Settings, SettingsError } from '../settings/index.ts';
import { readTargets } from './targets.ts';

/** What users add beside the program, by file name. */
export interface UserFiles {
  /** Files of `rules.d/`. */
  readonly rules: Readonly<Record<string, string>>;
  /** Folder of further dashboards. */
  readonly dashboards: string;
  /** Targets of `targets.d/` by job, which is the name of the file. */
  readonly targets: Readonly<Record<string, readonly TargetGroup[]>>;
}

/**
 * Reads `rules.d/` and `targets.d/`, and says where further dashboards lie.
 * @throws SettingsError where a file of targets is none.
 */
export function readUserFiles(settings: Settings, root: string): UserFiles {
  const targets = readTargets(readFolder(join(root, 'targets.d'), /\.(ya?ml|json)$/));
  const [job] = Object.keys(targets);
  if (settings.operator !== undefined && job !== undefined)
    throw new SettingsError(
      [
        'it has targets, but kubernetes.operator is set: its Prometheus reads no files of this project. Make a ' +
          `ServiceMonitor of your own for them, and remove the file: git rm targets.d/${job}.*`,
      ],
      'targets.d',
    );
  return {
    rules: readFolder(join(root, 'rules.d'), /\.ya?ml$/, 'rules.d/'),
    dashboards: join(root, settings.dashboards.extraDirectory),
    targets,
  };
}

function readFolder(folder: string, pattern: RegExp, prefix = ''): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => [`${prefix}${name}`, readFileSync(join(folder, name), 'utf8')]),
  );
}
