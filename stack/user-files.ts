import { existsSync } from 'node:fs';
import { dirname, normalize, resolve } from 'node:path';
import type { TargetGroup } from '../components/prometheus/discovery.ts';
import { jobOwner, type Settings, SettingsError } from './settings/index.ts';
import { readTargets } from './targets.ts';
import { readUserFolder, UserFilesError } from './user-folder.ts';

/** What users add beside the program. */
export interface UserFiles {
  /** Text of the files of `rules.d/` by path, such as `rules.d/team/own.yaml`. */
  readonly rules: Readonly<Record<string, string>>;
  /** Text of the files of `dashboards.d/` by path. */
  readonly dashboards: Readonly<Record<string, string>>;
  /** Targets of `targets.d/` by job, which is the name of the file. */
  readonly targets: Readonly<Record<string, readonly TargetGroup[]>>;
  /** What lies in these folders and is not read, a sentence each. */
  readonly unread: readonly string[];
}

/** A stack to which nobody added anything. */
export const NO_USER_FILES: UserFiles = { rules: {}, dashboards: {}, targets: {}, unread: [] };

const TARGETS = 'targets.d';
const YAML = ['.yaml', '.yml'];

/**
 * Reads `rules.d/`, `targets.d/` and the folder of further dashboards, all in one way.
 * @param root the project's folder, absolute.
 * @throws UserFilesError where a file was meant to be read and cannot be; SettingsError where a file of targets is none.
 */
export function readUserFiles(settings: Settings, root: string): UserFiles {
  const folder = (shown: string, endings: readonly string[], holds: string) =>
    readUserFolder({ path: resolve(root, shown), shown, endings, holds });
  const { extraDirectory } = settings.dashboards;
  const rules = folder('rules.d', [...YAML, '.rules', '.json'], 'rules');
  const targets = folder(TARGETS, [...YAML, '.json'], 'targets');
  const dashboards = folder(normalize(extraDirectory).replace(/\/+$/, ''), ['.json'], 'dashboards');
  const folders = [rules, targets, dashboards];
  const problems = [...folders.flatMap((each) => each.problems), ...takenTitles(dashboards.files, settings)];
  if (problems.length > 0) throw new UserFilesError(problems);
  const idle =
    extraDirectory === DEFAULT_DASHBOARDS || existsSync(resolve(root, extraDirectory))
      ? []
      : [
          `dashboards.extraDirectory is ${extraDirectory}, and there is no such folder: mkdir ${extraDirectory}`,
        ];
  return {
    rules: rules.files,
    dashboards: dashboards.files,
    targets: targetsOf(settings, targets.files),
    unread: [...folders.flatMap(({ unread }) => unread), ...idle],
  };
}

/** Folders whose names Grafana has for other dashboards already: it finds a folder by its title. */
function takenTitles(
  files: Readonly<Record<string, string>>,
  { dashboards: { extraDirectory, folders } }: Settings,
): readonly string[] {
  const root = normalize(`${extraDirectory}/`);
  const own = new Set(
    Object.keys(files)
      .map(dirname)
      .filter((folder) => folder.startsWith(root)),
  );
  return [...own].flatMap((folder) => {
    const title = folder.slice(root.length);
    const [key] = Object.entries(folders).find(([, each]) => each.title === title) ?? [];
    return key === undefined
      ? []
      : [
          `${folder} would be the folder “${title}” in Grafana, which is that of dashboards.folders.${key}: rename it, or set ` +
            `dashboards.folders.${key}.title`,
        ];
  });
}

const DEFAULT_DASHBOARDS = 'dashboards.d';

function targetsOf(settings: Settings, files: Readonly<Record<string, string>>): UserFiles['targets'] {
  const targets = readTargets(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path.slice(`${TARGETS}/`.length), text])),
    (job) => jobOwner(settings, job),
  );
  const [job] = Object.keys(targets);
  if (settings.operator !== undefined && job !== undefined)
    throw new SettingsError(
      [
        'targets.d: it has targets, but kubernetes.operator is set: its Prometheus reads no files of this project. Make a ' +
          `ServiceMonitor of your own for them, and remove the file: git rm ${TARGETS}/${job}.*`,
      ],
      TARGETS,
      'file',
    );
  return targets;
}
