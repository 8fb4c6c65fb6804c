import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import { type Plan, planStack } from '../../program/plan.ts';
import { monitoring } from '../../program/program.ts';
import { parseSettings } from '../../settings/index.ts';
import type { Change } from './subject.ts';

/** Base settings of a stack, as its file would hold them. */
export interface Base {
  readonly stack: string;
  /** Folder in the project's place: for the user's own files, and what planning keeps. */
  readonly root: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Files that are always there. Default: none. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * The program that `make up` would run, for a stack whose provider `make up` does not know.
 * @throws what `make up` would say, before the engine hears of anything.
 */
export async function plannedStack(base: Base, change: Change = {}): Promise<Plan & { program: PulumiFn }> {
  const { stack, root, settings } = base;
  for (const folder of ['rules.d', 'dashboards.d'])
    rmSync(join(root, folder), { recursive: true, force: true });
  for (const [path, content] of Object.entries({ ...base.files, ...change.files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const rules = change.alerts === undefined ? {} : { rules: { alerts: change.alerts } };
  const plan = await planStack(parseSettings({ ...settings, ...rules, ...change.settings }, { stack }), root);
  return { ...plan, program: monitoring(plan) };
}
