import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DecodeError, decodeText } from '../../lib/decode-text.ts';
import { SECRET_PLACEHOLDER } from '../../lib/secret-placeholder.ts';
import { yamlProblem } from '../../lib/yaml-problem.ts';
import { configOf, SettingsError, sizeProblem } from '../../stack/settings/index.ts';
import { keyOf } from '../../stack/settings/problems.ts';
import { PROJECT, ROOT } from '../project.ts';
import { Ambiguous, parseStackYaml } from './stack-yaml.ts';

/** A stack's file as it stands: secrets are still encrypted. */
export interface StackFile {
  readonly path: string;
  /** What it says, each key of `config` with the name of its project. */
  readonly content: { readonly config?: Readonly<Record<string, unknown>>; readonly [key: string]: unknown };
}

/**
 * Reads `Pulumi.<stack>.yaml`.
 * @throws SettingsError where there is none, where it is not YAML, and where the engine would read something else in it.
 */
export function readStackFile(stack: string): StackFile {
  const name = `Pulumi.${stack}.yaml`;
  const path = join(ROOT, name);
  return { path, content: stackContent(readText(path, name, stack), name) };
}

function readText(path: string, name: string, stack: string): string {
  try {
    return decodeText(readFileSync(path));
  } catch (error) {
    if (error instanceof DecodeError) throw unusable(error.message, name);
    const { code, message } = error as NodeJS.ErrnoException;
    const problem =
      code === 'ENOENT'
        ? `there is no such file, so there is no stack "${stack}". Start one: cp Pulumi.local.yaml ${name}`
        : code === 'EISDIR'
          ? `it is a folder, but must be a file. Move it away: mv ${name} ${name}.folder`
          : `it cannot be read: ${message}`;
    throw unusable(problem, name);
  }
}

/** What is wrong with the file as a whole. */
function unusable(problem: string, name: string): SettingsError {
  return new SettingsError([`${name}: ${problem}`], name, 'file');
}

/**
 * What the text of a stack's file says, as the engine reads it (`LoadProjectStackBytes` of Pulumi's
 * sdk/go/common/workspace): a key without a project belongs to this one.
 * @param name of the file, for messages.
 * @throws SettingsError where it is not YAML, and where the engine would read something else in it.
 */
export function stackContent(text: string, name: string): StackFile['content'] {
  const content = parsed(text, name) ?? {};
  if (!isGroup(content))
    throw unusable(
      `the file is ${describe(content)}, but must be a group with the key config, such as Pulumi.local.yaml`,
      name,
    );
  const problems = [...unclear(content)];
  const size = sizeProblem(content);
  if (size !== undefined) throw unusable(`the file ${size}`, name);
  const { config = null } = content;
  if (config !== null && !isGroup(config))
    throw new SettingsError([`config is ${describe(config)}, but must be a group of settings.`], name);
  const qualified: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config ?? {})) {
    const full = qualifiedKey(key);
    if (full === undefined)
      problems.push(
        `config has the key "${key}", but a key must be <name> or <project>:<name>. Rename it in the file.`,
      );
    else if (full in qualified)
      problems.push(
        `config has "${full}" twice, once under the name "${key}", and the engine takes either. Remove one of them from the file.`,
      );
    else qualified[full] = value;
  }
  if (problems.length > 0) throw new SettingsError(problems, name);
  return 'config' in content ? { ...content, config: qualified } : content;
}

function parsed(text: string, name: string): unknown {
  try {
    return parseStackYaml(text);
  } catch (error) {
    throw unusable(yamlProblem(error), name);
  }
}

/** `<name>`, `<project>:<name>` and, from of old, `<project>:config:<name>`. */
function qualifiedKey(key: string): string | undefined {
  const parts = key.split(':');
  if (parts.some((part) => part === '')) return undefined;
  if (parts.length === 1) return `${PROJECT}:${key}`;
  if (parts.length === 2) return key;
  return parts.length === 3 && parts[1] === 'config' ? `${parts[0]}:${parts[2]}` : undefined;
}

/** What in the file another reader takes for another value. */
function unclear(value: unknown, path: readonly PropertyKey[] = [], seen = new Set<unknown>()): string[] {
  if (value instanceof Ambiguous) {
    const { source, taken } = value;
    return [
      `${keyOf(path)} is ${source}, which the engine takes for ${taken}. Write the number in decimal digits, or put it into quotes: "${source}"`,
    ];
  }
  if (value === null || typeof value !== 'object' || seen.has(value)) return [];
  seen.add(value);
  return Array.isArray(value)
    ? value.flatMap((item, index) => unclear(item, [...path, index], seen))
    : Object.entries(value).flatMap(([key, item]) => unclear(item, [...path, key], seen));
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return (
    value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Ambiguous)
  );
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value instanceof Ambiguous ? value.source : JSON.stringify(value);
}

/** A stack's settings as its file has them; a placeholder stands for each encrypted value. */
export function plainConfig(file: StackFile): Record<string, unknown> {
  return configOf(engineTexts(file.content, SECRET_PLACEHOLDER), PROJECT);
}

/** A stack's settings as far as its file has them in plain text; an encrypted value is left out. */
export function unencryptedConfig(file: StackFile): Record<string, unknown> {
  return configOf(engineTexts(file.content, undefined), PROJECT);
}

/** The encrypted form of each secret by its key: `notifications.pagerduty.routingKey`. */
export function encryptedValues(file: StackFile): Record<string, string> {
  const within = (value: unknown, path: string): [string, string][] => {
    if (value === null || typeof value !== 'object') return [];
    const entries = Object.entries(value);
    const [[key, text] = []] = entries;
    if (entries.length === 1 && key === 'secure') return [[path, String(text)]];
    return entries.flatMap(([name, inner]) =>
      within(inner, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`),
    );
  };
  return Object.fromEntries(
    Object.entries(file.content.config ?? {}).flatMap(([key, value]) =>
      within(value, key.startsWith(`${PROJECT}:`) ? key.slice(PROJECT.length + 1) : key),
    ),
  );
}

/**
 * What the engine hands to the program: a text for each key (`MarshalString` of Pulumi's sdk/go/common/resource/config).
 * @param standIn takes the place of each encrypted value. Default: it is left out.
 */
export function engineTexts(
  { config = {} }: StackFile['content'],
  standIn: string | undefined,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(config ?? {}).flatMap(([key, value]) => {
      const open = withoutSecrets(value, standIn);
      if (open === undefined) return [];
      return [[key, typeof open === 'string' ? open : open === null ? '' : JSON.stringify(open)]];
    }),
  );
}

function withoutSecrets(value: unknown, standIn: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, standIn));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [key, inner] = entries[0] ?? [];
  if (entries.length === 1 && key === 'secure' && typeof inner === 'string') return standIn;
  return Object.fromEntries(entries.map(([name, item]) => [name, withoutSecrets(item, standIn)]));
}
