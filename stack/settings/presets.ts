/** Catalogue names by the names that well-known exporters give the same things. */
export const METRIC_PRESETS = {
  /** https://github.com/danielqsj/kafka_exporter, table "Metrics": the labels are those of the catalogue. */
  kafka_exporter: { kafka_consumergroup_lag_sum: 'kafka_consumer_lag_sum' },
  /** https://github.com/redpanda-data/kminion/blob/master/docs/metrics.md, "Consumer Group Lags". */
  kminion: { kminion_kafka_consumer_group_topic_lag: 'kafka_consumer_lag_sum' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

export type MetricPreset = keyof typeof METRIC_PRESETS;

/** Catalogue labels by the labels that the same exporters give the same things. */
export const LABEL_PRESETS: Readonly<Record<MetricPreset, Readonly<Record<string, string>>>> = {
  kafka_exporter: {},
  kminion: { group_id: 'consumergroup', topic_name: 'topic' },
};
