import { SECRET_PLACEHOLDER } from '../lib/secret-placeholder.ts';
import type { PlatformDriver, StackSite } from '../platforms/driver.ts';
import { driverOf } from '../platforms/index.ts';
import { elsewhere } from './addressing.ts';
import type { Settings } from './settings/index.ts';

/** A stack's site, and the driver that looks after it there. */
export interface DrivenSite {
  readonly driver: PlatformDriver;
  readonly site: StackSite;
}

/**
 * Where a stack of some settings is.
 * @param root the project's folder, absolute.
 * @throws Error where what is needed to ask for it is still encrypted.
 */
export async function drivenSite(settings: Settings, root: string): Promise<DrivenSite> {
  const driver = await driverOf(settings.platform);
  const section = sectionOf(settings);
  const locked = encryptedCredentials(driver, settings)[0];
  if (locked !== undefined)
    throw new Error(`${locked} is still encrypted here, so the stack cannot be asked about on its platform.`);
  return { driver, site: { stack: settings.stack, root, section, ...elsewhere(settings.operator) } };
}

/** Keys of the settings that the driver of a platform needs decrypted, and that are not. */
export function encryptedCredentials({ kind, credentials }: PlatformDriver, settings: Settings): string[] {
  const section = sectionOf(settings) as Readonly<Record<string, unknown>>;
  return credentials.filter((key) => section[key] === SECRET_PLACEHOLDER).map((key) => `${kind}.${key}`);
}

/** The settings of a stack's platform alone. A platform without any has an empty section. */
function sectionOf(settings: Settings): object {
  const sections: Readonly<Record<string, unknown>> = { ...settings };
  return (sections[settings.platform] as object | undefined) ?? {};
}
