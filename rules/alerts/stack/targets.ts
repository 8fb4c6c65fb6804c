import type { Alert, InputSeries } from '../../alert.ts';
import { above, anyOf, below, gauge } from '../define.ts';
import { prometheus, up } from './owner.ts';

/**
 * Whether everything is scraped and probed.
 * @param exporters jobs of the exporters that this stack runs.
 * @param found jobs whose copies Prometheus finds: `…CopiesLost` and `…Down` report their targets, not `TargetDown`.
 */
export function targetAlerts(exporters: readonly string[], found: readonly string[]): readonly Alert[] {
  const single = found.length > 0 ? `up{job!~${anyOf(found)}}` : 'up';
  const anyExporter = `up{job=~${anyOf(exporters)}}`;
  const gone = exporters.map((job) => `absent(up{job="${job}"}) * 0`).join(' or ');
  return [
    {
      ...prometheus,
      name: 'Watchdog',
      severity: 'none',
      expr: (threshold) => `time() - max(timestamp(up) and up == 1) < ${threshold}`,
      threshold: below(60, 'seconds'),
      for: '0s',
      summary: 'Monitoring works',
      description:
        'Dead man’s switch: it fires as long as targets are scraped and rules are evaluated. Be alarmed when it stops.',
      runbook: 'watchdog',
      proofs: [
        {
          series: (level) => (level < 60 ? [up('prometheus', 1)] : []),
          over: 0,
          under: 60,
          vanishing: 'gap',
          lingers: '30s',
          recovers: '45s',
        },
      ],
      timelines: [
        { name: 'no target answers', phases: () => [{ lasts: '5m', series: [up('prometheus', 0)] }] },
        {
          name: 'the newest sample is 57 seconds old',
          phases: () => [
            { lasts: '228s', series: [up('prometheus', 1)] },
            { lasts: '0s', series: [] },
          ],
          evaluate: '57s',
          vanishing: 'gap',
          onlyAtEnd: true,
          fires: true,
        },
      ],
    },
    {
      ...prometheus,
      name: 'SharedOutage',
      severity: 'critical',
      // Two services that are down say enough by themselves. What is discovered and gone is in no `up`.
      expr: (threshold) =>
        `avg(max by (job) (up) == bool 0) > ${threshold} and count(max by (job) (up) == 0) > 2`,
      threshold: above(0.5, 'ratio'),
      // Targets of a job are scraped within 15 seconds of each other: it fires no later than the first `…Down`.
      for: '45s',
      summary: 'Most of what is watched does not answer',
      description:
        '{{ $value | humanizePercentage }} of all jobs have no target that answers Prometheus: look for what they share, such as the network, DNS, a node or a zone, or for Prometheus being cut off. What follows from it is not sent.',
      runbook: 'shared-outage',
      proofs: [
        {
          series: (share) => jobsDown(Math.round(share * JOBS)),
          over: (threshold) => (Math.floor(threshold * JOBS) + 1) / JOBS,
          under: (threshold) => Math.floor(threshold * JOBS) / JOBS,
        },
      ],
      timelines: [
        {
          name: 'two of three jobs',
          phases: () => [{ lasts: '5m', series: [up('a', 0), up('b', 0), up('c', 1)] }],
        },
        {
          name: 'three of three jobs',
          phases: () => [{ lasts: '5m', series: [up('a', 0), up('b', 0), up('c', 0)] }],
          fires: true,
        },
      ],
    },
    {
      ...prometheus,
      name: 'TargetDown',
      severity: 'warning',
      expr: (threshold) => `min by (job, instance) (${single}) < ${threshold}`,
      threshold: below(1, 'count'),
      for: '5m',
      summary: 'A target cannot be scraped',
      description: 'Prometheus cannot scrape {{ $labels.instance }} of the job {{ $labels.job }}.',
      runbook: 'target-down',
      proofs: [
        {
          series: (level) => [
            up('some-job', level, { pod: 'a' }),
            up('business', 1),
            ...found.map((job) => up(job, 0)),
          ],
          over: 0,
          under: 1,
          labels: [{ job: 'some-job', instance: 'some-job:1' }],
        },
      ],
    },
    {
      ...prometheus,
      name: 'ExporterDown',
      severity: 'warning',
      expr: (threshold) => `max by (job) (${anyExporter}) < ${threshold} or ${gone}`,
      threshold: below(1, 'count'),
      for: '2m',
      summary: 'An exporter is down',
      description: '{{ $labels.job }} does not answer or has no target: what it measures is not watched.',
      runbook: 'exporter-down',
      proofs: exporters.flatMap((job) => {
        const others = exporters.filter((other) => other !== job).map((other) => up(other, 1));
        return [
          {
            name: `${job} does not answer`,
            series: (level: number) => [up(job, level), up(job, 0, { pod: 'b' }), up('other', 0), ...others],
            over: 0,
            under: 1,
            labels: [{ job }],
          },
          {
            name: `${job} has no target`,
            series: (level: number) => (level > 0 ? [up(job, 1), ...others] : others),
            over: 0,
            under: 1,
            labels: [{ job }],
          },
        ];
      }),
    },
    {
      ...prometheus,
      name: 'ProbesMissing',
      severity: 'warning',
      expr: (threshold) => `absent(probe_success{job="probe-http"}) >= ${threshold}`,
      threshold: above(1, 'count'),
      for: '10m',
      summary: 'No HTTP probe reports',
      description:
        'Not one result of an HTTP probe has arrived for 10 minutes: a dead service would go unnoticed.',
      runbook: 'probes-missing',
      proofs: [
        {
          series: (level) => [
            gauge('probe_success', { job: 'probe-tcp', service: 'redis' }, 1),
            ...(level > 0 ? [] : [gauge('probe_success', { job: 'probe-http', service: 'business' }, 0)]),
          ],
          over: 1,
          under: 0,
          labels: [{ job: 'probe-http' }],
        },
      ],
    },
    {
      ...prometheus,
      name: 'StackProbeFailing',
      severity: 'warning',
      expr: (threshold) =>
        `max by (instance) (probe_success{job=~"probe-http|probe-dns", service=~"prometheus|alertmanager|grafana|dns"}) < ${threshold}`,
      threshold: below(1, 'count'),
      for: '5m',
      summary: 'A part of the monitoring stack fails its check',
      description: 'The check of {{ $labels.instance }} has failed for 5 minutes.',
      runbook: 'stack-probe-failing',
      proofs: ['prometheus', 'alertmanager', 'grafana', 'dns'].map((service) => ({
        name: service,
        series: (level: number) => [
          gauge(
            'probe_success',
            {
              job: service === 'dns' ? 'probe-dns' : 'probe-http',
              service,
              instance: `${service}:1`,
              zone: 'a',
            },
            level,
          ),
          gauge(
            'probe_success',
            {
              job: service === 'dns' ? 'probe-dns' : 'probe-http',
              service,
              instance: `${service}:1`,
              zone: 'b',
            },
            0,
          ),
          gauge(
            'probe_success',
            { job: 'probe-http', service: 'inference-api', instance: 'inference-api:8080' },
            0,
          ),
          gauge('probe_success', { job: 'probe-tcp', service: 'grafana', instance: 'x:1' }, 0),
        ],
        over: 0,
        under: 1,
        labels: [{ instance: `${service}:1` }],
      })),
    },
    {
      ...prometheus,
      name: 'CertificateExpiring',
      severity: 'warning',
      expr: (threshold) => `min by (instance) (probe_ssl_earliest_cert_expiry) - time() < ${threshold}`,
      threshold: below(1_209_600, 'seconds'),
      for: '1h',
      summary: 'A certificate expires within two weeks',
      description: 'The certificate of {{ $labels.instance }} expires in {{ $value | humanizeDuration }}.',
      runbook: 'certificate-expiring',
      proofs: [
        {
          series: (level) => [
            {
              ...gauge(
                'probe_ssl_earliest_cert_expiry',
                { job: 'probe-http', service: 'a', instance: 'a:1', zone: 'x' },
                -level,
              ),
              kind: 'age',
            },
            {
              ...gauge(
                'probe_ssl_earliest_cert_expiry',
                { job: 'probe-http', service: 'a', instance: 'a:1', zone: 'y' },
                -9e6,
              ),
              kind: 'age',
            },
          ],
          exact: true,
          evaluate: '1m',
          labels: [{ instance: 'a:1' }],
        },
      ],
    },
  ];
}

const JOBS = 40;

/** Jobs of two targets each, of which the first ones are down; the last one always has a target that answers. */
function jobsDown(down: number): InputSeries[] {
  return Array.from({ length: JOBS }, (_, index) => {
    const value = index < down ? 0 : 1;
    const job = `job-${index}`;
    return [up(job, value, { pod: 'a' }), up(job, index === JOBS - 1 ? 0 : value, { pod: 'b' })];
  }).flat();
}
