import { parseSettings, type Settings } from '../settings/index.ts';
import { plainConfig, readStackFile } from './stack-file.ts';

export interface SettingsOptions {
  readonly stack: string;
  /** Run without the demo, whatever the stack's file says. Default: false. */
  readonly withoutDemo?: boolean;
}

/**
 * A stack's settings without asking the engine: secrets are placeholders. Enough for addresses and health.
 * @throws SettingsError
 */
export function readSettings({ stack, withoutDemo = false }: SettingsOptions): Settings {
  return parseSettings(plainConfig(readStackFile(stack)), { stack, withoutDemo });
}
