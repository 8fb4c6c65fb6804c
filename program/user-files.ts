import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../settings/index.ts';

/** What users add beside the program: rules and dashboards of their own, by file name. */
export interface UserFiles {
  readonly rules: Readonly<Record<string, string>>;
  /** Folder of further dashboards. */
  readonly dashboards: string;
}

/** Reads `rules.d/`, and says where further dashboards lie. */
export function readUserFiles(settings: Settings, root: string): UserFiles {
  return {
    rules: readFolder(join(root, 'rules.d'), /\.ya?ml$/),
    dashboards: join(root, settings.dashboards.extraDirectory),
  };
}

function readFolder(folder: string, pattern: RegExp): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => [`rules.d/${name}`, readFileSync(join(folder, name), 'utf8')]),
  );
}
