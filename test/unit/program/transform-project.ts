import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { addressing, replicasOf } from '../../../program/addressing.ts';
import { drafted } from '../../../program/checked.ts';
import { renderFiles } from '../../../program/files.ts';
import { NO_USER_FILES } from '../../../program/user-files.ts';
import { withTransform } from '../../../program/with-transform.ts';
import { parseSettings } from '../../../settings/index.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A folder as the project's own, with these files at its root. */
export function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fsm-transform-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['program', 'platforms', 'node_modules', 'tsconfig.json', 'package.json'])
    symlinkSync(join(ROOT, name), join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A stack `test` of a project, with its transform and without anybody's files. */
export async function transformedStack(root: string, input: object) {
  const settings = parseSettings({ trial: true, ...input }, { stack: 'test' });
  const platform = addressing(settings, root);
  const files = renderFiles({ settings, platform, replicas: replicasOf(settings), user: NO_USER_FILES });
  const plan = await withTransform(drafted(settings, files, root), root);
  return { settings, files, plan };
}
