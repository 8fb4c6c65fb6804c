import * as pulumi from '@pulumi/pulumi';
import type { MonitoringStackArgs } from '../components/stack-parts.ts';
import { known, readInputs } from '../policies/resources/inputs.ts';
import { type DeclaredResource, declaredResources } from './declared-resources.ts';
import { loadTransform } from './load-transform.ts';
import type { Transformation } from './transformation.ts';

/** What a stack's transform makes of it; undefined where it has none. */
export async function transformationOf(
  plan: MonitoringStackArgs,
  root: string,
): Promise<Transformation | undefined> {
  const loaded = await loadTransform(plan.settings.stack, root);
  if (loaded === undefined) return undefined;
  const { file, transform, types } = loaded;
  const before = declaredResources(plan, root);
  const after = before.map(({ type, name, props }) => ({
    type,
    name,
    ...transform({ type, name, props, opts: {} }),
  }));
  const changes = before.flatMap((resource, index) => changesOf(resource, after[index] ?? resource));
  const changed = new Set(changes.map(({ type }) => type));
  const { platform } = plan.settings;
  return {
    file,
    transform,
    before: await Promise.all(before.map(inputs)),
    after: await Promise.all(after.map(inputs)),
    changes: Object.fromEntries(changes.map(({ type, path, text }) => [`${type} ${path}`, text])),
    // A file for all stacks may say something of each platform.
    notes: types
      .filter((type) => type.startsWith(`${platform}:`) && !changed.has(type))
      .map((type) => `${file}: its function for ${type} changes no resource of this stack.`),
  };
}

/** Inputs as policies read them. What is secret is judged in plain text, as by the policy pack. */
async function inputs({ type, name, props }: DeclaredResource) {
  const plain = await new Promise((resolve) => pulumi.output(props).apply(resolve));
  return readInputs({ type, name, props: known(plain) });
}

interface Changed {
  readonly type: string;
  /** Name of the resource, and path of the input. */
  readonly path: string;
  readonly text: string;
}

function changesOf(
  { type, name, props }: DeclaredResource,
  after: DeclaredResource & { readonly opts?: object },
): readonly Changed[] {
  const [was, is] = [leaves(props), leaves({ ...after.props, ...prefixed(after.opts ?? {}) })];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => was.get(path) !== is.get(path))
    .map((path) => ({
      type,
      path: `${name} ${path}`,
      text: `${was.get(path) ?? 'nothing'} → ${is.get(path) ?? 'nothing'}`,
    }));
}

const prefixed = (opts: object) => (Object.keys(opts).length === 0 ? {} : { '(options)': opts });

/** Text of each value by its path. */
function leaves(value: unknown, path: readonly string[] = []): Map<string, string> {
  if (pulumi.Output.isInstance(value)) return new Map([[path.join('.'), 'what the engine knows']]);
  if (typeof value !== 'object' || value === null)
    return value === undefined
      ? new Map()
      : new Map([[path.join('.'), JSON.stringify(value) ?? String(value)]]);
  return new Map(Object.entries(value).flatMap(([key, each]) => [...leaves(each, [...path, key])]));
}
