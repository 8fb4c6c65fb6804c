/** Catalogue names by the names that well-known exporters give the same things. */
export const METRIC_PRESETS = {
  /** https://github.com/danielqsj/kafka_exporter, table "Metrics". */
  kafka_exporter: { kafka_consumergroup_lag_sum: 'kafka_consumer_lag_sum' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;
