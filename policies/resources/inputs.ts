import { readDocker } from './docker.ts';
import { readGrafana } from './grafana.ts';
import { readKubernetes } from './kubernetes.ts';
import { readLocal } from './local.ts';
import type { Inputs, Reader, Resource } from './reader.ts';

const READERS: readonly Reader[] = [readLocal, readDocker, readKubernetes, readGrafana];

const NOTHING: Inputs = { files: {}, args: [], workloads: [], images: {}, pages: [], secret: () => false };

/**
 * Inputs of a resource, with every text that is no secret by its path.
 * @param resource with its properties as `known` leaves them.
 */
export function readInputs(resource: Resource): Inputs & { readonly texts: Inputs['files'] } {
  const { type, name } = resource;
  const found = READERS.map((read) => read(resource)).find((inputs) => inputs !== undefined);
  const inputs = { ...NOTHING, ...found };
  // Credentials are what providers are made of, and secret or not cannot be told here.
  const texts = type.startsWith('pulumi:providers:') ? [] : strings(resource.props);
  return {
    ...inputs,
    texts: Object.fromEntries(
      texts
        .filter(({ path }) => !inputs.secret(path))
        .map(({ path, text }) => [`${name} (${path.join('.')})`, text]),
    ),
  };
}

/**
 * A copy with undefined for what a preview cannot know: the SDK throws on reading it, with an error that it
 * does not export.
 */
export function known(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entry = (key: string | number): unknown => {
    try {
      return known((value as Record<string | number, unknown>)[key]);
    } catch {
      return undefined;
    }
  };
  return Array.isArray(value)
    ? Array.from({ length: value.length }, (_, index) => entry(index))
    : Object.fromEntries(Object.keys(value).map((key) => [key, entry(key)]));
}

function strings(value: unknown, path: readonly string[] = []): { path: readonly string[]; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => strings(inner, [...path, key]));
}
