import type { World } from './world.ts';

/** A kind of event, and what the feature store is like while it lasts. */
export interface Kind {
  /** `critical` has to page, `warning` has to be heard; of a `trap` nobody should hear. */
  readonly truth: 'critical' | 'warning' | 'trap';
  /** Shortest and longest, in minutes. */
  readonly lasts: readonly [number, number];
  /** Range that the strength of an event is drawn from. Default: 1. */
  readonly level?: readonly [number, number];
  /** Hours of the day between which it happens. Default: any. */
  readonly hours?: readonly [number, number];
  /**
   * Seconds before which nothing tells it from a blip of which nobody should hear: as long as the longest trap of its
   * kind. Default: 0.
   */
  readonly blip?: number;
  /** Changes the world. `seconds` have passed since it began. */
  readonly change: (world: World, level: number, seconds: number) => void;
}

const BUSY = [8, 21] as const;
const JOB_DOWN = { truth: 'critical', lasts: [12, 40], blip: 45 } as const;

/** Trouble that people have to hear of. */
export const INCIDENTS = {
  'api-down': { ...JOB_DOWN, change: (world) => world.down.add('inference-api') },
  'feature-store-down': { ...JOB_DOWN, change: (world) => world.down.add('feature-store') },
  'streams-down': { ...JOB_DOWN, change: (world) => world.down.add('stream-processing') },
  errors: {
    truth: 'critical',
    lasts: [15, 50],
    level: [0.04, 0.3],
    hours: BUSY,
    blip: 60,
    change: (world, level) => {
      world.failing.all = level;
    },
  },
  'few-errors': {
    truth: 'critical',
    lasts: [30, 60],
    level: [0.016, 0.03],
    hours: BUSY,
    blip: 60,
    change: (world, level) => {
      world.failing.all = level;
    },
  },
  slow: {
    truth: 'critical',
    lasts: [20, 60],
    level: [2.3, 2.5],
    hours: BUSY,
    blip: 90,
    change: (world, level) => {
      world.slow.times = level;
    },
  },
  'very-slow': {
    truth: 'critical',
    lasts: [15, 50],
    level: [3, 6],
    hours: BUSY,
    blip: 90,
    change: (world, level) => {
      world.slow.times = level;
    },
  },
  'redis-down': {
    truth: 'critical',
    lasts: [12, 40],
    blip: 45,
    change: (world) => {
      world.redis = [0, 0, 0];
      world.hitRate = 0.1;
      world.slow.times = 2.4;
    },
  },
  'kafka-down': {
    truth: 'critical',
    lasts: [12, 40],
    blip: 45,
    change: (world, _level, seconds) => {
      world.kafka = 0;
      world.freshness = 60 + seconds;
    },
  },
  'endpoint-fails': {
    truth: 'critical',
    lasts: [20, 50],
    hours: BUSY,
    blip: 60,
    change: (world) => {
      world.failing['/predict/batch'] = 1;
    },
  },
  'budget-burns': {
    truth: 'warning',
    lasts: [200, 240],
    level: [0.006, 0.0085],
    hours: [8, 22.5],
    change: (world, level) => {
      world.failing.all = level;
    },
  },
  'cache-misses': {
    truth: 'warning',
    lasts: [25, 60],
    level: [0.3, 0.6],
    hours: BUSY,
    blip: 120,
    change: (world, level) => {
      world.hitRate = level;
    },
  },
  'stale-features': {
    truth: 'warning',
    lasts: [25, 60],
    change: (world, _level, seconds) => {
      world.freshness = 60 + seconds;
    },
  },
  lag: {
    truth: 'warning',
    lasts: [20, 60],
    level: [12_000, 40_000],
    blip: 90,
    change: (world, level) => {
      world.lag = level;
    },
  },
  'dead-letters': {
    truth: 'warning',
    lasts: [30, 60],
    level: [0.03, 0.2],
    change: (world, level) => {
      world.deadLetters = level;
    },
  },
  'low-confidence': {
    truth: 'warning',
    lasts: [30, 60],
    level: [0.5, 0.65],
    hours: BUSY,
    blip: 120,
    change: (world, level) => {
      world.confidence = level;
    },
  },
  drift: {
    truth: 'warning',
    lasts: [60, 120],
    level: [0.3, 0.5],
    change: (world, level) => {
      world.drift = level;
    },
  },
  'bad-data': {
    truth: 'warning',
    lasts: [45, 90],
    level: [0.12, 0.4],
    change: (world, level) => {
      world.badChecks = level;
    },
  },
  surge: {
    truth: 'warning',
    lasts: [20, 45],
    level: [5, 8],
    hours: [9, 20],
    change: (world, level) => {
      world.load = level;
    },
  },
  'traffic-lost': {
    truth: 'warning',
    lasts: [30, 60],
    hours: [9, 20],
    change: (world) => {
      world.load = 0;
    },
  },
  'processors-busy': {
    truth: 'warning',
    lasts: [30, 60],
    level: [0.88, 0.97],
    blip: 480,
    change: (world, level) => {
      world.processors = level;
    },
  },
  'memory-full': {
    truth: 'warning',
    lasts: [25, 60],
    level: [0.86, 0.95],
    change: (world, level) => {
      world.memory = level;
    },
  },
  'disk-full': {
    truth: 'warning',
    lasts: [30, 60],
    level: [0.85, 0.95],
    change: (world, level) => {
      world.disk = level;
    },
  },
  'training-fails': {
    truth: 'warning',
    lasts: [20, 40],
    change: (world, _level, seconds) => {
      world.trainingFailures = seconds < 15 ? 1 : 0;
    },
  },
  'model-missing': {
    truth: 'warning',
    lasts: [60, 90],
    hours: [9, 18],
    change: (world) => world.silentModels.add('personalization'),
  },
  'shard-down': {
    truth: 'warning',
    lasts: [20, 50],
    blip: 45,
    change: (world) => {
      world.redis = [1, 1, 0];
    },
  },
} as const satisfies Record<string, Kind>;

/** What ends by itself or is meant: of it nobody should hear. */
export const TRAPS = {
  'error-blip': {
    truth: 'trap',
    lasts: [0.5, 1],
    level: [0.1, 0.4],
    change: (world, level) => {
      world.failing.all = level;
    },
  },
  'slow-blip': {
    truth: 'trap',
    lasts: [0.75, 1.5],
    level: [2, 5],
    change: (world, level) => {
      world.slow.times = level;
    },
  },
  restart: {
    truth: 'trap',
    lasts: [0.5, 0.75],
    change: (world) => {
      world.copyDown.add('inference-api').add('feature-store');
      world.reset.add('inference-api').add('feature-store');
    },
  },
  'scrape-gap': {
    truth: 'trap',
    lasts: [1, 3],
    change: (world) => {
      world.blind = true;
    },
  },
  'target-blip': { truth: 'trap', lasts: [0.5, 0.75], change: (world) => world.down.add('inference-api') },
  deploy: {
    truth: 'trap',
    lasts: [2, 3],
    hours: BUSY,
    change: (world, _level, seconds) => {
      if (seconds < 45) world.copyDown.add('inference-api');
      if (seconds < 45) world.reset.add('inference-api');
      // Caches are cold: a third of the requests takes longer.
      world.slow = { times: 2.5, share: seconds < 75 ? 0.3 : 0 };
      world.hitRate = 0.8;
    },
  },
  backup: {
    truth: 'trap',
    lasts: [5, 8],
    hours: [1, 5],
    level: [0.85, 0.92],
    change: (world, level) => {
      world.processors = level;
      world.slow.times = 1.3;
    },
  },
  retries: {
    truth: 'trap',
    lasts: [4, 6],
    hours: BUSY,
    change: (world) => {
      world.load = 2.5;
      world.failing.all = 0.006;
    },
  },
  'slow-canary': {
    truth: 'trap',
    lasts: [45, 90],
    hours: BUSY,
    level: [0.015, 0.025],
    change: (world, level) => {
      world.slow = { times: 10, share: level };
    },
  },
  'clock-step': {
    truth: 'trap',
    lasts: [3, 6],
    level: [-120, 120],
    change: (world, level) => {
      world.clock = level;
    },
  },
  'counter-reset': {
    truth: 'trap',
    lasts: [0.25, 0.25],
    change: (world) => world.reset.add('inference-api'),
  },
  'lag-spike': {
    truth: 'trap',
    lasts: [0.75, 1.5],
    level: [11_000, 20_000],
    change: (world, level) => {
      world.lag = level;
    },
  },
  'cache-flush': {
    truth: 'trap',
    lasts: [1, 2],
    hours: BUSY,
    change: (world) => {
      world.hitRate = 0.4;
    },
  },
  'confidence-dip': {
    truth: 'trap',
    lasts: [1, 2],
    hours: BUSY,
    change: (world) => {
      world.confidence = 0.6;
    },
  },
} as const satisfies Record<string, Kind>;

export const KINDS: Readonly<Record<string, Kind>> = { ...INCIDENTS, ...TRAPS };
