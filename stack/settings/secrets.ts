import { z } from 'zod';
import { nearest } from '../../lib/nearest.ts';
import { remove, setSecret } from '../../lib/setting-commands.ts';
import { filed, isInlineSecret, leaves } from './http-client.ts';
import { keyOf } from './problems.ts';
import { settingsSchema } from './schema.ts';
import { secretShape } from './secret-shapes.ts';

interface Secret {
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
  /** A value that everybody knows, and that may stand in plain text outside production. */
  readonly publicDefault: unknown;
}

/**
 * The values of a stack's settings that are secrets: what must stand in no file, argument, log or report.
 * @param settings checked, or as they were written.
 */
export function secretValues(settings: unknown): readonly string[] {
  return collect(settingsSchema, settings).map(({ value }) => String(value));
}

/**
 * What is wrong with secrets that are not encrypted, each with its key and the command that encrypts it.
 * @param plain the settings as far as they stand in plain text; what is encrypted is undefined or left out.
 */
export function plainSecretProblems(plain: unknown, stack: string): readonly string[] {
  const known = collect(settingsSchema, plain).map((secret) => ({ ...secret, key: keyOf(secret.path) }));
  const byKey = known
    .filter(({ value, publicDefault }) => value !== publicDefault)
    .map(({ key, publicDefault }) => {
      const but = publicDefault === undefined ? '' : ` (or ${publicDefault}, outside production)`;
      return (
        `${key} stands in plain text, where everybody who has the file reads it, but must be encrypted${but}. ` +
        `Set it: ${setSecret(key, stack)}`
      );
    });
  const told = new Set(known.map(({ key }) => key));
  const byShape = leaves(plain)
    .map(({ path, value }) => ({ key: keyOf(path), shape: secretShape(String(value)) }))
    .filter(({ key, shape }) => shape !== undefined && !told.has(key))
    .map(
      ({ key, shape }) =>
        `${key} holds ${shape} in plain text, where everybody who has the file reads it. ${instead(key, stack)}`,
    );
  return [...byKey, ...byShape];
}

/** What to do with a secret that stands where a text is: a key of a secret takes it encrypted. */
function instead(key: string, stack: string): string {
  if (secretKeyProblem(key) === undefined) return `Set it encrypted: ${setSecret(key, stack)}`;
  const discovery = /^(discovery\.(?:consul|http)\[\d+\])\.url$/.exec(key)?.[1];
  return discovery === undefined
    ? `Take it out: ${remove(key, stack)}`
    : `Take it out of the URL, and set a token instead: ${setSecret(`${discovery}.token`, stack)}`;
}

function collect(schema: unknown, value: unknown, path: readonly PropertyKey[] = []): readonly Secret[] {
  if (value === undefined || value === null) return [];
  const meta = schema instanceof z.ZodType ? schema.meta() : undefined;
  if (meta?.secret === true) return [{ path, value, publicDefault: meta.publicDefault }];
  if (secretNames(meta).length > 0)
    return leaves(value, path)
      .filter((leaf) => filed(leaf.path)?.secret === true || isInlineSecret(leaf.path, leaf.value))
      .map((leaf) => ({ ...leaf, publicDefault: undefined }));
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return collect(schema.unwrap(), value, path);
  }
  // What was not checked may be anything but what the schema says.
  if (typeof value !== 'object') return [];
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, inner]) =>
      collect(inner, (value as Record<string, unknown>)[key], [...path, key]),
    );
  }
  if (schema instanceof z.ZodArray)
    return Array.isArray(value)
      ? value.flatMap((item, index) => collect(schema.element, item, [...path, index]))
      : [];
  if (schema instanceof z.ZodRecord)
    return Object.entries(value).flatMap(([key, item]) => collect(schema.valueType, item, [...path, key]));
  return [];
}

/**
 * Why a key is not one of a secret. Default: it is one.
 * @param key as `make secret` takes it, such as `discovery.consul[0].token`.
 */
export function secretKeyProblem(key: string | undefined): string | undefined {
  const keys = secretKeys(settingsSchema);
  if (keys.some((pattern) => fits(pattern, key ?? ''))) return undefined;
  const known = `The secrets are:\n${keys.map((each) => `  ${each}`).join('\n')}`;
  if (key === undefined) return `Which secret? ${known}`;
  const near = nearest(key, keys);
  return `${key} is no secret of the settings${near === undefined ? '.' : `; did you mean ${near}?`} ${known}`;
}

/** Keys below which an entry of another program's settings holds a secret. */
const secretNames = (meta: Record<string, unknown> | undefined): readonly string[] =>
  (meta?.secretNames as readonly string[] | undefined) ?? [];

/** `[n]` stands for a place in a list, `<name>` for a name of the user's own, `<…>` for any way further down. */
function secretKeys(schema: unknown, path = ''): readonly string[] {
  const meta = schema instanceof z.ZodType ? schema.meta() : undefined;
  if (meta?.secret === true) return [path];
  const names = secretNames(meta);
  if (names.length > 0) return names.map((name) => `${path}.<…>.${name}`);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return secretKeys(schema.unwrap(), path);
  }
  const within = path === '' ? '' : `${path}.`;
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, inner]) => secretKeys(inner, `${within}${key}`));
  if (schema instanceof z.ZodArray) return secretKeys(schema.element, `${path}[n]`);
  if (schema instanceof z.ZodRecord) return secretKeys(schema.valueType, `${within}<name>`);
  return [];
}

function fits(pattern: string, key: string): boolean {
  const parts = pattern.split(/(\[n\]|<name>|<…>\.)/).map((part) => {
    if (part === '[n]') return '\\[\\d+\\]';
    if (part === '<…>.') return '(?:[^.]+\\.)*';
    return part === '<name>' ? '[^.[\\]]+' : RegExp.escape(part);
  });
  return new RegExp(`^${parts.join('')}$`).test(key);
}
