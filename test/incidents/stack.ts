import { join } from 'node:path';
import { addressing, replicasOf } from '../../program/addressing.ts';
import { type RenderedFiles, renderFiles } from '../../program/files.ts';
import { readUserFiles } from '../../program/user-files.ts';
import { parseSettings } from '../../settings/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The files of a local stack with the demo and every default, as they are declared today. */
export function filesOfStack(): RenderedFiles {
  const settings = parseSettings({ platform: 'local' }, { stack: 'incidents' });
  return renderFiles({
    settings,
    platform: addressing(settings, ROOT),
    replicas: replicasOf(settings),
    user: readUserFiles(settings, join(ROOT, 'no-files-of-users')),
  });
}
