import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { quoted } from '../shell.ts';
import { type EngineFolder, engineFolder, namesIn, textOf } from './engine-folder.ts';

/** The file that holds a stack's state cannot be used. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

interface Checkpoint {
  readonly checkpoint?: {
    readonly latest?: {
      readonly resources?: readonly unknown[];
      readonly secrets_providers?: { readonly type?: string; readonly state?: { readonly salt?: string } };
    };
  };
}

/**
 * Makes sure that the engine will be able to read a stack's state.
 * @throws StateError naming the newest backup that is whole, and the command that puts it back.
 */
export function checkState(stack: string, url: string): void {
  const folder = engineFolder(stack, url);
  if (folder !== undefined) dropBrokenAttributes(folder);
  const text = folder && textOf(folder.state);
  if (folder === undefined || text === undefined || parsed(text) !== undefined) return;
  const wrong = text.trim() === '' ? 'is empty' : `ends in the middle, or was damaged (${text.length} bytes)`;
  const backups = namesIn(folder.backups)
    .filter((name) => name.endsWith('.json'))
    .sort((a, b) => stamp(b) - stamp(a));
  const whole = [folder.previous, ...backups.map((name) => join(folder.backups, name))].find(
    (file) => parsed(textOf(file) ?? '') !== undefined,
  );
  throw new StateError(
    [
      `The state of stack "${stack}" ${wrong}: ${folder.state}`,
      ...(whole === undefined
        ? ['There is no backup of it that is whole.']
        : [
            'Its newest backup is whole, and may lack the last change, which `make up` then makes again. To put it back:',
            `  cp ${quoted(whole)} ${quoted(folder.state)}`,
          ]),
      whole === undefined
        ? `To start over (what runs is stopped, data is kept): ${forgetCommand(stack)}, then: make up STACK=${stack}`
        : `What runs can be stopped without it: make down STACK=${stack}`,
    ].join('\n'),
  );
}

/**
 * The engine's store writes a file's attributes, its type and checksum, in place beside it, and reads no file whose
 * attributes a kill cut off: `failed to load checkpoint: EOF`. It does without them (`getAttrs` in blob/fileblob of
 * gocloud.dev), and the file itself is whole: it is put in place by its name.
 */
function dropBrokenAttributes({ state, previous, meta }: EngineFolder): void {
  for (const file of [state, previous, meta].map((each) => `${each}.attrs`)) {
    const text = textOf(file);
    if (text === undefined) continue;
    try {
      JSON.parse(text);
    } catch {
      rmSync(file, { force: true });
    }
  }
}

/** The command that sets a stack's state aside. */
export const forgetCommand = (stack: string) =>
  `make down STACK=${stack}${stack === 'local' ? '' : ` CONFIRM=${stack}`} ARGS=--forget`;

/**
 * What a stack's state says of the passphrase that it was made with: a salt, and a word that only the right passphrase
 * decrypts. @returns undefined where there is no such state.
 */
export function saltOfState(stack: string, url: string): string | undefined {
  const folder = engineFolder(stack, url);
  const providers = folder && parsed(textOf(folder.state) ?? '')?.checkpoint?.latest?.secrets_providers;
  return providers?.type === 'passphrase' ? providers.state?.salt : undefined;
}

/** Whether a stack's state is a folder's, whole, and lists any resource besides the stack itself. */
export function holdsResources(stack: string, url: string): boolean {
  const folder = engineFolder(stack, url);
  const { resources } = (folder && parsed(textOf(folder.state) ?? ''))?.checkpoint?.latest ?? {};
  return (resources?.length ?? 0) > 1;
}

/**
 * Whether a stack's state belongs into a folder, and lists no resource: it is not there, went with the records of what
 * ran, or is new. One that cannot be read may list any.
 */
export function listsNothing(stack: string, url: string): boolean {
  const folder = engineFolder(stack, url);
  if (folder === undefined) return false;
  const text = textOf(folder.state);
  return text === undefined || (parsed(text) !== undefined && !holdsResources(stack, url));
}

/** A state as the engine writes it; undefined where the text is none. */
function parsed(text: string): Checkpoint | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && 'checkpoint' in value
      ? (value as Checkpoint)
      : undefined;
  } catch {
    return undefined;
  }
}

/** `<stack>.<nanoseconds>.json` */
const stamp = (name: string) => Number(name.split('.').at(-2));
