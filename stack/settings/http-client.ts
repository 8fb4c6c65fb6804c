import { z } from 'zod';
import { secretShape } from './secret-shapes.ts';

/**
 * Where an entry of Prometheus's own settings holds a secret, and the key that names a file of it instead; the paths end
 * as written here. `<name>` stands for a name of the user's own, `[n]` for a place in a list. The fields with a file are
 * those of `HTTPClientConfig` in github.com/prometheus/common v0.71.0 `config/http_config.go`.
 */
const SECRET_FILE_KEYS: Readonly<Record<string, string>> = {
  'basic_auth.password': 'password_file',
  'authorization.credentials': 'credentials_file',
  'oauth2.client_secret': 'client_secret_file',
  'oauth2.client_certificate_key': 'client_certificate_key_file',
  bearer_token: 'bearer_token_file',
  'tls_config.key': 'key_file',
  'http_headers.<name>.secrets[n]': 'files',
  // Prometheus v0.315.0, discovery/marathon and discovery/oci.
  auth_token: 'auth_token_file',
  key_passphrase: 'key_passphrase_file',
};

/** promtool takes a client's key from a file only where its certificate is in one too. */
const FILE_KEYS: Readonly<Record<string, string>> = { ...SECRET_FILE_KEYS, 'tls_config.cert': 'cert_file' };

/**
 * Secrets that Prometheus v0.315.0 reads from `prometheus.yml` alone (`config.Secret` without a `_file` beside it, in
 * storage/remote/azuread, discovery/* and github.com/prometheus/sigv4 v0.4.0): with one of them the whole file is a secret.
 */
const INLINE_KEYS = [
  'azuread.oauth.client_secret',
  'azuread.client_certificate.certificate_password',
  'azure_sd_configs[n].client_secret',
  'sigv4.secret_key',
  'sigv4.access_key',
  'secret_key',
  'access_key',
  'application_secret',
  'consumer_key',
  'application_credential_secret',
  'service_account_key',
  'private_key',
  'openstack_sd_configs[n].password',
  'consul_sd_configs[n].password',
  'uyuni_sd_configs[n].password',
  'proxy_connect_header.<name>[n]',
  'params.<name>[n]',
  // URLs may hold a user and a password.
  'url',
  'proxy_url',
  'token_url',
] as const;

/** Of these, which hold no secret unless they look like one. */
const PERHAPS = new Set([
  'access_key',
  'sigv4.access_key',
  'params.<name>[n]',
  'url',
  'proxy_url',
  'token_url',
]);

const partsOf = (key: string) => key.replaceAll('[n]', '.[n]').split('.');
const FILE_ENDS = Object.entries(FILE_KEYS).map(([key, fileKey]) => ({
  parts: partsOf(key),
  fileKey,
  secret: key in SECRET_FILE_KEYS,
}));
const INLINE_ENDS = INLINE_KEYS.map((key) => ({ parts: partsOf(key), perhaps: PERHAPS.has(key) }));

/** What stands at a path of an entry, where it belongs into a file: the key that names the file instead. */
export function filed(
  path: readonly PropertyKey[],
): { readonly fileKey: string; readonly secret: boolean } | undefined {
  return FILE_ENDS.find(({ parts }) => ends(path, parts));
}

/** Whether the value at a path of an entry is a secret for which Prometheus takes no file. */
export function isInlineSecret(path: readonly PropertyKey[], value: unknown): boolean {
  return INLINE_ENDS.some(
    ({ parts, perhaps }) => ends(path, parts) && (!perhaps || secretShape(String(value)) !== undefined),
  );
}

function ends(path: readonly PropertyKey[], parts: readonly string[]): boolean {
  return (
    parts.length <= path.length &&
    parts.every((part, index) => stands(part, String(path.at(index - parts.length))))
  );
}

function stands(part: string, key: string): boolean {
  if (part === '[n]') return /^\d+$/.test(key);
  return part === '<name>' || part === key;
}

/** Headers that say who asks. Which tenant is asked for, as in X-Scope-OrgID, is no secret. */
const CREDENTIAL_HEADER =
  /authorization|cookie|token|secret|password|(api|auth|access|subscription)[-_]?key/i;

/** What does instead of a secret for which Prometheus takes no file; undefined where what stands there is none. */
function insteadOf(path: readonly PropertyKey[], key: string): string | undefined {
  const header = plainHeader(path);
  if (header === undefined || !CREDENTIAL_HEADER.test(header))
    return key === 'token' ? CREDENTIALS : undefined;
  // Prometheus takes this one from nowhere else.
  if (/^authorization$/i.test(header)) return CREDENTIALS;
  return `http_headers: { ${header}: { secrets: [ … ] } }`;
}

const CREDENTIALS = 'authorization: { credentials: … }';

/** The header whose value stands at a path of an entry, in plain text. */
function plainHeader(path: readonly PropertyKey[]): string | undefined {
  if (path.at(-2) === 'headers') return String(path.at(-1));
  if (path.at(-4) === 'http_headers' && path.at(-2) === 'values') return String(path.at(-3));
  return undefined;
}

/** An entry as Prometheus's documentation has it. What it holds of secrets must be encrypted, and stands in no plain file. */
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
  .meta({ secretNames: [...Object.keys(SECRET_FILE_KEYS), ...INLINE_KEYS] });

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
