import { z } from 'zod';
import { GO_TIME } from '../../lib/forms.ts';
import { keyOf } from './problems.ts';

/**
 * Settings as the engine hands them over: `project:key` with every value as text, groups as JSON. What is
 * neither a number, true, false, a list nor a group is taken as the text it is. A key without a value, which the engine
 * hands over as an empty text, is not set.
 */
export function configOf(
  config: Readonly<Record<string, string | undefined>>,
  project: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key, value]) => key.startsWith(`${project}:`) && value)
      .map(([key, value]) => [key.slice(project.length + 1), fromText(value ?? '')]),
  );
}

function fromText(text: string): unknown {
  if (!/^([[{]|-?\d+(\.\d+)?$|true$|false$)/.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    // A text such as 1.50 stays what it is until a number is asked for.
    return typeof value === 'number' && String(value) !== text ? text : value;
  } catch {
    return text;
  }
}

/** More than any stack needs, and little enough for every walk through the settings. */
const MAX_DEPTH = 64;
const MAX_VALUES = 200_000;

/** What is wrong with the size of some settings, to follow their name; undefined where nothing is. */
export function sizeProblem(input: unknown): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: input, depth: 0 }];
  for (let count = 0; open.length > 0; count += 1) {
    const { value, depth } = open.pop() ?? { value: undefined, depth: 0 };
    if (depth > MAX_DEPTH) return `nests more than ${MAX_DEPTH} groups and lists into one another.`;
    if (count + open.length > MAX_VALUES)
      return `holds more than ${MAX_VALUES} values once every alias is written out.`;
    if (value === null || typeof value !== 'object') continue;
    for (const item of Object.values(value)) open.push({ value: item, depth: depth + 1 });
  }
  return undefined;
}

/**
 * Settings in the types that the schema asks for. The engine writes a stack's file anew whenever it sets a value, and may
 * put quotes around what had none, or leave them out (`coerce` of Pulumi's sdk/go/common/resource/config): a number, true
 * or false is the same with quotes and without. A group or a list may be JSON in a text. A key without a value is not set.
 */
export function asTyped(schema: unknown, value: unknown): unknown {
  const wanted = plainSchema(schema);
  if (wanted instanceof z.ZodObject) {
    const group = asGroup(value);
    if (!isGroup(group)) return group === '' ? undefined : group;
    return withKeys(group, (key, item) => [key in wanted.shape ? wanted.shape[key] : undefined, item]);
  }
  if (wanted instanceof z.ZodRecord) {
    const group = asGroup(value);
    if (!isGroup(group)) return group === '' ? undefined : group;
    // Other programs' settings are theirs to read.
    if (wanted.valueType instanceof z.ZodUnknown) return group;
    return withKeys(group, (_key, item) => [wanted.valueType, item]);
  }
  if (wanted instanceof z.ZodArray) {
    const list = asGroup(value);
    if (!Array.isArray(list)) return list === '' ? undefined : list;
    return list.map((item) => asTyped(wanted.element, item) ?? item);
  }
  if (value === null) return undefined;
  if (wanted instanceof z.ZodNumber && typeof value === 'string' && NUMBER.test(value)) return Number(value);
  if (wanted instanceof z.ZodBoolean && (value === 'true' || value === 'false')) return value === 'true';
  if (wanted instanceof z.ZodLiteral && typeof value === 'string' && NUMBER.test(value))
    return wanted.values.has(Number(value)) ? Number(value) : value;
  if (isText(wanted) && (typeof value === 'boolean' || Number.isSafeInteger(value))) return String(value);
  return value;
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

function isText(schema: unknown): boolean {
  return schema instanceof z.ZodString || schema instanceof z.ZodStringFormat;
}

function withKeys(
  group: Readonly<Record<string, unknown>>,
  pair: (key: string, value: unknown) => readonly [schema: unknown, value: unknown],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(group).flatMap(([key, item]) => {
      const [schema, value] = pair(key, item);
      const typed = schema === undefined ? value : asTyped(schema, value);
      return typed === undefined ? [] : [[key, typed]];
    }),
  );
}

function asGroup(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The schema within defaults, optionals and changes of the value. */
function plainSchema(schema: unknown): unknown {
  let here = schema;
  for (;;) {
    if (here instanceof z.ZodOptional || here instanceof z.ZodDefault || here instanceof z.ZodPrefault)
      here = here.unwrap();
    else if (here instanceof z.ZodPipe) here = here.in;
    else return here;
  }
}

/** Keys that hold a time, which may stand without quotes. */
const TIMES = new Set(['startsAt', 'endsAt', 'expires']);

/** Times without quotes where a text is meant: the engine has rewritten them. */
export function timeProblems(value: unknown, path: readonly PropertyKey[] = []): readonly string[] {
  if (typeof value === 'string') {
    if (!GO_TIME.test(value) || TIMES.has(String(path.at(-1)))) return [];
    return [
      `${keyOf(path)} is a time without quotes in the file, which the engine reads as ${JSON.stringify(value)}. Put it into quotes in the file.`,
    ];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) =>
    timeProblems(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
