import { SECRET_FILE_KEYS } from '../../settings/index.ts';

/** A part of `prometheus.yml` in which files stand for secrets. */
export interface Concealed<T> {
  readonly config: T;
  /** Secrets by name of their file, in plain text: they go nowhere but into secrets. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Puts each secret of a part of `prometheus.yml` into a file of its own, which the part then names: everybody who may
 * look at the configuration reads it.
 * @param name of the part: the files' names begin with it, so that no two parts share one.
 * @param folder of the files as Prometheus sees it.
 */
export function concealed<T>(config: T, name: string, folder: string): Concealed<T> {
  const secrets: Record<string, string> = {};
  const walk = (value: unknown, path: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, String(index)]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const fileKey = SECRET_FILE_KEYS[key];
        if (fileKey === undefined || typeof inner === 'object') return [key, walk(inner, [...path, key])];
        const file = [...path, key].map(safe).join('.');
        secrets[file] = String(inner);
        return [fileKey, `${folder}/${file}`];
      }),
    );
  };
  return { config: walk(config, [name]) as T, secrets };
}

/** A name of a job may hold what a file's name, or a key of a Kubernetes Secret, may not. */
const safe = (part: string): string =>
  part.replaceAll(/[^A-Za-z0-9-]/g, (character) => `_${character.codePointAt(0)?.toString(16)}`);
