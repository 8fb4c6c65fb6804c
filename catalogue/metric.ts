/** What a metric is, in Prometheus's terms. */
export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Base unit, as the name's suffix says; `ratio` is 0 to 1, `1` a plain count. */
  readonly unit: Unit;
  /** Labels that rules and dashboards may rely on, besides `job` and `instance`, which every series has. */
  readonly labels: readonly string[];
  readonly help: string;
  /** The service or exporter that exposes it, its `job`; `ANY_SERVICE` where each service has its own. */
  readonly source: string;
  /**
   * Whether a histogram is a native one: `true` has no series `_bucket`, `_sum` and `_count`; `both` is exposed in
   * either form. Default: a classic histogram alone.
   */
  readonly native?: boolean | 'both' | undefined;
  /** Upper bounds of a histogram's buckets that must be among those exposed, without `+Inf`. */
  readonly buckets?: readonly number[];
  /**
   * Values of labels that must be exposed at 0 before the first event: of a series that begins at 1, no rule sees an
   * increase. Default: none.
   */
  readonly fromZero?: Readonly<Record<string, readonly string[]>>;
  /** Whether the demo and a healthy service always expose it: an absent one is an alert. Default: false. */
  readonly essential?: boolean;
}

export type Unit = 'seconds' | 'bytes' | 'ratio' | 'celsius' | 'usd' | 'timestamp' | '1';

/** Source of a metric that every service exposes about itself. */
export const ANY_SERVICE = 'any-service';

/** Source of what Prometheus writes for every job: `up`, `scrape_*` and `ALERTS`. */
export const ANY_JOB = 'any-job';

/** Labels that every scraped series has. */
export const TARGET_LABELS = ['job', 'instance'] as const;
