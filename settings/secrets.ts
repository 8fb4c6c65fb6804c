import { z } from 'zod';
import { nearest } from '../catalogue/nearest.ts';
import { settingsSchema } from './schema.ts';

/**
 * The values of a stack's settings that are secrets: what must stand in no file, argument, log or report.
 * @param settings checked, or as they were written.
 */
export function secretValues(settings: unknown): readonly string[] {
  return collect(settingsSchema, settings);
}

function collect(schema: unknown, value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (schema instanceof z.ZodType && schema.meta()?.secret === true) return [String(value)];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return collect(schema.unwrap(), value);
  }
  // What was not checked may be anything but what the schema says.
  if (typeof value !== 'object') return [];
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, inner]) =>
      collect(inner, (value as Record<string, unknown>)[key]),
    );
  }
  if (schema instanceof z.ZodArray)
    return Array.isArray(value) ? value.flatMap((item) => collect(schema.element, item)) : [];
  if (schema instanceof z.ZodRecord)
    return Object.values(value).flatMap((item) => collect(schema.valueType, item));
  return [];
}

/**
 * Why a key is not one of a secret. Default: it is one.
 * @param key as `pulumi config set --path` takes it, such as `discovery.consul[0].token`.
 */
export function secretKeyProblem(key: string | undefined): string | undefined {
  const keys = secretKeys(settingsSchema);
  if (keys.some((pattern) => fits(pattern, key ?? ''))) return undefined;
  const known = `The secrets are:\n${keys.map((each) => `  ${each}`).join('\n')}`;
  if (key === undefined) return `Which secret? ${known}`;
  const near = nearest(key, keys);
  return `${key} is no secret of the settings${near === undefined ? '.' : `; did you mean ${near}?`} ${known}`;
}

/** `[n]` stands for a place in a list, `<name>` for a name of the user's own. */
function secretKeys(schema: unknown, path = ''): readonly string[] {
  if (schema instanceof z.ZodType && schema.meta()?.secret === true) return [path];
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
  const parts = pattern.split(/(\[n\]|<name>)/).map((part) => {
    if (part === '[n]') return '\\[\\d+\\]';
    return part === '<name>' ? '[^.[\\]]+' : RegExp.escape(part);
  });
  return new RegExp(`^${parts.join('')}$`).test(key);
}
