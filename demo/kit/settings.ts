import { nearest } from '../../lib/nearest.ts';

/** Where to listen or to connect. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One environment variable of a role. */
export interface Variable {
  readonly kind: 'address' | 'number' | 'text';
  readonly fallback: string;
  readonly help: string;
  /** Bounds of a number, both allowed. */
  readonly min?: number;
  readonly max?: number;
}

export type Variables = Readonly<Record<string, Variable>>;
type ValueOf<V extends Variable> = V['kind'] extends 'address'
  ? Address
  : V['kind'] extends 'number'
    ? number
    : string;
export type SettingsOf<S extends Variables> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** A wrong environment variable or argument: its message is for the person who set it. */
export class SettingError extends Error {}

/** Variables that every role has, with the port that the role listens on by default. */
export function commonVariables(port: number) {
  return {
    LISTEN: {
      kind: 'address',
      fallback: `127.0.0.1:${port}`,
      help: 'Where to listen; :PORT is every interface.',
    },
    DEMO: {
      kind: 'address',
      fallback: '127.0.0.1:8090',
      help: 'The controller, which tells of incidents and events.',
    },
  } as const satisfies Variables;
}

export const PEERS = {
  INFERENCE_API: { kind: 'address', fallback: '127.0.0.1:8080', help: 'The inference API.' },
  FEATURE_STORE: { kind: 'address', fallback: '127.0.0.1:8081', help: 'The feature store.' },
  REDIS: { kind: 'address', fallback: '127.0.0.1:6379', help: "Redis, the feature store's cache." },
  KAFKA: { kind: 'address', fallback: '127.0.0.1:9092', help: 'A Kafka broker to start from.' },
} as const satisfies Variables;

/** Reads a role's variables. Throws `SettingError` naming the variable, the value found and what is allowed. */
export function readSettings<S extends Variables>(
  variables: S,
  env: Readonly<Record<string, string | undefined>>,
): SettingsOf<S> {
  const values = Object.entries(variables).map(([name, variable]) => {
    const text = env[name] || variable.fallback;
    return [name, parse(name, variable, text)] as const;
  });
  return Object.fromEntries(values) as SettingsOf<S>;
}

function parse(name: string, variable: Variable, text: string): Address | number | string {
  if (variable.kind === 'address') return parseAddress(name, text);
  if (variable.kind === 'text') return text;
  const value = Number(text);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = variable;
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  throw new SettingError(
    `${name}=${text}: must be a number from ${min} to ${max}, such as ${variable.fallback}`,
  );
}

/** Parses `host:port`, also as an http URL, `[::1]:port`, or `:port`, which means every interface. */
export function parseAddress(name: string, text: string): Address {
  const match = /^(?:http:\/\/)?(?:\[([0-9a-fA-F:.]+)\]|([^:/\s]*)):(\d{1,5})\/?$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    throw new SettingError(`${name}=${text}: must be host:port, such as 127.0.0.1:8080 or :8080`);
  }
  return { host: match[1] ?? match[2] ?? '', port };
}

/** `host:port` of an address, as in a URL. */
export function hostPort({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Finds `name` in a table, or throws an error that names the nearest entry, if one is near. */
export function lookUp<T>(what: string, name: string, table: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(table, name)) return table[name] as T;
  const names = Object.keys(table);
  const near = nearest(name, names);
  const hint = near === undefined ? '.' : `: did you mean "${near}"?`;
  throw new SettingError(`unknown ${what} "${name}"${hint} Known: ${names.join(', ')}`);
}
