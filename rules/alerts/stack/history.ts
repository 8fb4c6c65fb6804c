import type { Alert, InputSeries } from '../../alert.ts';
import { age, below, counter } from '../define.ts';
import { prometheus, SELF } from './owner.ts';

const DAY = 86_400;

const stored = (seconds: number, deletionsPerSecond: number): InputSeries[] => [
  age('prometheus_tsdb_lowest_timestamp_seconds', SELF, seconds),
  counter('prometheus_tsdb_size_retentions_total', SELF, deletionsPerSecond),
];

/**
 * Whether Prometheus has deleted, to stay under its size, samples that an SLO still counts. The counter of deletions
 * begins anew with a restart, and the next one follows within a tenth of the retention time, the longest block.
 * @param windowDays longest window of the SLOs; 0 where there is none, which leaves the alert out.
 */
export function historyAlerts(windowDays: number): readonly Alert[] {
  if (windowDays === 0) return [];
  return [
    {
      ...prometheus,
      name: 'PrometheusHistoryTooShort',
      severity: 'warning',
      expr: (threshold) =>
        `min by (instance) ((time() - prometheus_tsdb_lowest_timestamp_seconds) and prometheus_tsdb_size_retentions_total > 0) < ${threshold}`,
      threshold: below(windowDays * DAY, 'seconds'),
      for: '1h',
      summary: 'Prometheus holds less than the longest SLO window',
      description: `{{ $labels.instance }} deletes its oldest samples for lack of space and holds {{ $value | humanizeDuration }}: SLOs over ${windowDays} days count less than they promise.`,
      runbook: 'prometheus-history',
      proofs: [
        {
          series: (seconds) => stored(seconds, 1 / DAY),
          exact: true,
          evaluate: '1m',
          settles: '1m',
          labels: [{ instance: SELF.instance }],
        },
      ],
      timelines: [
        {
          name: 'a young stack, which has deleted nothing',
          phases: () => [{ lasts: '2h', series: stored(DAY, 0) }],
          evaluate: '1m',
        },
      ],
    },
  ];
}
