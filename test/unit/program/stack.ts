import { addressing, replicasOf } from '../../../program/addressing.ts';
import { type RenderedFiles, renderFiles } from '../../../program/files.ts';
import { NO_USER_FILES } from '../../../program/user-files.ts';
import { parseSettings } from '../../../settings/index.ts';

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
