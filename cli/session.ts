import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { type Plan, planStack } from '../program/plan.ts';
import { monitoring } from '../program/program.ts';
import { configOf, parseSettings, type Settings } from '../settings/index.ts';
import { ensureTools } from '../tools/install.ts';
import { PROJECT, ROOT } from './project.ts';
import { readSettings, type SettingsOptions } from './settings.ts';
import { readStackFile, type StackFile } from './stack-file.ts';
import { openStack } from './workspace.ts';

/** A stack that was validated and planned, open in the engine. */
export interface Session {
  readonly settings: Settings;
  readonly plan: Plan;
  readonly stack: Stack;
}

/**
 * Validates, plans and opens a stack. Whatever is wrong is thrown before the engine is asked for anything.
 * @throws SettingsError, RulesError, DashboardsError, ToolsError, CheckError, UsageError
 */
export async function openSession(options: SettingsOptions): Promise<Session> {
  const file = readStackFile(options.stack);
  const preliminary = readSettings(options);
  const { pulumi } = await ensureTools(['pulumi']);
  const open = (program: () => Promise<Record<string, unknown> | undefined>) =>
    openStack({ stack: options.stack, pulumi, program, machineOnly: isMachineOnly(preliminary, file) });
  const settings = hasSecrets(file) ? await decrypted(options, await open(nothing)) : preliminary;
  const plan = await planStack(settings, ROOT);
  return { settings, plan, stack: await open(monitoring(plan) as never) };
}

/** Opens a stack to remove it: nothing is planned, and nothing has to be valid but its name. */
export async function openForRemoval(options: SettingsOptions): Promise<Stack> {
  const { pulumi } = await ensureTools(['pulumi']);
  const file = readStackFile(options.stack);
  return await openStack({
    stack: options.stack,
    pulumi,
    program: nothing,
    machineOnly: isMachineOnly(readSettings(options), file),
  });
}

async function decrypted({ stack, withoutDemo = false }: SettingsOptions, opened: Stack): Promise<Settings> {
  const config = await opened.getAllConfig();
  const texts = Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]));
  return parseSettings(configOf(texts, PROJECT), { stack, withoutDemo });
}

const nothing = async () => ({});

/** Whether any value of the file is encrypted. */
function hasSecrets(file: StackFile): boolean {
  return JSON.stringify(file.content.config ?? {}).includes('"secure":');
}

/** A stack of processes on this machine whose file holds no salt is nobody else's business. */
export function isMachineOnly(settings: Settings, file: StackFile): boolean {
  return (
    settings.platform === 'local' &&
    !('encryptionsalt' in file.content) &&
    !('secretsprovider' in file.content)
  );
}
