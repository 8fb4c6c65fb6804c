import { join } from 'node:path';
import { addressing, replicasOf } from '../../stack/addressing.ts';
import { type RenderedFiles, renderFiles } from '../../stack/files.ts';
import { parseSettings } from '../../stack/settings/index.ts';
import { readUserFiles } from '../../stack/user-files.ts';

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
