import { kubectl } from './kubectl.ts';
import { labels } from './names.ts';
import type { Settings } from './options.ts';

/** Option of kubectl that selects the objects of a stack. */
export function ofStack(settings: Settings): string {
  const selector = Object.entries(labels(settings)).map(([key, value]) => `${key}=${value}`);
  return `--selector=${selector.join(',')}`;
}

/**
 * A stack's objects of one kind, as `kind/name`.
 * @param options of kubectl, which say the cluster.
 * @param place further ones: the namespace, for what is in one. Default: none.
 */
export async function objectNames(
  options: readonly string[],
  settings: Settings,
  kind: string,
  place: readonly string[] = [],
): Promise<string[]> {
  const args = ['get', kind, ...place, ofStack(settings), '--output=name'];
  return (await kubectl(options, args)).split('\n').filter((name) => name !== '');
}
