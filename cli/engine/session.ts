import type { PulumiFn, Stack } from '@pulumi/pulumi/automation/index.js';
import { RunError } from '@pulumi/pulumi/errors.js';
import { DEFAULT_PLATFORM, isThisMachine } from '../../platforms/kinds.ts';
import { addressing } from '../../stack/addressing.ts';
import { untooledStack } from '../../stack/checked.ts';
import { type Plan, planStack } from '../../stack/plan.ts';
import { monitoring } from '../../stack/program.ts';
import { configOf, parseSettings, type Settings } from '../../stack/settings/index.ts';
import { ensureTools } from '../../tools/install.ts';
import { DEBUG } from '../errors.ts';
import { PROJECT, ROOT } from '../project.ts';
import { decryptedTexts, hiding } from '../redact.ts';
import { readSettings, type SettingsOptions } from '../stack-file/settings.ts';
import { plainConfig, readStackFile, type StackFile } from '../stack-file/stack-file.ts';
import { asOurs, openStack } from './workspace.ts';

/** A stack that was validated and planned, open in the engine. */
export interface Session {
  readonly settings: Settings;
  readonly plan: Plan;
  readonly stack: Stack;
  /** Whether the engine has called the program. */
  readonly begun: () => boolean;
}

/**
 * Validates, plans and opens a stack. Whatever is wrong with what people wrote is thrown before the engine is looked for.
 * @throws SettingsError, UserFilesError, RulesError, DashboardsError, ToolsError, CheckError, UsageError
 */
export async function openSession(options: SettingsOptions): Promise<Session> {
  const file = readStackFile(options.stack);
  const preliminary = readSettings(options);
  const encrypted = hasSecrets(file);
  // Without its secrets a stack is planned once they are decrypted, which takes the engine.
  const early = encrypted ? undefined : await planStack(preliminary, ROOT);
  if (encrypted) await untooledStack(preliminary, addressing(preliminary, ROOT), ROOT);
  const { pulumi } = await ensureTools(['pulumi']);
  const open = (program: PulumiFn) =>
    openStack({
      stack: options.stack,
      pulumi,
      program,
      machineOnly: isMachineOnly(preliminary.platform, file),
    });
  const plan = early ?? (await decrypted(options, await open(nothing), (found) => planStack(found, ROOT)));
  const program = inWords(monitoring(plan));
  let begun = false;
  const stack = await open(async () => {
    begun = true;
    return await program();
  });
  return { settings: plan.settings, plan, stack, begun: () => begun };
}

/**
 * Has a program throw in words for a person: the SDK gives the engine the message of a `RunError` as it stands, and
 * that of any other error with its stack. It has to throw: the engine deletes what a program that returns did not
 * declare, whatever errors it logged (`disconnect(true)` in the SDK's automation server).
 */
export function inWords(program: PulumiFn): PulumiFn {
  return async () => {
    try {
      return await program();
    } catch (error) {
      throw new RunError(said(error), { cause: error });
    }
  };
}

/** `TypeError: x is not a function`; what is thrown as a plain `Error` is written for people. */
function said(error: unknown): string {
  if (!(error instanceof Error)) return `The program throws ${String(error)}`;
  if (DEBUG) console.error(error.stack);
  return error.name === 'Error' ? error.message : `The program throws ${error.name}: ${error.message}`;
}

/** A stack's settings with its secrets, which the engine decrypts where there are any. Nothing is planned. */
export async function decryptedSettings(options: SettingsOptions): Promise<Settings> {
  const preliminary = readSettings(options);
  if (!hasSecrets(readStackFile(options.stack))) return preliminary;
  return await decrypted(options, await openUnplanned(options.stack), (settings) => settings);
}

/** Opens a stack without its program. Nothing is planned, and nothing has to be valid but its name. */
export async function openUnplanned(stack: string): Promise<Stack> {
  const { pulumi } = await ensureTools(['pulumi']);
  const file = readStackFile(stack);
  const { platform = DEFAULT_PLATFORM } = plainConfig(file);
  return await openStack({ stack, pulumi, program: nothing, machineOnly: isMachineOnly(platform, file) });
}

/** What is made of a stack's decrypted settings. No error says what is secret in them. */
async function decrypted<T>(
  { stack, withoutDemo = false }: SettingsOptions,
  opened: Stack,
  use: (settings: Settings) => T | Promise<T>,
): Promise<T> {
  const config = await opened.getAllConfig().catch(asOurs(stack, `Reading the settings of stack "${stack}"`));
  const texts = Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]));
  const open = configOf(texts, PROJECT);
  return await hiding(decryptedTexts(plainConfig(readStackFile(stack)), open), () =>
    use(parseSettings(open, { stack, withoutDemo })),
  );
}

const nothing = async () => ({});

/** Whether any value of the file is encrypted. */
function hasSecrets(file: StackFile): boolean {
  return JSON.stringify(file.content.config ?? {}).includes('"secure":');
}

/** A stack of processes on this machine whose file holds no salt is nobody else's business. */
function isMachineOnly(platform: unknown, { content }: StackFile): boolean {
  return isThisMachine(platform) && !('encryptionsalt' in content) && !('secretsprovider' in content);
}
