import type { Channel } from '../../notifications/channels/channel.ts';

/**
 * A limit of the real service, as the channel states it with its source.
 * @throws Error where the channel states none.
 */
export function limitOf({ name, limits }: Pick<Channel, 'name' | 'limits'>, field: string): number {
  const limit = limits[field];
  if (limit === undefined) throw new Error(`The channel ${name} states no limit for ${field}.`);
  return limit.max;
}
