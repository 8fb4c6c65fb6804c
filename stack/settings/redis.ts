import { DEPENDENCIES } from '../../catalogue/services.ts';
import { REDIS_SCHEME } from '../../lib/forms.ts';
import type { RawSettings } from './schema.ts';

/** Redis as it is watched. */
export interface RedisServer {
  /** `host:port` of the first node; undefined where Redis is left out. */
  readonly address: string | undefined;
  /** `host:port` of each further node. */
  readonly further: readonly string[];
  /** `host:port` of each sentinel. */
  readonly sentinels: readonly string[];
  /** Those of all of them that speak TLS. */
  readonly encrypted: readonly string[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly tls: RawSettings['redis']['tls'];
}

/** Redis as its settings declare it. */
export function redisServer(raw: RawSettings['redis']): RedisServer {
  const { user, password, tls, off } = raw;
  const given = off ? [] : (raw.addresses ?? [raw.address ?? `redis:${DEPENDENCIES.redis.port}`]);
  const sentinels = off ? [] : raw.sentinels;
  const encrypted = [...given, ...sentinels].filter(
    (each) => tls !== undefined || each.startsWith('rediss://'),
  );
  const [address, ...further] = given.map(bare);
  return {
    address,
    further,
    sentinels: sentinels.map(bare),
    encrypted: encrypted.map(bare),
    user,
    password,
    tls,
  };
}

const bare = (address: string): string => address.replace(REDIS_SCHEME, '');
