import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Transform } from '../platforms/workload.ts';
import { applying, type Changing, messageOf, TYPES, unknownType } from './apply-transform.ts';
import { TransformError, transformFile } from './transform-file.ts';
import { typeProblems } from './type-problems.ts';

/** A stack's transform, ready to be called. */
export interface LoadedTransform {
  /** Name of its file, from the project's folder. */
  readonly file: string;
  /** Types of the resources that it changes. */
  readonly types: readonly string[];
  readonly transform: Transform;
}

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
