/** How the feature store is at a moment: what a kind of trouble changes, and series are made from. */
export interface World {
  /** Requests, times what is usual at the hour. */
  load: number;
  /** Share of requests that fail, by endpoint; `all` for every one. */
  failing: { all: number; '/predict/batch': number };
  /** How many times longer requests take, and which share of them. */
  slow: { times: number; share: number };
  /** Jobs of which no copy answers. */
  down: Set<string>;
  /** One copy of a job that does not answer. */
  copyDown: Set<string>;
  /** Whether Prometheus scrapes nothing. */
  blind: boolean;
  /** Copies whose counters begin anew. */
  reset: Set<string>;
  redis: [number, number, number];
  kafka: number;
  hitRate: number;
  freshness: number;
  lag: number;
  deadLetters: number;
  confidence: number;
  /** Models that report nothing. */
  silentModels: Set<string>;
  drift: number;
  badChecks: number;
  /** Share of the processors, of memory and of the disk that are in use. */
  processors: number;
  memory: number;
  disk: number;
  trainingFailures: number;
  /** By how many seconds the services' clocks are off. */
  clock: number;
}

export const calm = (): World => ({
  load: 1,
  failing: { all: 0.0002, '/predict/batch': 0 },
  slow: { times: 1, share: 1 },
  down: new Set(),
  copyDown: new Set(),
  blind: false,
  reset: new Set(),
  redis: [1, 1, 1],
  kafka: 1,
  hitRate: 0.94,
  freshness: 60,
  lag: 300,
  deadLetters: 0.0005,
  confidence: 0.9,
  silentModels: new Set(),
  drift: 0.05,
  badChecks: 0.005,
  processors: 0.2,
  memory: 0.5,
  disk: 0.6,
  trainingFailures: 0,
  clock: 0,
});
