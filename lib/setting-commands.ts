/**
 * The command that sets a key of a stack.
 * @param key as `services[0].interval`; a name that holds a dot or a bracket stands as `["…"]`.
 * @param stack Default: the command says none, and whoever runs it adds it.
 */
export function set(key: string, value: string, stack: string | undefined): string {
  return `make set${ofStack(stack)} NAME='${forMake(key)}' VALUE='${forMake(value)}'`;
}

/** The command that sets a secret of a stack, encrypted. */
export function setSecret(key: string, stack: string): string {
  return `make secret${ofStack(stack)} NAME='${forMake(key)}'`;
}

/** The command that takes a setting out of a stack's file. */
export function remove(key: string, stack: string | undefined): string {
  return `make unset${ofStack(stack)} NAME='${forMake(key)}'`;
}

const ofStack = (stack: string | undefined) => (stack === undefined ? '' : ` STACK=${stack}`);

/** `make` takes a single `$` for the start of a variable. */
const forMake = (text: string) => text.replaceAll('$', '$$$$');
