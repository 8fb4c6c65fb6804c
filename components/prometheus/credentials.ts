import { SECRET_PLACEHOLDER } from '../../lib/secret-placeholder.ts';
import { filed, isInlineSecret } from '../../stack/settings/http-client.ts';

/** A part of `prometheus.yml` in which files stand for secrets. */
export interface Concealed<T> {
  readonly config: T;
  /** The part with the secrets that Prometheus takes from no file; undefined where it has none. */
  readonly open?: T;
  /** Secrets by name of their file, in plain text: they go nowhere but into secrets. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Puts each secret of a part of `prometheus.yml` into a file of its own, which the part then names: everybody who may
 * look at the configuration reads it. Where Prometheus takes none from a file, something else stands in its place.
 * @param name of the part: the files' names begin with it, so that no two parts share one.
 * @param folder of the files as Prometheus sees it.
 */
export function concealed<T>(config: T, name: string, folder: string): Concealed<T> {
  const secrets: Record<string, string> = {};
  let inline = 0;
  const keep = (value: unknown, path: readonly string[]): string => {
    const file = path.map(safe).join('.');
    secrets[file] = String(value);
    return `${folder}/${file}`;
  };
  const walk = (value: unknown, path: readonly string[], open: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, String(index)], open));
    if (value === null) return value;
    if (typeof value !== 'object') {
      if (!isInlineSecret(path, value) || value === SECRET_PLACEHOLDER) return value;
      inline += 1;
      return open ? value : standIn(String(value));
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const here = [...path, key];
        const list = Array.isArray(inner);
        const instead = filed(list ? [...here, '0'] : here);
        if (instead === undefined || (typeof inner === 'object' && !list))
          return [key, walk(inner, here, open)];
        if (!list) return [instead.fileKey, keep(inner, here)];
        return [instead.fileKey, inner.map((item, index) => keep(item, [...here, String(index)]))];
      }),
    );
  };
  const hidden = walk(config, [name], false) as T;
  return { config: hidden, secrets, ...(inline === 0 ? {} : { open: walk(config, [name], true) as T }) };
}

/** What stands for a secret that Prometheus takes from no file, in whatever is shown, compared or checked. */
function standIn(value: string): string {
  return URL.canParse(value) ? 'https://secret.invalid/' : SECRET_PLACEHOLDER;
}

/** A name of a job may hold what a file's name, or a key of a Kubernetes Secret, may not. */
const safe = (part: string): string =>
  part.replaceAll(/[^A-Za-z0-9-]/g, (character) => `_${character.codePointAt(0)?.toString(16)}`);
