import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { addressing, replicasOf } from '../../../stack/addressing.ts';
import { drafted } from '../../../stack/draft.ts';
import { renderFiles } from '../../../stack/files.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';
import { withTransform } from '../../../stack/with-transform.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A folder as the project's own, with these files at its root. */
export function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fsm-transform-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['stack', 'platforms', 'lib', 'node_modules', 'tsconfig.json', 'package.json'])
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
