import { parseSettings, type Settings } from '../../stack/settings/index.ts';
import { plainConfig, readStackFile, unencryptedConfig } from './stack-file.ts';

export interface SettingsOptions {
  readonly stack: string;
  /** Run without the demo, whatever the stack's file says. Default: false. */
  readonly withoutDemo?: boolean;
}

/**
 * A stack's settings without asking the engine: secrets are placeholders, and refused where they are not encrypted.
 * Enough for addresses and health.
 * @throws SettingsError
 */
export function readSettings({ stack, withoutDemo = false }: SettingsOptions): Settings {
  const file = readStackFile(stack);
  return parseSettings(plainConfig(file), { stack, withoutDemo, plain: unencryptedConfig(file) });
}
