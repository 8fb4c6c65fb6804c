import { z } from 'zod';
import { nearest } from '../../lib/nearest.ts';
import { sentence } from '../../lib/sentence.ts';
import { remove, set, setSecret } from '../../lib/setting-commands.ts';

/** Settings that cannot be used. Nothing has been touched when it is thrown. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  /** @param about what the problems are counted as: settings, or one file as a whole. Default: settings. */
  constructor(problems: readonly string[], file: string, about: 'settings' | 'file' = 'settings') {
    const count = problems.length === 1 ? 'a setting' : `${problems.length} settings`;
    const what = about === 'file' ? file : `${file}: ${count}`;
    super(
      `${what} cannot be used, and nothing was changed.\n${problems.map((p) => `  - ${sentence(p)}`).join('\n')}`,
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
      const full = keyOf([...issue.path, unknown]);
      return `${full} is not a setting${hint(unknown, knownKeys(schema, issue.path))} Remove it: ${remove(full, stack)}`;
    });
  }
  if (issue.code === 'invalid_key') return [describeKey(issue, key, { schema, stack })];
  if (issue.code === 'custom' && issue.params?.secret === true)
    return [`${key} ${issue.message}. Remove it: ${remove(key, stack)}`];
  const found = valueAt(input, issue.path);
  const here = schemaAt(schema, issue.path);
  const secret = here?.meta()?.secret === true;
  const mend = mending(key, { found, here: unwrap(here), secret, stack });
  const said = allowed(issue, here);
  if (/^(must|needs|has|is) /.test(said)) return [`${key} ${said}. ${mend}`];
  const value = found === undefined ? 'is missing' : secret ? 'cannot be used' : `is ${shown(found)}`;
  return [`${key} ${value}, but must be ${said}. ${mend}`];
}

/** Says what is wrong at a place of a file of the user's, as settings say it, without a command: `[0].targets is 5, but …`. */
export function describePlace(issue: z.core.$ZodIssue, input: unknown, schema: z.ZodType): readonly string[] {
  const place = keyOf(issue.path) || 'the file';
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (unknown) =>
        `${keyOf([...issue.path, unknown])} is not known${hint(unknown, knownKeys(schema, issue.path))}`,
    );
  if (issue.code === 'invalid_key') {
    const [inner] = issue.issues;
    return [
      `${place} has a name that is not allowed: it must be ${plain(inner?.message ?? 'another name')}.`,
    ];
  }
  const found = valueAt(input, issue.path);
  const value = found === undefined ? 'is missing' : `is ${shown(found)}`;
  return [`${place} ${value}, but must be ${allowed(issue, schemaAt(schema, issue.path))}.`];
}

/** A key of the user's own that is not of the form that its group asks for. */
function describeKey(
  issue: z.core.$ZodIssueInvalidKey,
  key: string,
  { schema, stack }: { readonly schema: z.ZodType; readonly stack: string },
): string {
  const name = String(issue.path.at(-1));
  const known = knownKeys(schema, issue.path.slice(0, -1));
  if (known.length > 0) return `${key} is not a setting${hint(name, known)} Remove it: ${remove(key, stack)}`;
  const [inner] = issue.issues;
  const form = inner === undefined ? 'another name' : plain(inner.message);
  return `${key} has the name ${JSON.stringify(name)}, but a name here must be ${form}. Remove it: ${remove(key, stack)}`;
}

/** A single value is set by a command; a group or a list is changed where it stands. */
function mending(
  key: string,
  about: {
    readonly found: unknown;
    readonly here: unknown;
    readonly secret: boolean;
    readonly stack: string;
  },
): string {
  if (about.secret) return `Change it: ${setSecret(key, about.stack)}`;
  const grouped =
    (about.found !== null && typeof about.found === 'object') ||
    about.here instanceof z.ZodObject ||
    about.here instanceof z.ZodArray ||
    about.here instanceof z.ZodRecord;
  return grouped
    ? `Change it in Pulumi.${about.stack}.yaml.`
    : `Change it: ${set(key, '<value>', about.stack)}`;
}

/** A value as a message shows it: what is large, or may hold a secret, is named by its kind. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'a group';
  const text = JSON.stringify(typeof value === 'string' ? value.replace(USER_INFO, '$1…@') : value);
  return text.length <= 120 ? text : `${text.slice(0, 120)}…`;
}

/** User and password of a URL, which no message repeats. */
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)\S*@/gi;

const TYPES: Readonly<Record<string, string>> = {
  object: 'a group of settings',
  record: 'a group of settings',
  array: 'a list',
  int: 'a whole number',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  ipv4: 'an IPv4 address',
  cidrv4: 'an IPv4 subnet such as 10.213.7.0/24',
  cidrv6: 'an IPv6 subnet such as 2001:db8::/32',
  datetime: 'a time with its zone, such as 2027-03-01T20:00:00Z',
  date: 'a day such as 2027-01-31',
};

/** What a value must be, in words that follow "must be", or a clause of its own with must, needs, has or is. */
function allowed(issue: z.core.$ZodIssue, schema: z.ZodType | undefined): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? `of type ${issue.expected}`;
    case 'invalid_value':
      return issue.message.startsWith('Invalid')
        ? `one of ${issue.values.map(String).join(', ')}`
        : issue.message;
    case 'invalid_format':
      return issue.message.startsWith('Invalid')
        ? (FORMATS[issue.format] ?? `of the form ${issue.format}`)
        : plain(issue.message);
    case 'too_small':
      return issue.message.startsWith('Too small')
        ? `${SIZES[issue.origin] ?? ''}at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`
        : plain(issue.message);
    case 'too_big':
      return issue.message.startsWith('Too big')
        ? `${SIZES[issue.origin] ?? ''}at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`
        : plain(issue.message);
    case 'invalid_union':
      return alternatives(issue, schema);
    default:
      return plain(issue.message);
  }
}

const SIZES: Readonly<Record<string, string>> = { string: 'a text of ', array: 'a list of ' };
const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };

function alternatives(issue: z.core.$ZodIssueInvalidUnion, schema: z.ZodType | undefined): string {
  const each = issue.errors.flatMap((errors) => errors.slice(0, 1).map((error) => allowed(error, schema)));
  if (each.length > 0) return [...new Set(each)].join(' or ');
  return plain(issue.message.startsWith('Invalid') ? 'one of the forms in docs/settings.md' : issue.message);
}

/** A message that begins as the sentence around it does. */
function plain(message: string): string {
  return message.replace(/^must be /, '').replace(/\.$/, '');
}

/** `services[0].interval`, as `make set` takes it. */
export function keyOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((key, part) => {
    if (typeof part === 'number') return `${key}[${part}]`;
    const name = String(part);
    if (name === '' || /[.[\]"]/.test(name)) return `${key}[${JSON.stringify(name)}]`;
    return key === '' ? name : `${key}.${name}`;
  }, '');
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
