import { SECRET_PLACEHOLDER } from '../lib/secret-placeholder.ts';

/** Shorter texts are in too many words to be taken out. */
const SHORTEST = 4;
/** A message shows this much of a long value. */
const SHOWN = 100;
const LEFT_OUT = '…';

/**
 * What was decrypted: the texts of a stack's settings that its file has encrypted.
 * @param plain the settings with a placeholder for each encrypted value.
 * @param open the same, decrypted.
 */
export function decryptedTexts(plain: unknown, open: unknown): readonly string[] {
  if (plain === SECRET_PLACEHOLDER) return leaves(open);
  if (plain === null || typeof plain !== 'object' || open === null || typeof open !== 'object') return [];
  return Object.entries(plain).flatMap(([key, value]) =>
    decryptedTexts(value, (open as Readonly<Record<string, unknown>>)[key]),
  );
}

function leaves(value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'object' ? Object.values(value).flatMap(leaves) : [String(value)];
}

/** A text without any of the secrets, be they quoted, cut off, or URLs whose user was left out. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, secret.replace(/^([a-z][a-z0-9+.-]*:\/\/)\S*@/i, `$1${LEFT_OUT}@`)])
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .flatMap((secret) => (secret.length > SHOWN ? [secret, secret.slice(0, SHOWN)] : [secret]))
    .sort((one, other) => other.length - one.length)
    .reduce((rest, secret) => rest.replaceAll(secret, LEFT_OUT), text);
}

/** Does some work with decrypted settings; the message of its error holds none of what is secret in them. */
export async function hiding<T>(secrets: readonly string[], work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && secrets.length > 0) {
      const { message, stack = '' } = error;
      error.message = withoutSecrets(message, secrets);
      error.stack = withoutSecrets(stack, secrets);
    }
    throw error;
  }
}
