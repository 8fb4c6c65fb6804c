import type { DashboardOutline } from './dashboard.ts';
import { type DashboardContext, sloBound } from './limits.ts';
import { RESULT_COLORS } from './panels/colors.ts';
import { colored, heatmap, timeSeries } from './panels/graphs.ts';
import { barGauge, stat, stateTimeline } from './panels/kinds.ts';
import { toDashboard } from './panels/links.ts';
import { REACHABLE } from './panels/mappings.ts';
import { line, row } from './panels/panel.ts';
import { buckets, instant, range } from './panels/query.ts';
import { highIsBad, lowIsBad } from './panels/thresholds.ts';
import { datasourceVariable, featureGroupVariable, instanceVariable } from './panels/variables.ts';

const GROUP = 'feature_group=~"$feature_group"';
const REDIS = 'instance=~"$instance"';

/** From whether features are fresh and quick to what makes them so: the cache, Redis, computation, the data. */
export function featureStore(context: DashboardContext): DashboardOutline {
  return {
    uid: 'feature-store',
    folder: 'operations',
    question: 'Do models get features that are fresh, quick and right?',
    next: 'Misses with a healthy Redis are expired or evicted keys; misses with Redis down are its outage.',
    variables: [datasourceVariable(), featureGroupVariable(), instanceVariable('redis_up')],
    rows: [
      row('Are features fresh, quick and right', line(4, ...verdict(context))),
      row('Freshness', line(8, freshness(context), computation(), computationHeatmap())),
      row('Cache', line(8, hitsAndMisses(), hitRate(context), fetchLatency())),
      row('Data quality', line(8, qualityFailures(context), failedChecks(), nulls())),
      row(
        'Redis',
        line(4, redisReachable()),
        line(7, commands(), commandTime(), memory()),
        line(7, memoryShare(), fragmentation(), clients()),
        line(7, lookUps(), keys(), keysByDb()),
        line(7, connections(), traffic(), slowLog(), replicas()),
      ),
    ],
  };
}

const hitLevels = (context: DashboardContext) =>
  lowIsBad({ bad: context.limits.cacheHitRatio, good: sloBound(context, 'cache-hit-rate') });

const freshnessLevels = (context: DashboardContext) => highIsBad({ bad: context.limits.freshness });

const verdict = (context: DashboardContext) => [
  stat({
    title: 'Age of the stalest group',
    description: 'Age of the newest value of the group that is furthest behind.',
    unit: 's',
    min: 0,
    levels: freshnessLevels(context),
    sparkline: true,
    links: [toDashboard('slos')],
    queries: [range(`max(min by (feature_group) (feature_freshness_seconds{${GROUP}}))`, 'age')],
    shows: ['stale-features'],
  }),
  stat({
    title: 'Cache hit rate',
    description: 'Share of feature reads that the cache answered in the last five minutes.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    decimals: 1,
    levels: hitLevels(context),
    sparkline: true,
    links: [toDashboard('slos')],
    queries: [range('feature_store:cache_hits:ratio_rate5m', 'hit rate')],
    shows: ['cache-misses', 'redis-down'],
  }),
  stat({
    title: 'Worst failed quality checks',
    description:
      'Failed data quality checks of the feature group with most of them, in the last quarter of an hour.',
    unit: 'percentunit',
    min: 0,
    decimals: 1,
    levels: highIsBad({ bad: context.limits.quality }),
    queries: [instant(`max(feature_group:quality_failures:ratio_rate15m{${GROUP}})`, 'failed')],
    shows: ['data-quality'],
  }),
  stat({
    title: 'Redis memory in use',
    description: 'Memory of the data that Redis holds.',
    unit: 'bytes',
    min: 0,
    queries: [instant(`sum(redis_memory_used_bytes{${REDIS}})`, 'memory')],
  }),
  stat({
    title: 'Redis commands per second',
    description: 'Commands carried out by all instances chosen.',
    unit: 'ops',
    min: 0,
    sparkline: true,
    queries: [range(`sum(rate(redis_commands_processed_total{${REDIS}}[$__rate_interval]))`, 'commands')],
    shows: ['redis-down'],
  }),
];

const freshness = (context: DashboardContext) =>
  timeSeries({
    title: 'Age of the newest value by feature group',
    description:
      'A saw tooth while features are computed; a line that climbs past the dashed one is a group that nobody renews.',
    unit: 's',
    min: 0,
    levels: freshnessLevels(context),
    links: [toDashboard('stream-processing')],
    queries: [range(`min by (feature_group) (feature_freshness_seconds{${GROUP}})`, '{{feature_group}}')],
    shows: ['stale-features'],
  });

const computation = () =>
  timeSeries({
    title: 'P95 computation time by feature group',
    description: 'Time to compute the features of a group once. Slow computation makes features stale later.',
    unit: 's',
    min: 0,
    queries: [
      range(
        `histogram_quantile(0.95, sum by (le, feature_group) (rate(feature_computation_duration_seconds_bucket{${GROUP}}[$__rate_interval])))`,
        '{{feature_group}}',
      ),
    ],
  });

const computationHeatmap = () =>
  heatmap({
    title: 'Computation time of features',
    description: 'How many computations a second take how long.',
    unit: 's',
    countUnit: 'ops',
    queries: [
      buckets(`sum by (le) (rate(feature_computation_duration_seconds_bucket{${GROUP}}[$__rate_interval]))`),
    ],
  });

const hitsAndMisses = () =>
  timeSeries({
    title: 'Feature reads per second, hits and misses',
    description:
      'Each miss costs a computation or a slower read. Reads themselves fall when the API is down.',
    unit: 'ops',
    min: 0,
    draw: 'stacked',
    overrides: [colored('hits', 'green'), colored('misses', 'orange')],
    queries: [
      range(`sum(rate(feature_cache_hits_total{${GROUP}}[$__rate_interval]))`, 'hits'),
      range(`sum(rate(feature_cache_misses_total{${GROUP}}[$__rate_interval]))`, 'misses'),
    ],
    shows: ['cache-misses', 'redis-down', 'high-load'],
  });

const hitRate = (context: DashboardContext) =>
  timeSeries({
    title: 'Cache hit rate by feature group',
    description: 'Five-minute share of reads that the cache answered. Dashed: alert and objective.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    levels: hitLevels(context),
    links: [toDashboard('slos')],
    queries: [range(`feature_group:cache_hits:ratio_rate5m{${GROUP}}`, '{{feature_group}}')],
    shows: ['cache-misses', 'redis-down'],
  });

const fetchLatency = () =>
  timeSeries({
    title: 'P95 time of the inference API to fetch features',
    description: 'What misses cost the caller. It climbs before the latency of the API does.',
    unit: 's',
    min: 0,
    links: [toDashboard('inference-api')],
    queries: [
      range(
        'histogram_quantile(0.95, sum by (le) (rate(feature_fetch_duration_seconds_bucket[$__rate_interval])))',
        'P95',
      ),
    ],
    shows: ['cache-misses'],
  });

const qualityFailures = (context: DashboardContext) =>
  timeSeries({
    title: 'Share of quality checks that failed by feature group',
    description: 'Over a quarter of an hour. Past the dashed line models decide on wrong data.',
    unit: 'percentunit',
    min: 0,
    softMax: 2 * (context.limits.quality ?? 0),
    levels: highIsBad({ bad: context.limits.quality }),
    queries: [range(`feature_group:quality_failures:ratio_rate15m{${GROUP}}`, '{{feature_group}}')],
    shows: ['data-quality'],
  });

const failedChecks = () =>
  timeSeries({
    title: 'Quality checks per second by check and result',
    description: 'Which checks run, and which of them fail.',
    unit: 'ops',
    min: 0,
    draw: 'stacked',
    overrides: RESULT_COLORS,
    queries: [
      range(
        `sum by (check, result) (rate(feature_quality_checks_total{${GROUP}}[$__rate_interval]))`,
        '{{check}} {{result}}',
      ),
    ],
    shows: ['data-quality'],
  });

const nulls = () =>
  barGauge({
    title: 'Share of null values by feature group',
    description: 'Nulls among the last values. A group that jumps lost a source.',
    unit: 'percentunit',
    min: 0,
    decimals: 2,
    queries: [
      instant(`sort_desc(max by (feature_group) (feature_null_ratio{${GROUP}}))`, '{{feature_group}}'),
    ],
  });

const redisReachable = () =>
  stateTimeline({
    title: 'Redis responds to its exporter',
    description: 'Red means that Redis is down: reads fall back to computation.',
    unit: 'none',
    min: 0,
    max: 1,
    mappings: REACHABLE,
    queries: [range(`max by (instance) (redis_up{${REDIS}})`, '{{instance}}')],
    shows: ['redis-down'],
  });

const commands = () =>
  timeSeries({
    title: 'Redis commands per second by command',
    description: 'The commands used most.',
    unit: 'ops',
    min: 0,
    draw: 'stacked',
    queries: [
      range(`topk(8, sum by (cmd) (rate(redis_commands_total{${REDIS}}[$__rate_interval])))`, '{{cmd}}'),
    ],
    shows: ['redis-down'],
  });

const commandTime = () =>
  timeSeries({
    title: 'Mean time of a Redis command',
    description: 'Time in Redis alone, without the network. Over a millisecond is slow.',
    unit: 's',
    min: 0,
    queries: [
      range(
        `sum by (instance) (rate(redis_commands_duration_seconds_total{${REDIS}}[$__rate_interval])) / sum by (instance) (rate(redis_commands_total{${REDIS}}[$__rate_interval]) > 0)`,
        '{{instance}}',
      ),
    ],
  });

const memory = () =>
  timeSeries({
    title: 'Redis memory, used and resident',
    description: 'Resident far over used is fragmentation; used at the limit evicts keys.',
    unit: 'bytes',
    min: 0,
    queries: [
      range(`sum by (instance) (redis_memory_used_bytes{${REDIS}})`, 'used {{instance}}'),
      range(`sum by (instance) (redis_memory_used_rss_bytes{${REDIS}})`, 'resident {{instance}}'),
    ],
  });

const clients = () =>
  timeSeries({
    title: 'Redis clients, connected and blocked',
    description: 'Connections that climb without more traffic are a leak in a client.',
    unit: 'short',
    min: 0,
    decimals: 0,
    queries: [
      range(`sum by (instance) (redis_connected_clients{${REDIS}})`, 'connected {{instance}}'),
      range(`sum by (instance) (redis_blocked_clients{${REDIS}})`, 'blocked {{instance}}'),
    ],
  });

const keys = () =>
  timeSeries({
    title: 'Redis keys evicted and expired per second',
    description: 'Evicted keys are misses to come: Redis needs more memory. Expired ones are routine.',
    unit: 'ops',
    min: 0,
    softMax: 1,
    queries: [
      range(`sum(rate(redis_evicted_keys_total{${REDIS}}[$__rate_interval]))`, 'evicted'),
      range(`sum(rate(redis_expired_keys_total{${REDIS}}[$__rate_interval]))`, 'expired'),
    ],
  });

const memoryShare = () =>
  timeSeries({
    title: 'Redis memory of its limit',
    description:
      'Used memory over maxmemory; full, Redis evicts keys or refuses writes. No line where Redis has no limit.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      range(
        `max by (instance) (redis_memory_used_bytes{${REDIS}} / (redis_memory_max_bytes{${REDIS}} > 0))`,
        '{{instance}}',
      ),
    ],
  });

const fragmentation = () =>
  timeSeries({
    title: 'Redis memory fragmentation',
    description:
      'Resident over used memory. Far over 1.5 memory is wasted, unless there is little of it; under 1 Redis swaps.',
    unit: 'none',
    min: 0,
    queries: [range(`max by (instance) (redis_mem_fragmentation_ratio{${REDIS}})`, '{{instance}}')],
  });

const lookUps = () =>
  timeSeries({
    title: 'Redis keys found and missed',
    description: 'Look-ups a second, as Redis counts them. Misses without evictions are keys that expired.',
    unit: 'ops',
    min: 0,
    overrides: [colored('found', 'green'), colored('missed', 'orange')],
    queries: [
      range(`sum(rate(redis_keyspace_hits_total{${REDIS}}[$__rate_interval]))`, 'found'),
      range(`sum(rate(redis_keyspace_misses_total{${REDIS}}[$__rate_interval]))`, 'missed'),
    ],
  });

const keysByDb = () =>
  timeSeries({
    title: 'Redis keys by database',
    description: 'A database that empties at once was flushed; one that only grows lacks expiry.',
    unit: 'short',
    min: 0,
    queries: [range(`sum by (db) (redis_db_keys{${REDIS}}) > 0`, '{{db}}')],
  });

const connections = () =>
  timeSeries({
    title: 'Redis connections',
    description:
      'Accepted per second, and rejected at the limit of clients. Many accepted are clients without a pool.',
    unit: 'ops',
    min: 0,
    overrides: [colored('rejected', 'red')],
    queries: [
      range(`sum(rate(redis_connections_received_total{${REDIS}}[$__rate_interval]))`, 'accepted'),
      range(`sum(rate(redis_rejected_connections_total{${REDIS}}[$__rate_interval]))`, 'rejected'),
    ],
  });

const slowLog = () =>
  timeSeries({
    title: 'Redis slow log',
    description: 'Commands in the slow log, which holds 128 by default: SLOWLOG GET names them.',
    unit: 'short',
    min: 0,
    decimals: 0,
    queries: [range(`max by (instance) (redis_slowlog_length{${REDIS}})`, '{{instance}}')],
  });

const replicas = () =>
  timeSeries({
    title: 'Redis replicas',
    description: 'Replicas that are connected. One fewer is a loss of redundancy before it is an outage.',
    unit: 'short',
    min: 0,
    decimals: 0,
    queries: [range(`max by (instance) (redis_connected_slaves{${REDIS}})`, '{{instance}}')],
  });

const traffic = () =>
  timeSeries({
    title: 'Redis network traffic',
    description: 'Bytes a second in and out.',
    unit: 'Bps',
    min: 0,
    queries: [
      range(`sum(rate(redis_net_input_bytes_total{${REDIS}}[$__rate_interval]))`, 'in'),
      range(`sum(rate(redis_net_output_bytes_total{${REDIS}}[$__rate_interval]))`, 'out'),
    ],
  });
