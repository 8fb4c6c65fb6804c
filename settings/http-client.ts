import { z } from 'zod';

/**
 * Keys of Prometheus's own settings that hold a secret, and the keys that name a file of it instead.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#http_config
 */
export const SECRET_FILE_KEYS: Readonly<Record<string, string>> = {
  password: 'password_file',
  credentials: 'credentials_file',
  client_secret: 'client_secret_file',
  bearer_token: 'bearer_token_file',
};

/** Keys of secrets for which Prometheus takes no file, and what does instead. */
const WITHOUT_FILE: Readonly<Record<string, string>> = {
  token: 'authorization: { credentials: … }',
  secret_key: 'a role or a profile',
  application_credential_secret: 'a role or a profile',
};

/** An entry as Prometheus's documentation has it. What it holds of secrets must be encrypted, and goes into files. */
export const prometheusEntry = z
  .record(z.string(), z.unknown())
  .superRefine((entry, context) => {
    for (const { path, key } of leaves(entry)) {
      const instead = WITHOUT_FILE[key];
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
