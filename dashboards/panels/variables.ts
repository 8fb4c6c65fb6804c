import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATA_SOURCE } from '../datasource.ts';
import { DATASOURCE } from './defaults.ts';

/** The data source that every query of the dashboard asks. */
export function datasourceVariable(): VariableModel {
  return withoutInterval(
    new DatasourceVariableBuilder('datasource')
      .label('Data source')
      .type('prometheus')
      .current({ selected: true, text: DATA_SOURCE.name, value: DATA_SOURCE.uid })
      .build(),
  );
}

/** The SDK gives every variable the defaults of interval variables, which Grafana's model of others does not have. */
function withoutInterval(variable: VariableModel): VariableModel {
  const { auto, auto_min, auto_count, ...own } = variable;
  return own as VariableModel;
}

/**
 * Values of a label, any number of them or all. Queries match it as `label=~"$name"`: with all chosen that is
 * `.+`, any value, as Grafana's dashboard-linter asks: the catalogue gives every series that is matched its label.
 */
export function labelVariable(name: string, label: string, series: string, valuesOf: string): VariableModel {
  const query = `label_values(${series}, ${valuesOf})`;
  return withoutInterval(
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(DATASOURCE)
      .query({ qryType: 1, query, refId: `variable-${name}` })
      .current({ selected: true, text: ['All'], value: ['$__all'] })
      .multi(true)
      .includeAll(true)
      .allValue('.+')
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc)
      .build(),
  );
}

export const serviceVariable = (): VariableModel =>
  labelVariable('service', 'Service', 'probe_success{job=~"probe-http|probe-tcp"}', 'service');

export const endpointVariable = (): VariableModel =>
  labelVariable('endpoint', 'Endpoint', 'inference_requests_total', 'endpoint');

export const modelVariable = (series: string): VariableModel =>
  labelVariable('model', 'Model', series, 'model_type');

export const featureGroupVariable = (): VariableModel =>
  labelVariable('feature_group', 'Feature group', 'feature_freshness_seconds', 'feature_group');

export const topicVariable = (): VariableModel =>
  labelVariable('topic', 'Topic', 'kafka_consumer_lag_sum', 'topic');

export const channelVariable = (): VariableModel =>
  labelVariable('channel', 'Channel', 'business_transactions_total', 'channel');

/** Instances of what matches a series selector, such as `up{job="prometheus"}`. */
export const instanceVariable = (series: string): VariableModel =>
  labelVariable('instance', 'Instance', series, 'instance');

export const sloVariable = (): VariableModel =>
  labelVariable('slo', 'Objective', 'slo:objective:ratio', 'slo');

export const jobVariable = (): VariableModel => labelVariable('job', 'Job', 'up', 'job');
