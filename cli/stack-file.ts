import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { DecodeError, decodeText } from '../catalogue/decode-text.ts';
import { SECRET_PLACEHOLDER } from '../catalogue/secret-placeholder.ts';
import { SettingsError } from '../settings/index.ts';
import { PROJECT, ROOT } from './project.ts';

/** A stack's file as it stands: secrets are still encrypted. */
export interface StackFile {
  readonly path: string;
  readonly content: { readonly config?: Readonly<Record<string, unknown>>; readonly [key: string]: unknown };
}

/**
 * Reads `Pulumi.<stack>.yaml`.
 * @throws SettingsError where there is none, or where it is not YAML.
 */
export function readStackFile(stack: string): StackFile {
  const name = `Pulumi.${stack}.yaml`;
  const path = join(ROOT, name);
  if (!existsSync(path)) {
    throw new SettingsError(
      [`there is no such file, so there is no stack "${stack}". Start one: cp Pulumi.local.yaml ${name}`],
      name,
    );
  }
  try {
    const content = load(decodeText(readFileSync(path))) ?? {};
    return { path, content: content as StackFile['content'] };
  } catch (error) {
    if (error instanceof DecodeError) throw new SettingsError([error.message], name);
    throw new SettingsError([`it is not YAML: ${(error as Error).message.split('\n')[0]}`], name);
  }
}

/** A stack's settings as its file has them; a placeholder stands for each encrypted value. */
export function plainConfig(file: StackFile): Record<string, unknown> {
  return configOf(file, SECRET_PLACEHOLDER);
}

/** A stack's settings as far as its file has them in plain text; an encrypted value is undefined. */
export function unencryptedConfig(file: StackFile): Record<string, unknown> {
  return configOf(file, undefined);
}

/** @param standIn takes the place of each encrypted value. */
function configOf(file: StackFile, standIn: string | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(file.content.config ?? {})
      .filter(([key]) => key.startsWith(`${PROJECT}:`))
      .map(([key, value]) => [key.slice(PROJECT.length + 1), withoutSecrets(value, standIn)]),
  );
}

function withoutSecrets(value: unknown, standIn: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, standIn));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === 'secure') return standIn;
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutSecrets(item, standIn)]));
}
