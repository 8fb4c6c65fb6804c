import type { PageFacts, WorkloadFacts } from '../index.ts';
import { readDocker } from './docker.ts';
import { readGrafana } from './grafana.ts';
import { readKubernetes } from './kubernetes.ts';
import { readLocal } from './local.ts';

/** A resource as the engine is about to make it. */
export interface Resource {
  /** Such as `kubernetes:core/v1:ConfigMap`. */
  readonly type: string;
  readonly name: string;
  readonly props: unknown;
}

/** What the inputs of a resource say, in the terms of policies. */
export interface Inputs {
  /** Configuration files by path; none that is a secret. */
  readonly files: Readonly<Record<string, string>>;
  /** Arguments of what it runs. */
  readonly args: readonly string[];
  /** Containers that it runs. */
  readonly workloads: readonly WorkloadFacts[];
  /** Images that it pulls and does not run itself. */
  readonly images: Readonly<Record<string, string>>;
  /** What it opens to people. */
  readonly pages: readonly PageFacts[];
  /** Whether the text at a path of the inputs is where secrets belong. */
  readonly secret: (path: readonly string[]) => boolean;
}

/** A reader of one provider's resources; undefined for those of others. */
export type Reader = (resource: Resource) => Partial<Inputs> | undefined;

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
