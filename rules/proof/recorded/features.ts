import type { InputSeries } from '../../alert.ts';
import { gauge, spread } from '../../alerts/define.ts';
import { mixed, type RecordingProof, steady, turn } from './proof.ts';

const hits = (feature_group: string, perSecond: number): InputSeries[] =>
  spread('feature_cache_hits_total', { feature_group }, perSecond);
const misses = (feature_group: string, perSecond: number): InputSeries[] =>
  spread('feature_cache_misses_total', { feature_group }, perSecond);
const checks = (feature_group: string, result: string, perSecond: number): InputSeries[] =>
  spread('feature_quality_checks_total', { feature_group, check: 'range', result }, perSecond);

/** A pod whose counters are NaN. */
const POISONED = ['hits', 'misses'].map((what) =>
  gauge(`feature_cache_${what}_total`, { feature_group: 'user', pod: 'c' }, Number.NaN),
);

/** Groups of which reads begin to miss, always miss, always hit, and are not read. */
const READS = turn(
  [
    ...POISONED,
    ...hits('user', 9),
    ...misses('user', 1),
    ...misses('cold', 2),
    ...hits('hot', 3),
    ...hits('idle', 0),
  ],
  [
    ...POISONED,
    ...hits('user', 2),
    ...misses('user', 6),
    ...misses('cold', 1),
    ...hits('hot', 4),
    ...hits('idle', 0),
  ],
);

/** The rate over 15 minutes sees 885 seconds, of which these are the last. */
const FAILING = 600;
const overQuarter = (before: number, after: number) => (before * (885 - FAILING) + after * FAILING) / 885;

export const FEATURE_PROOFS = {
  'feature_store:cache_hits:ratio_rate5m': [
    {
      name: 'hits become fewer',
      phases: READS,
      yields: [{ value: mixed(12, 6) / (mixed(12, 6) + mixed(3, 7)) }],
    },
    { name: 'nothing but hits', phases: steady(hits('hot', 1)), yields: [{ value: 1 }] },
    { name: 'nothing but misses', phases: steady(misses('cold', 1)), yields: [{ value: 0 }] },
    { name: 'no reads', phases: steady([...hits('idle', 0), ...misses('idle', 0)]), yields: [] },
    { name: 'no metrics', phases: steady([]), yields: [] },
  ],
  'feature_group:cache_hits:ratio_rate5m': [
    {
      name: 'hits become fewer',
      phases: READS,
      yields: [
        { labels: { feature_group: 'user' }, value: mixed(9, 2) / (mixed(9, 2) + mixed(1, 6)) },
        { labels: { feature_group: 'cold' }, value: 0 },
        { labels: { feature_group: 'hot' }, value: 1 },
      ],
    },
  ],
  'feature_group:quality_failures:ratio_rate15m': [
    {
      name: 'checks begin to fail, never fail, are not made',
      phases: [
        {
          lasts: '40m',
          series: [
            ...checks('user', 'failed', 0.1),
            ...checks('user', 'passed', 0.9),
            ...checks('good', 'passed', 1),
            ...checks('idle', 'passed', 0),
          ],
        },
        {
          lasts: `${FAILING}s`,
          series: [
            ...checks('user', 'failed', 0.5),
            ...checks('user', 'passed', 0.7),
            ...checks('good', 'passed', 1),
            ...checks('idle', 'passed', 0),
          ],
        },
      ],
      yields: [
        { labels: { feature_group: 'user' }, value: overQuarter(0.1, 0.5) / overQuarter(1, 1.2) },
        { labels: { feature_group: 'good' }, value: 0 },
      ],
    },
  ],
} as const satisfies Record<string, readonly RecordingProof[]>;
