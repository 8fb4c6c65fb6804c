import * as pulumi from '@pulumi/pulumi';

/**
 * Does something, and throws errors that name arguments instead of a stack's file and the commands that change it, of the kind that the engine shows
 * without a stack trace.
 * @param name of what takes the arguments.
 * @param stack whose file messages would name.
 */
export function inArguments<T>(name: string, stack: string, doing: () => T): T {
  try {
    return doing();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof pulumi.RunError) throw error;
    throw Object.assign(new pulumi.RunError(asArguments(name, stack, error.message)), { cause: error });
  }
}

/** A text that names arguments instead of a stack's file and the commands that change it. */
export function asArguments(name: string, stack: string, text: string): string {
  return text
    .replaceAll(`Pulumi.${stack}.yaml`, name)
    .replaceAll(
      /make (?:set|unset|secret)(?: STACK=\S+)? NAME='([^']*)'(?: VALUE='[^']*')?/g,
      'the argument $1',
    );
}
