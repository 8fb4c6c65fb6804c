import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
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
    const content = load(readFileSync(path, 'utf8')) ?? {};
    return { path, content: content as StackFile['content'] };
  } catch (error) {
    throw new SettingsError([`it is not YAML: ${(error as Error).message.split('\n')[0]}`], name);
  }
}

/** A stack's settings as its file has them; an encrypted value becomes a placeholder of the same kind. */
export function plainConfig(file: StackFile): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(file.content.config ?? {})
      .filter(([key]) => key.startsWith(`${PROJECT}:`))
      .map(([key, value]) => [key.slice(PROJECT.length + 1), withoutSecrets(value)]),
  );
}

/** What stands for a secret wherever it is not decrypted: long enough for every check of length. */
export const SECRET_PLACEHOLDER = 'secret-placeholder-not-the-value';

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === 'secure') return SECRET_PLACEHOLDER;
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutSecrets(item)]));
}
