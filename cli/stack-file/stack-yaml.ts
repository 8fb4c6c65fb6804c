import {
  defineMappingTag,
  defineScalarTag,
  FAILSAFE_SCHEMA,
  load,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
} from 'js-yaml';

/** A plain scalar that YAML readers take for different values: it is refused where it stands. */
export class Ambiguous {
  readonly source: string;
  /** What the engine takes it for. */
  readonly taken: string;

  constructor(source: string, taken: string) {
    this.source = source;
    this.taken = taken;
  }
}

/** A file that nests deeper is no file of settings. */
const MAX_DEPTH = 64;
const MAX_ALIASES = 1000;

/**
 * Reads YAML as the engine does, whose reader is gopkg.in/yaml.v3 (`resolve.go`, `decode.go`): merge keys count, keys are
 * text, and a time without quotes becomes the text that Go prints for it. Numbers that other readers take for something
 * else are `Ambiguous`. An empty file is undefined.
 * @throws Error with the reason and the place.
 */
export function parseStackYaml(text: string): unknown {
  const source = text.replace(/^\uFEFF/, '');
  if (/^(\s*(#.*)?\n?)*$/.test(source.slice(0, 10_000)) && source.length <= 10_000) return undefined;
  return load(source, { schema: SCHEMA, maxDepth: MAX_DEPTH, maxAliases: MAX_ALIASES });
}

/** A tag that is found by the form of the scalar alone: written out, as in `!!int 5`, it is refused. */
function implicit(name: string, resolve: (source: string) => unknown) {
  return defineScalarTag<unknown>(`tag:yaml.org,2002:${name}`, {
    implicit: true,
    identify: () => false,
    resolve: (source, isExplicit) => {
      if (isExplicit) return NOT_RESOLVED;
      const value = resolve(source);
      return value === undefined ? NOT_RESOLVED : value;
    },
  });
}

const constants = new Map<string, unknown>([
  ...['true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['false', 'False', 'FALSE'].map((text) => [text, false] as const),
]);
const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);

function number(source: string): unknown {
  if (!/^[-+.0-9]/.test(source)) return undefined;
  if (/^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/.test(source))
    return new Ambiguous(source, 'a number that JSON does not have');
  const plain = source.replaceAll('_', '');
  if (/^[-+]?(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-9]+)$/.test(plain))
    return new Ambiguous(source, 'a number in another base');
  if (!/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain)) return undefined;
  if (plain !== source) return new Ambiguous(source, 'a number with groups of digits');
  const value = Number(plain);
  // What no double holds is text to the engine.
  if (!Number.isFinite(value)) return undefined;
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return new Ambiguous(source, 'a number with more digits than JSON keeps');
  return value === 0 ? 0 : value;
}

const TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[+-]\d\d:\d\d))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?))?$/;

/** The text that Go prints for a time, as the engine hands it over. */
function time(source: string): string | undefined {
  const found = TIME.exec(source);
  if (found === null) return undefined;
  const [, year, month, day, ...rest] = found;
  const [hour = '0', minute = '0', second = '0', fraction = ''] =
    rest[0] === undefined ? rest.slice(5) : rest;
  const zone = rest[4];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!exists || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const two = (part: string | undefined) => (part ?? '').padStart(2, '0');
  const decimals = fraction.slice(0, 9).replace(/0+$/, '');
  const offset =
    zone === undefined || /^(Z|[+-]00:00)$/.test(zone) ? '+0000 UTC' : `${zone} ${zone}`.replaceAll(':', '');
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}${decimals === '' ? '' : `.${decimals}`} ${offset}`;
}

/** The engine refuses a group with a key that is no text. */
const textKeys = defineMappingTag<Record<string, unknown>>('tag:yaml.org,2002:map', {
  ...mapTag,
  addPair: (carrier, key, value) =>
    typeof key === 'string'
      ? mapTag.addPair(carrier, key, value)
      : `the key ${key instanceof Ambiguous ? key.source : String(key)} is no text to the engine: put it into quotes`,
});

const SCHEMA = FAILSAFE_SCHEMA.withTags(
  textKeys,
  mergeTag,
  implicit('null', (source) => (NULLS.has(source) ? null : undefined)),
  implicit('bool', (source) => constants.get(source)),
  implicit('timestamp', time),
  implicit('int', number),
);
