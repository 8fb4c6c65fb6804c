import { z } from 'zod';

/**
 * Keys of Prometheus's own settings that hold a secret, and the keys that name a file of it instead. `<name>` stands
 * for a name of the user's own, `[n]` for a place in a list.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#http_config
 */
const SECRET_FILE_KEYS: Readonly<Record<string, string>> = {
  password: 'password_file',
  credentials: 'credentials_file',
  client_secret: 'client_secret_file',
  bearer_token: 'bearer_token_file',
  'tls_config.key': 'key_file',
  'http_headers.<name>.secrets[n]': 'files',
};

/** promtool takes a client's key from a file only where its certificate is in one too. */
const FILE_KEYS: Readonly<Record<string, string>> = { ...SECRET_FILE_KEYS, 'tls_config.cert': 'cert_file' };

const ENDS = Object.entries(FILE_KEYS).map(([key, fileKey]) => ({
  parts: key.replace('[n]', '.[n]').split('.'),
  fileKey,
  secret: key in SECRET_FILE_KEYS,
}));

/** What stands at a path of an entry, where it belongs into a file: the key that names the file instead. */
export function filed(
  path: readonly PropertyKey[],
): { readonly fileKey: string; readonly secret: boolean } | undefined {
  return ENDS.find(
    ({ parts }) =>
      parts.length <= path.length &&
      parts.every((part, index) => stands(part, String(path.at(index - parts.length)))),
  );
}

function stands(part: string, key: string): boolean {
  if (part === '[n]') return /^\d+$/.test(key);
  return part === '<name>' || part === key;
}

/** Keys of secrets for which Prometheus takes no file, and what does instead. */
const WITHOUT_FILE: Readonly<Record<string, string>> = {
  token: 'authorization: { credentials: … }',
  secret_key: 'a role or a profile',
  application_credential_secret: 'a role or a profile',
};

/** Headers that say who asks. Which tenant is asked for, as in X-Scope-OrgID, is no secret. */
const CREDENTIAL_HEADER =
  /authorization|cookie|token|secret|password|(api|auth|access|subscription)[-_]?key/i;

/** What does instead of a secret for which Prometheus takes no file; undefined where what stands there is none. */
function insteadOf(path: readonly PropertyKey[], key: string): string | undefined {
  const header = plainHeader(path);
  if (header === undefined || !CREDENTIAL_HEADER.test(header)) return WITHOUT_FILE[key];
  // Prometheus takes this one from nowhere else.
  if (/^authorization$/i.test(header)) return WITHOUT_FILE.token;
  return `http_headers: { ${header}: { secrets: [ … ] } }`;
}

/** The header whose value stands at a path of an entry, in plain text. */
function plainHeader(path: readonly PropertyKey[]): string | undefined {
  if (path.at(-2) === 'headers') return String(path.at(-1));
  if (path.at(-4) === 'http_headers' && path.at(-2) === 'values') return String(path.at(-3));
  return undefined;
}

/** An entry as Prometheus's documentation has it. What it holds of secrets must be encrypted, and goes into files. */
export const prometheusEntry = z
  .record(z.string(), z.unknown())
  .superRefine((entry, context) => {
    for (const { path, key } of leaves(entry)) {
      const instead = insteadOf(path, key);
      if (instead === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: [...path],
        message: `is a secret that Prometheus reads from no file: use ${instead}`,
        params: { secret: true },
      });
    }
  })
  .meta({ secretNames: Object.keys(SECRET_FILE_KEYS) });

/** What in an entry is neither a group nor a list, with its way and its key. */
export function leaves(
  value: unknown,
  path: readonly PropertyKey[] = [],
): readonly { readonly path: readonly PropertyKey[]; readonly key: string; readonly value: unknown }[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, index]));
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
  return [{ path, key: String(path.at(-1)), value }];
}
