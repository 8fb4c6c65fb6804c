/** How Pulumi marks a special value on the wire; see `runtime/rpc.ts` of @pulumi/pulumi. */
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export function secret(value: Json): Json {
  return { [SIGNATURE]: SECRET, value };
}

export function isSecret(value: Json | undefined): boolean {
  return isObject(value) && value[SIGNATURE] === SECRET;
}

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value without any marks of secrecy in it. */
export function reveal(value: Json): Json {
  if (Array.isArray(value)) return value.map(reveal);
  if (!isObject(value)) return value;
  if (isSecret(value)) return reveal(value.value ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
}

/** Whether a secret stands anywhere in the value. */
export function holdsSecret(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isObject(value)) return false;
  return isSecret(value) || Object.values(value).some(holdsSecret);
}
