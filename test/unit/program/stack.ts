import { addressing, replicasOf } from '../../../stack/addressing.ts';
import { type RenderedFiles, renderFiles } from '../../../stack/files.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';

/** The files of a stack with these settings, on a project without files of a user. Nothing is asked. */
export function rendered(input: unknown): RenderedFiles {
  const settings = parseSettings(input, { stack: 'try' });
  return renderFiles({
    settings,
    platform: addressing(settings, '/project'),
    replicas: replicasOf(settings),
    user: NO_USER_FILES,
  });
}

/** What is said of settings that are refused, a line each. */
export function problems(input: unknown): readonly string[] {
  try {
    rendered(input);
  } catch (error) {
    return (error as { problems?: readonly string[] }).problems ?? [String(error)];
  }
  return [];
}
