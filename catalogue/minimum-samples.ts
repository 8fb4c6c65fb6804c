/** Fewest feature reads, and fewest predictions of a model, in 5 minutes of which a share or a mean says something. */
export const FEWEST_READS = 30;
export const FEWEST_PREDICTIONS = 20;

/** PromQL that yields where there were enough reads. */
export const ENOUGH_READS = `(sum(increase(feature_cache_hits_total[5m]) >= 0) or vector(0)) + (sum(increase(feature_cache_misses_total[5m]) >= 0) or vector(0)) >= ${FEWEST_READS}`;

/** PromQL that yields each model with enough predictions. */
export const ENOUGH_PREDICTIONS = `sum by (model_type) (increase(model_prediction_confidence_count[5m])) >= ${FEWEST_PREDICTIONS}`;
