import type { Json } from './secrets.ts';
import { isObject } from './secrets.ts';

export type ChangeKind = 'add' | 'delete' | 'update';

export interface Change {
  /** Pulumi's path of the property, such as `directories.rules.files["slo.yml"]`. */
  readonly path: string;
  readonly kind: ChangeKind;
  /** The process has to be made anew at another place. */
  readonly replaces: boolean;
}

/** Where a process lives. All else can be changed in place. */
const IDENTITY = ['state', 'workload'];
/** Taken over without doing anything: it matters at the next start only. */
const IGNORED = ['supervisor'];

/** Every property, down to the single argument and the single file, that differs. */
export function changesBetween(before: Json, after: Json): Change[] {
  return compare('', before, after).filter(({ path }) => !IGNORED.includes(path));
}

function compare(path: string, before: Json | undefined, after: Json | undefined): Change[] {
  const replaces = IDENTITY.includes(path);
  if (before === undefined) return after === undefined ? [] : [{ path, kind: 'add', replaces }];
  if (after === undefined) return [{ path, kind: 'delete', replaces }];
  if (Array.isArray(before) && Array.isArray(after)) {
    const indices = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);
    return indices.flatMap((index) => compare(`${path}[${index}]`, before[index], after[index]));
  }
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => compare(propertyPath(path, key), before[key], after[key]));
  }
  return before === after ? [] : [{ path, kind: 'update', replaces }];
}

/** A key that is no plain name stands in brackets and quotes. */
export function propertyPath(parent: string, key: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(key)) return parent === '' ? key : `${parent}.${key}`;
  return `${parent}[${JSON.stringify(key)}]`;
}
