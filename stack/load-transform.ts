import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Output } from '@pulumi/pulumi';
import { nearest } from '../lib/nearest.ts';
import { TYPES as DOCKER } from '../platforms/docker/types.ts';
import { API_VERSIONS, type Kind, typeOf } from '../platforms/kubernetes/manifest.ts';
import { operatorType } from '../platforms/kubernetes/operator.ts';
import type { Transform } from '../platforms/workload.ts';
import { TransformError, transformFile } from './transform-file.ts';
import { OPTIONS } from './transforms.ts';
import { typeProblems } from './type-problems.ts';

/** A stack's transform, ready to be called. */
export interface LoadedTransform {
  /** Name of its file, from the project's folder. */
  readonly file: string;
  /** Types of the resources that it changes. */
  readonly types: readonly string[];
  readonly transform: Transform;
}

/** Every type of resource that a transform may change. */
const TYPES: readonly string[] = [
  'local:index:Process',
  ...Object.values(DOCKER),
  ...(Object.keys(API_VERSIONS) as Kind[]).map(typeOf),
  ...(['PrometheusRule', 'ServiceMonitor', 'Probe'] as const).map(operatorType),
];

/**
 * The transform of a stack: `transform.<stack>.ts` at the project's root, else `transform.ts`; undefined where neither is
 * there. The compiler reads it first, since Node runs TypeScript without looking at its types.
 * @param root the project's folder, absolute.
 * @throws TransformError with what is wrong, and where.
 */
export async function loadTransform(stack: string, root: string): Promise<LoadedTransform | undefined> {
  const file = transformFile(stack, root);
  if (file === undefined) return undefined;
  const path = join(root, file);
  const wrong = await typeProblems(path, root);
  if (wrong.length > 0) throw new TransformError(file, wrong);
  const exported = await imported(path, file);
  const problems = Object.entries(exported).flatMap(([type, change]) => [
    ...(TYPES.includes(type) ? [] : [unknownType(type)]),
    ...(typeof change === 'function' ? [] : [`what it has for “${type}” is no function`]),
  ]);
  if (problems.length > 0) throw new TransformError(file, problems);
  const changes = exported as Readonly<Record<string, Changing>>;
  return { file, types: Object.keys(changes), transform: applying(changes, file) };
}

type Changing = (props: Record<string, unknown>, opts: Record<string, unknown>, name: string) => unknown;

async function imported(path: string, file: string): Promise<object> {
  if (!existsSync(path)) throw new TransformError(file, ['it is gone']);
  let found: { readonly default?: unknown };
  try {
    found = await import(/* @vite-ignore */ pathToFileURL(path).href);
  } catch (error) {
    throw new TransformError(file, [`it cannot be loaded: ${messageOf(error)}`]);
  }
  const { default: exported } = found;
  if (typeof exported !== 'object' || exported === null || Array.isArray(exported))
    throw new TransformError(file, ['its default export is no object of functions by type of resource']);
  return exported;
}

function unknownType(type: string): string {
  const near = nearest(type, TYPES);
  return `“${type}” is no type of resource that a stack makes${
    near === undefined ? `; there are ${TYPES.join(', ')}` : `; did you mean ${near}?`
  }`;
}

/** Calls the functions with copies: what workloads share must not be changed with one of them. */
function applying(changes: Readonly<Record<string, Changing>>, file: string): Transform {
  return ({ type, name, props, opts }) => {
    const change = changes[type];
    if (change === undefined) return { props, opts };
    const [own, added] = [copied(props) as Record<string, unknown>, {}];
    const refuse = (what: string) =>
      new TransformError(file, [`its function for ${type} ${what}, given “${name}”`]);
    let returned: unknown;
    try {
      returned = change(own, added, name);
    } catch (error) {
      throw refuse(`failed with “${messageOf(error)}”`);
    }
    if (returned !== undefined)
      throw refuse(
        returned instanceof Promise
          ? 'is asynchronous: it must do its work before it returns'
          : 'returned a value: it must change props and opts in place, and return nothing',
      );
    const unknown = Object.keys(added).filter((key) => !OPTIONS.some((option) => option === key));
    if (unknown.length > 0)
      throw refuse(`set the option ${unknown.join(', ')}, but may set ${OPTIONS.join(', ')}`);
    const lost = unusable(own);
    if (lost !== undefined) throw refuse(`left ${lost}, which is no value of a resource`);
    return { props: own, opts: { ...opts, ...added } };
  };
}

/** A copy of plain data; outputs stay the ones that they are. */
function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Output.isInstance(value)) return value;
  if (Array.isArray(value)) return value.map(copied);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copied(each)]));
}

/** Path of what the engine cannot send; undefined where there is none. */
function unusable(value: unknown, path = ''): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
    return `a ${typeof value} at ${path}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return `${value} at ${path}`;
  if (typeof value !== 'object' || value === null || Output.isInstance(value)) return undefined;
  for (const [key, each] of Object.entries(value)) {
    const found = unusable(each, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
