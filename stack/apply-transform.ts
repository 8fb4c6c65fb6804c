import { Output } from '@pulumi/pulumi';
import { nearest } from '../lib/nearest.ts';
import { TYPES as DOCKER } from '../platforms/docker/types.ts';
import { API_VERSIONS, type Kind, typeOf } from '../platforms/kubernetes/manifest.ts';
import { operatorType } from '../platforms/kubernetes/operator.ts';
import type { Transform } from '../platforms/workload.ts';
import { TransformError } from './transform-file.ts';
import { OPTIONS } from './transforms.ts';

/** Every type of resource that a transform may change. */
export const TYPES: readonly string[] = [
  'local:index:Process',
  ...Object.values(DOCKER),
  ...(Object.keys(API_VERSIONS) as Kind[]).map(typeOf),
  ...(['PrometheusRule', 'ServiceMonitor', 'Probe'] as const).map(operatorType),
];

/** What is wrong with a type that no resource of a stack has, with the nearest one. */
export function unknownType(type: string): string {
  const near = nearest(type, TYPES);
  return `“${type}” is no type of resource that a stack makes${
    near === undefined ? `; there are ${TYPES.join(', ')}` : `; did you mean ${near}?`
  }`;
}

/** Changes a resource in place, as `transforms.ts` has it. */
export type Changing = (
  props: Record<string, unknown>,
  opts: Record<string, unknown>,
  name: string,
) => unknown;

/**
 * Calls functions by type of resource, with copies: what workloads share must not be changed with one of them.
 * @param file what messages name as the place of the functions.
 * @throws TransformError where a function fails, returns something, or leaves what is no value of a resource.
 */
export function applying(changes: Readonly<Record<string, Changing>>, file: string): Transform {
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

/** What an error says. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
