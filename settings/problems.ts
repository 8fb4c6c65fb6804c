import { z } from 'zod';
import { nearest } from '../catalogue/nearest.ts';

/** Settings that cannot be used. Nothing has been touched when it is thrown. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], file: string) {
    const count = problems.length === 1 ? 'a setting' : `${problems.length} settings`;
    super(
      `${file}: ${count} cannot be used, and nothing was changed.\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** Says what is wrong with a setting: its key, the value found, what is allowed, and the mending command. */
export function describeIssue(
  issue: z.core.$ZodIssue,
  { input, schema, stack }: { input: unknown; schema: z.ZodType; stack: string },
): readonly string[] {
  const key = keyOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((unknown) => {
      const full = key === '' ? unknown : `${key}.${unknown}`;
      return `${full} is not a setting${hint(unknown, knownKeys(schema, issue.path))} Remove it: ${remove(full, stack)}`;
    });
  }
  if (issue.code === 'invalid_key' || issue.code === 'invalid_union') {
    return [`${key}: ${issue.message}. Change it: ${set(key, '<value>', stack)}`];
  }
  if (issue.code === 'custom' && issue.params?.secret === true)
    return [`${key} ${issue.message}. Remove it: ${remove(key, stack)}`];
  const found = valueAt(input, issue.path);
  const secret = schemaAt(schema, issue.path)?.meta()?.secret === true;
  const value =
    found === undefined ? 'is missing' : secret ? 'cannot be used' : `is ${JSON.stringify(found)}`;
  const mend = secret ? setSecret(key, stack) : set(key, '<value>', stack);
  return [`${key} ${value}, but must be ${allowed(issue)}. Change it: ${mend}`];
}

/** What a value must be, in words. */
function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'object' ? 'a group of settings' : `of type ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.message.startsWith('Too small') ? `at least ${issue.minimum}` : issue.message;
    case 'too_big':
      return issue.message.startsWith('Too big') ? `at most ${issue.maximum}` : issue.message;
    default:
      return issue.message;
  }
}

/** `services[0].interval`, as `pulumi config set --path` writes it. */
export function keyOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (key, part) =>
      typeof part === 'number' ? `${key}[${part}]` : key === '' ? String(part) : `${key}.${String(part)}`,
    '',
  );
}

/** The command that sets a key of a stack. */
export function set(key: string, value: string, stack: string): string {
  return `pulumi config set --stack ${stack} --path '${key}' '${value}'`;
}

/** The command that sets a secret of a stack, encrypted. */
export function setSecret(key: string, stack: string): string {
  return `make secret STACK=${stack} NAME='${key}'`;
}

/** The command that takes a setting out of a stack's file. */
export function remove(key: string, stack: string): string {
  return `pulumi config rm --stack ${stack} --path '${key}'`;
}

function hint(unknown: string, known: readonly string[]): string {
  const near = nearest(unknown, known);
  if (near !== undefined) return `; did you mean ${near}?`;
  return known.length === 0 ? '.' : `; known are ${known.join(', ')}.`;
}

/** The keys that a schema allows at a path. */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const here = unwrap(schemaAt(schema, path));
  if (here instanceof z.ZodObject) return Object.keys(here.shape);
  if (here instanceof z.ZodRecord && here.keyType instanceof z.ZodEnum)
    return here.keyType.options.map(String);
  return [];
}

/** The schema at a path, as it stands there: with its default, and its notes for people. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((within, part) => {
    const here = unwrap(within);
    if (here instanceof z.ZodObject) return here.shape[part as string];
    if (here instanceof z.ZodArray) return here.element as z.ZodType;
    if (here instanceof z.ZodRecord) return here.valueType as z.ZodType;
    return undefined;
  }, schema);
}

/** The schema within defaults and optionals. */
function unwrap(schema: unknown): unknown {
  let here = schema;
  while (here instanceof z.ZodOptional || here instanceof z.ZodDefault || here instanceof z.ZodPrefault) {
    here = here.unwrap();
  }
  return here;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      value === null || typeof value !== 'object' ? undefined : (value as Record<PropertyKey, unknown>)[part],
    input,
  );
}
