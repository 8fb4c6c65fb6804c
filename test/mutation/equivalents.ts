import { isAlert } from '../../rules/alert.ts';
import type { Mutant } from './mutants.ts';

/** Mutants that behave as the rule does wherever its metrics can be, so that no test can tell them apart. */
export interface Equivalent {
  readonly matches: (mutant: Mutant) => boolean;
  readonly reason: string;
}

const nameOf = ({ rule }: Mutant): string => (isAlert(rule) ? rule.name : rule.record);

/** The expression from the change on, as it was. */
const afterwards = ({ rule, before }: Mutant): string => rule.expr.slice(before.length);

/** Alerts whose bounds are compared with what rates yield. */
const OF_RATES = new Set([
  'InferenceAPIHighLatency',
  'InferenceAPILatencyUnconfirmed',
  'InferenceAPILatencySLOBroken',
  'InferenceAPIHighErrorRate',
  'InferenceAPITrafficSurge',
  'InferenceAPITrafficLost',
  'ModelConfidenceLow',
  'CacheHitRateLow',
  'DataQualityFailing',
  'DeadLettersRising',
  'CPUHigh',
  'DiskWillFill',
  'NotificationsFailing',
  'platform:health_component:ratio',
]);
/** Ratios of what failed to all that was tried. */
const FAILED_OF_TRIED = ['AlertsNotDelivered', 'NotificationsFailing'];

/** SLOs of minutes whose level comes from rates. */
const LEVELS_OF_RATES = ['cache-hit-rate', 'model-confidence'];
/** Rules that add up rates, and take 0 where there is none. */
const FILLS_WITH_0 =
  /^(slo:((bad|total):rate1m|probe_failed:bool|slice_bad:bool)|inference_api:errors:ratio_rate5m|endpoint:inference_errors:ratio_rate5m|feature_(store|group):cache_hits:ratio_rate5m|model_type:prediction_confidence:mean5m)$/;
/** Rules that join what two rules record of the same SLO, label by label. */
const JOINS = /^slo:(error:ratio|burn_rate:ratio|error_budget_exhaustion:seconds)$/;

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    matches: ({ rule, change }) =>
      isAlert(rule) && rule.threshold.unit === 'count' && change.startsWith('“1” → “0.9”'),
    reason: 'Targets are counted in whole numbers, and a probe is 0 or 1: under 0.9 is under 1.',
  },
  {
    matches: (mutant) => nameOf(mutant) === 'SharedOutage' && mutant.change.startsWith('“2” → “2.2”'),
    reason: 'Jobs are counted in whole numbers.',
  },
  {
    matches: (mutant) =>
      mutant.kind === 'boundary' &&
      OF_RATES.has(nameOf(mutant)) &&
      !/^> 0\)/.test(afterwards(mutant)) &&
      !(nameOf(mutant) === 'DiskWillFill' && afterwards(mutant).startsWith('> 0.5')),
    reason:
      'A rate is counted between samples and extrapolated: whether it equals a bound to the last bit is chance, and no number of events differs by it.',
  },
  {
    matches: (mutant) => mutant.kind === 'boundary' && /p\d\d_5m$/.test(nameOf(mutant)),
    reason: 'Whatever is observed takes longer than 0 s, and so does every quantile: only NaN is dropped.',
  },
  {
    matches: ({ kind, before }) =>
      kind === 'window' && /or 0 \* sum by \(\w+\) \((rate|increase)\(\w+\[$/.test(before),
    reason:
      'It only says 0 where the other series is missing, whatever its window; what it is divided by, or added to, has the true one.',
  },
  {
    matches: (mutant) =>
      nameOf(mutant) === 'slo:slice_bad:bool' &&
      mutant.kind === 'boundary' &&
      LEVELS_OF_RATES.includes(mutant.rule.labels?.slo ?? ''),
    reason: 'A level that comes from rates is not on its bound to the last bit but by chance.',
  },
  {
    matches: (mutant) =>
      FILLS_WITH_0.test(nameOf(mutant)) &&
      mutant.kind === 'boundary' &&
      /^>= 0( < Inf|\)| \* 300)/.test(afterwards(mutant)),
    reason: 'What has no rate but 0 adds nothing to a sum, and where no other is left the rule fills in 0.',
  },
  {
    matches: (mutant) =>
      nameOf(mutant) === 'slo:slice_bad:bool' &&
      afterwards(mutant).startsWith('> -Inf') &&
      mutant.kind === 'boundary',
    reason: 'No level is minus infinity.',
  },
  {
    matches: (mutant) =>
      JOINS.test(nameOf(mutant)) && mutant.kind === 'matcher' && /^“slo="[^”]*” → “”/.test(mutant.change),
    reason: 'The other side of the operation keeps the SLO apart: what has no partner there is dropped.',
  },
  {
    matches: (mutant) =>
      nameOf(mutant) === 'slo:error:ratio' &&
      mutant.kind === 'boundary' &&
      mutant.rule.labels?.slo === 'stream-lag',
    reason: 'Minutes with data are counted from 1 on: there is no count of 0.',
  },
  {
    matches: (mutant) => nameOf(mutant) === 'slo:probe_failed:bool' && mutant.kind === 'boundary',
    reason: 'A rate is not half of a mean to the last bit but by chance.',
  },
  {
    matches: (mutant) =>
      nameOf(mutant) === 'slo:probe_failed:bool' && mutant.change.startsWith('“1” → “1.1”'),
    reason: 'A probe of ours is 0 or 1: the clamp is for those that users write.',
  },
  {
    matches: (mutant) =>
      mutant.kind === 'aggregation' &&
      /^ ?\((avg_over_time\()?(\w+:\w+|(min|sum) by|max by \(job\))/.test(afterwards(mutant)),
    reason: 'What rules record has no label instance: grouping by it changes nothing.',
  },
  {
    matches: ({ kind, before }) => kind === 'aggregation' && before.endsWith('and on () max'),
    reason: '`on ()` looks at no label, and that some instance is up is what the maximum says, too.',
  },
  {
    matches: ({ kind, change, rule }) =>
      kind === 'matcher' &&
      change.startsWith('“fstype') &&
      change.includes('” → “” in') &&
      rule.expr.includes('node_filesystem'),
    reason:
      'The other side of the operation leaves these file systems out, and what has no partner is dropped.',
  },
  {
    matches: (mutant) =>
      FAILED_OF_TRIED.includes(nameOf(mutant)) &&
      mutant.kind === 'boundary' &&
      afterwards(mutant).startsWith('> 0)'),
    reason: 'What failed was tried: where nothing was tried, 0 / 0 is NaN, which is over nothing.',
  },
  {
    matches: (mutant) =>
      nameOf(mutant) === 'DiskHigh' && mutant.kind === 'boundary' && afterwards(mutant).startsWith('> 0)'),
    reason: 'Where there are no inodes none is free: 0 / 0 is NaN, which is over nothing.',
  },
  {
    matches: (mutant) =>
      nameOf(mutant) === 'PrometheusSeriesGrowing' &&
      mutant.kind === 'boundary' &&
      afterwards(mutant).startsWith('> 0)'),
    reason: 'A Prometheus that evaluates rules holds series.',
  },
  {
    matches: (mutant) => nameOf(mutant) === 'platform:health_score:ratio' && mutant.kind === 'boundary',
    reason: 'Parts of no weight are left out of the rules: no sum of weights is 0.',
  },
];
