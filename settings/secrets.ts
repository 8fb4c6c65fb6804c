import { z } from 'zod';
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
