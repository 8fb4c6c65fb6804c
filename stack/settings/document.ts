import { z } from 'zod';
import { settingsSchema } from './schema.ts';

/** What of a JSON schema describes a setting. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly secret?: boolean;
}

/** `docs/settings.md`: every setting with its type, default and meaning, from the schema that checks them. */
export function settingsDocument(): string {
  const schema = z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const groups = Object.entries(schema.properties ?? {});
  const plain = groups.filter(([, group]) => group.properties === undefined);
  return [
    '# Settings',
    '',
    'Everything that a stack’s file, `Pulumi.<stack>.yaml`, may say. Generated from the schema that checks it; every key',
    'has a default but the secrets of production. In the file each key is preceded by `feature-store-monitoring:`.',
    'A secret is set encrypted: `make secret STACK=<stack> NAME=<key>` asks for it. One in plain text is refused.',
    'Other settings stand in the file; `make set STACK=<stack> NAME=<key> VALUE=<value>` and `make unset` change it.',
    "With Pulumi alone the keys are the same: `pulumi config set --stack <stack> --path '<key>' '<value>'`, and `pulumi config rm`.",
    '',
    ...table(plain.flatMap(([key, value]) => rows(key, value))),
    ...groups
      .filter(([, group]) => group.properties !== undefined)
      .flatMap(([key, group]) => [`## ${key}`, '', ...intro(group), ...table(rows(key, group).slice(1))]),
  ].join('\n');
}

function intro({ description }: JsonSchema): readonly string[] {
  return description === undefined ? [] : [description, ''];
}

type Row = readonly [key: string, type: string, initial: string, description: string];

function rows(key: string, schema: JsonSchema): readonly Row[] {
  const own: Row = [key, typeOf(schema), initialOf(schema), schema.description ?? ''];
  if (schema.properties) {
    return [
      own,
      ...Object.entries(schema.properties).flatMap(([name, inner]) => rows(`${key}.${name}`, inner)),
    ];
  }
  if (schema.items?.properties) return [own, ...rows(`${key}[]`, schema.items).slice(1)];
  const { additionalProperties: each } = schema;
  if (typeof each === 'object' && each.properties) return [own, ...rows(`${key}.<name>`, each).slice(1)];
  return [own];
}

function typeOf(schema: JsonSchema): string {
  const { type, enum: values, anyOf, oneOf, items } = schema;
  if (schema.secret) return 'secret';
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  const either = anyOf ?? oneOf;
  if (either) return [...new Set(either.map(typeOf))].join(' or ');
  if (type === 'array') return items?.properties ? 'list' : `list of ${items ? typeOf(items) : 'values'}`;
  if (type === 'object') return schema.properties ? 'group' : 'map';
  const bounded =
    schema.minimum !== undefined && schema.maximum !== undefined && Math.abs(schema.maximum) < 1e9;
  return bounded ? `${type} ${schema.minimum} to ${schema.maximum}` : (type ?? 'any');
}

function initialOf({ default: initial }: JsonSchema): string {
  if (initial === undefined || (typeof initial === 'object' && initial !== null && !Array.isArray(initial)))
    return '';
  return `\`${JSON.stringify(initial)}\``;
}

function table(lines: readonly Row[]): readonly string[] {
  if (lines.length === 0) return [];
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return [
    '| key | type | default | what it is |',
    '| --- | --- | --- | --- |',
    ...lines.map((line) => `| ${[`\`${line[0]}\``, ...line.slice(1)].map(cell).join(' | ')} |`),
    '',
  ];
}
