import type { Alert } from '../../alert.ts';
import { above, counter, gauge } from '../define.ts';
import { prometheus, SELF } from './owner.ts';

/** What Prometheus counts for each limit of one scrape. A scrape over a limit is refused whole. */
const REFUSED = [
  'prometheus_target_scrapes_exceeded_sample_limit_total',
  'prometheus_target_scrapes_exceeded_body_size_limit_total',
  'prometheus_target_scrape_pool_exceeded_label_limits_total',
] as const;

const pool = (scrape_job: string, targets: number, limit: number) => [
  gauge('prometheus_target_scrape_pool_targets', { ...SELF, scrape_job }, targets),
  gauge('prometheus_target_scrape_pool_target_limit', { ...SELF, scrape_job }, limit),
];

/** Whether a limit of scrapes bites, or is about to. */
export const limitAlerts: readonly Alert[] = [
  {
    ...prometheus,
    name: 'ScrapeLimitReached',
    severity: 'warning',
    expr: (threshold) =>
      `sum by (instance) (${REFUSED.map((metric) => `increase(${metric}[5m])`).join(' + ')}) > ${threshold}`,
    threshold: above(0, 'count'),
    for: '5m',
    summary: 'Prometheus refuses scrapes over a limit',
    description:
      '{{ $labels.instance }} refuses whole scrapes, since they bring more samples, bytes or labels than `prometheus.limits` allows: those targets are down.',
    runbook: 'scrape-limit',
    proofs: REFUSED.map((refused) => ({
      name: refused,
      series: (level: number) =>
        REFUSED.map((metric) => counter(metric, SELF, metric === refused ? level / 15 : 0)),
      over: 1,
      under: 0,
      settles: '15s',
      lingers: '4m',
      recovers: '5m30s',
      labels: [{ instance: 'prometheus:9090' }],
    })),
  },
  {
    ...prometheus,
    name: 'TargetLimitNear',
    severity: 'warning',
    signal: 'saturation',
    expr: (threshold) =>
      `max by (instance, scrape_job) (prometheus_target_scrape_pool_targets / (prometheus_target_scrape_pool_target_limit > 0)) > ${threshold}`,
    threshold: above(0.9, 'ratio'),
    for: '10m',
    summary: 'A job has almost as many targets as it may have',
    description:
      'The job {{ $labels.scrape_job }} has {{ $value | humanizePercentage }} of the targets that `prometheus.limits.targets` allows; beyond it none of them is scraped.',
    runbook: 'target-limit',
    proofs: [
      {
        series: (level) => [...pool('api', level * 1000, 1000), ...pool('other', 5, 1000)],
        exact: true,
        evaluate: '1m',
        labels: [{ instance: 'prometheus:9090', scrape_job: 'api' }],
      },
    ],
    timelines: [
      {
        name: 'no limit of targets',
        phases: () => [{ lasts: '20m', series: pool('api', 5000, 0) }],
        evaluate: '1m',
      },
    ],
  },
];
