import { parseArgs } from 'node:util';
import { type Endpoint, EndpointError, parseEndpoint } from '../lib/endpoint.ts';

/** An option of a command. */
export interface Option {
  readonly type: 'string' | 'boolean';
  /** Environment variable (a `make` variable) that gives it too. Default: none. */
  readonly env?: string;
  readonly default?: string;
  /** What it is, for `--help`. */
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;
export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K]['type'] extends 'boolean'
    ? boolean
    : O[K] extends { readonly default: string }
      ? string
      : string | undefined;
};

/** A command behind `make`. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly options: O;
  /** @returns the exit code. */
  run(values: Values<O>): Promise<number>;
}

/** Checks a command's shape where it is declared; from there on all commands are alike. */
export function command<const O extends Options>(definition: Command<O>): Command {
  return definition as unknown as Command;
}

/** Mistakes of the caller, shown without a stack trace. */
export class UsageError extends Error {}

/** @throws UsageError where an option's value is no base URL; a password in it is not shown. */
export function readEndpoint(option: string, value: string, example?: string): Endpoint {
  try {
    return parseEndpoint(value, example);
  } catch (error) {
    throw error instanceof EndpointError ? new UsageError(`--${option} ${error.message}`) : error;
  }
}

/** The option that every command on a stack has. */
export const STACK_OPTION = {
  stack: {
    type: 'string',
    env: 'STACK',
    default: 'local',
    help: 'Stack: local, dev, prod or one of your own.',
  },
} as const satisfies Options;

/**
 * Reads a command's options from arguments, then from the environment.
 * @throws UsageError for an unknown option or a missing value.
 */
export function readOptions(
  definition: Command,
  args: readonly string[],
  env = process.env,
): Values<Options> {
  const { options } = definition;
  const given = parse(definition.name, args, options);
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const fromEnv = option.env === undefined ? undefined : env[option.env] || undefined;
      const value = given[name] ?? (option.type === 'boolean' ? isOn(fromEnv) : (fromEnv ?? option.default));
      return [name, value];
    }),
  ) as Values<Options>;
}

function parse(
  name: string,
  args: readonly string[],
  options: Options,
): Record<string, string | boolean | undefined> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: Object.fromEntries(Object.entries(options).map(([key, { type }]) => [key, { type }])),
      allowPositionals: false,
      strict: true,
    });
    return values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}. See: make ${name} ARGS=--help`);
  }
}

const isOn = (value: string | undefined) => value !== undefined && value !== '0' && value !== 'false';

/** The text of `--help`. */
export function helpOf(definition: Command): string {
  const lines = Object.entries(definition.options).map(([name, { type, env, default: initial, help }]) => {
    const flag = `--${name}${type === 'string' ? ' VALUE' : ''}`;
    const notes = [
      env === undefined ? '' : `make: ${env}=`,
      initial === undefined ? '' : `default ${initial}`,
    ]
      .filter((note) => note !== '')
      .join(', ');
    return `  ${flag.padEnd(22)}${help}${notes === '' ? '' : ` (${notes})`}`;
  });
  return [`make ${definition.name} — ${definition.summary}`, '', 'Options:', ...lines, ''].join('\n');
}
