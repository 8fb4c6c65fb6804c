import type { InputSeries } from '../alert.ts';
import { above, below, counter, gauge, type RuleModule } from './define.ts';

const base = {
  group: 'monitoring',
  team: 'platform',
  dashboard: 'monitoring',
  signal: 'monitoring',
} as const;
const prometheus = { ...base, service: 'prometheus' } as const;
const alertmanager = { ...base, service: 'alertmanager' } as const;

const SELF = { job: 'prometheus', instance: 'prometheus:9090' };
const AM = { job: 'alertmanager', instance: 'alertmanager:9093' };
const EXPORTERS = ['redis-exporter', 'node-exporter', 'blackbox-exporter'] as const;
const up = (job: string, value: number, extra = {}): InputSeries =>
  gauge('up', { job, instance: `${job}:1`, ...extra }, value);

/** What watches the watchers. `exporters` are the jobs of those that this stack runs. */
export function stackRules(exporters: readonly string[] = EXPORTERS): RuleModule {
  const anyExporter = `up{job=~"${exporters.join('|')}"}`;
  const gone = exporters.map((job) => `absent(up{job="${job}"}) * 0`).join(' or ');
  return {
    recordings: [],
    alerts: [
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
        ],
      },
      {
        ...prometheus,
        name: 'TargetDown',
        severity: 'warning',
        expr: (threshold) => `min by (job, instance) (up) < ${threshold}`,
        threshold: below(1, 'count'),
        for: '5m',
        summary: 'A target cannot be scraped',
        description: 'Prometheus cannot scrape {{ $labels.instance }} of the job {{ $labels.job }}.',
        runbook: 'target-down',
        proofs: [
          {
            series: (level) => [up('inference-api', level, { pod: 'a' }), up('business', 1)],
            over: 0,
            under: 1,
            labels: [{ job: 'inference-api', instance: 'inference-api:1' }],
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
              series: (level: number) => [
                up(job, level),
                up(job, 0, { pod: 'b' }),
                up('other', 0),
                ...others,
              ],
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
            evaluate: '1m',
            labels: [{ instance: 'a:1' }],
          },
        ],
      },
      {
        ...prometheus,
        name: 'RuleEvaluationFailing',
        severity: 'warning',
        expr: (threshold) =>
          `sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[5m])) > ${threshold}`,
        threshold: above(0, 'count'),
        for: '5m',
        summary: 'Prometheus fails to evaluate rules',
        description: 'Rules of {{ $labels.rule_group }} cannot be evaluated: their alerts cannot fire.',
        runbook: 'rule-evaluation-failing',
        proofs: [rising('prometheus_rule_evaluation_failures_total', 'rule_group')],
      },
      {
        ...prometheus,
        name: 'RuleEvaluationSlow',
        severity: 'warning',
        expr: (threshold) =>
          `max by (rule_group) (prometheus_rule_group_last_duration_seconds) / (max by (rule_group) (prometheus_rule_group_interval_seconds) > 0) > ${threshold}`,
        threshold: above(0.8, 'ratio'),
        for: '10m',
        summary: 'Rules take nearly as long as their interval',
        description:
          'Evaluating {{ $labels.rule_group }} takes {{ $value | humanizePercentage }} of its interval; beyond it, evaluations are skipped.',
        runbook: 'rule-evaluation-slow',
        proofs: [
          {
            series: (level) => [
              gauge('prometheus_rule_group_last_duration_seconds', { ...SELF, rule_group: 'g' }, level * 15),
              gauge('prometheus_rule_group_interval_seconds', { ...SELF, rule_group: 'g' }, 15),
            ],
            labels: [{ rule_group: 'g' }],
          },
        ],
      },
      {
        ...prometheus,
        name: 'PrometheusReloadFailed',
        severity: 'warning',
        expr: (threshold) => `min by (instance) (prometheus_config_last_reload_successful) < ${threshold}`,
        threshold: below(1, 'count'),
        for: '5m',
        summary: 'Prometheus runs with an old configuration',
        description: '{{ $labels.instance }} refused its last configuration and goes on with the one before.',
        runbook: 'prometheus-reload-failed',
        proofs: [failing('prometheus_config_last_reload_successful', SELF)],
      },
      {
        ...alertmanager,
        name: 'AlertmanagerReloadFailed',
        severity: 'warning',
        expr: (threshold) => `min by (instance) (alertmanager_config_last_reload_successful) < ${threshold}`,
        threshold: below(1, 'count'),
        for: '5m',
        summary: 'Alertmanager runs with an old configuration',
        description: '{{ $labels.instance }} refused its last configuration and goes on with the one before.',
        runbook: 'alertmanager-reload-failed',
        proofs: [failing('alertmanager_config_last_reload_successful', AM)],
      },
      {
        ...alertmanager,
        name: 'AlertmanagerDown',
        severity: 'critical',
        expr: (threshold) => `(sum(up{job="alertmanager"}) or vector(0)) < ${threshold}`,
        threshold: below(1, 'count'),
        for: '2m',
        summary: 'No Alertmanager answers',
        description:
          'No Alertmanager answers Prometheus: alerts reach nobody. Only the dead man’s switch tells from outside.',
        runbook: 'alertmanager-down',
        proofs: [
          {
            series: (level) => [
              up('alertmanager', 0, { pod: 'a' }),
              ...Array.from({ length: level }, (_, index) => up('alertmanager', 1, { pod: `b${index}` })),
              up('other', 1),
            ],
            over: (least) => least - 1,
            under: (least) => least,
          },
        ],
      },
      {
        ...alertmanager,
        name: 'AlertsNotDelivered',
        severity: 'critical',
        expr: (threshold) =>
          `sum by (alertmanager) (rate(prometheus_notifications_errors_total[5m])) / (sum by (alertmanager) (rate(prometheus_notifications_sent_total[5m])) > 0) > ${threshold}`,
        threshold: above(0.5, 'ratio'),
        for: '5m',
        summary: 'Prometheus cannot hand alerts to Alertmanager',
        description:
          '{{ $value | humanizePercentage }} of the alerts for {{ $labels.alertmanager }} could not be handed over.',
        runbook: 'alerts-not-delivered',
        proofs: [
          {
            series: (level) => [
              counter(
                'prometheus_notifications_errors_total',
                { ...SELF, alertmanager: 'am', pod: 'a' },
                level * 0.75,
              ),
              counter(
                'prometheus_notifications_errors_total',
                { ...SELF, alertmanager: 'am', pod: 'b' },
                level * 0.25,
              ),
              counter('prometheus_notifications_sent_total', { ...SELF, alertmanager: 'am', pod: 'a' }, 0.5),
              counter('prometheus_notifications_sent_total', { ...SELF, alertmanager: 'am', pod: 'b' }, 0.5),
            ],
            settles: '15s',
            labels: [{ alertmanager: 'am' }],
          },
        ],
      },
      {
        ...alertmanager,
        name: 'NotificationsFailing',
        severity: 'warning',
        expr: (threshold) =>
          `sum by (integration) (rate(alertmanager_notifications_failed_total[10m])) / (sum by (integration) (rate(alertmanager_notifications_total[10m])) > 0) > ${threshold}`,
        threshold: above(0.05, 'ratio'),
        for: '5m',
        summary: 'Notifications do not arrive',
        description:
          '{{ $value | humanizePercentage }} of the notifications to {{ $labels.integration }} failed over the last 10 minutes.',
        runbook: 'notifications-failing',
        proofs: [
          {
            series: (level) => [
              counter(
                'alertmanager_notifications_failed_total',
                { ...AM, integration: 'slack', reason: 'a' },
                level * 0.75,
              ),
              counter(
                'alertmanager_notifications_failed_total',
                { ...AM, integration: 'slack', reason: 'b' },
                level * 0.25,
              ),
              counter('alertmanager_notifications_total', { ...AM, integration: 'slack', pod: 'a' }, 0.5),
              counter('alertmanager_notifications_total', { ...AM, integration: 'slack', pod: 'b' }, 0.5),
            ],
            settles: '15s',
            recovers: '15m',
            labels: [{ integration: 'slack' }],
          },
        ],
      },
      {
        ...prometheus,
        name: 'PrometheusStorageNearLimit',
        severity: 'warning',
        signal: 'saturation',
        expr: (threshold) =>
          `max by (instance) ((prometheus_tsdb_storage_blocks_bytes + prometheus_tsdb_wal_storage_size_bytes + prometheus_tsdb_head_chunks_storage_size_bytes) / (prometheus_tsdb_retention_limit_bytes > 0)) > ${threshold}`,
        threshold: above(0.8, 'ratio'),
        for: '30m',
        summary: 'Prometheus’s storage is close to its limit',
        description:
          '{{ $labels.instance }} fills {{ $value | humanizePercentage }} of the size it may take; at the limit it drops its oldest data before the retention time.',
        runbook: 'prometheus-storage',
        proofs: [
          {
            series: (level) => [
              gauge('prometheus_tsdb_storage_blocks_bytes', SELF, level * 8e9),
              gauge('prometheus_tsdb_wal_storage_size_bytes', SELF, level * 1.5e9),
              gauge('prometheus_tsdb_head_chunks_storage_size_bytes', SELF, level * 0.5e9),
              gauge('prometheus_tsdb_retention_limit_bytes', SELF, 10e9),
            ],
            evaluate: '1m',
            labels: [{ instance: 'prometheus:9090' }],
          },
        ],
      },
      {
        ...prometheus,
        name: 'PrometheusStorageFailing',
        severity: 'warning',
        expr: (threshold) =>
          `sum by (instance) (increase(prometheus_tsdb_compactions_failed_total[1h]) + increase(prometheus_tsdb_wal_corruptions_total[1h])) > ${threshold}`,
        threshold: above(0, 'count'),
        for: '5m',
        summary: 'Prometheus cannot keep its data',
        description:
          'Compaction of {{ $labels.instance }} failed or its write-ahead log is corrupt: data may be lost.',
        runbook: 'prometheus-storage-failing',
        proofs: ['compactions_failed', 'wal_corruptions'].map((what) => ({
          name: what,
          series: (level: number) => [
            counter(
              'prometheus_tsdb_compactions_failed_total',
              SELF,
              what === 'compactions_failed' ? level / 60 : 0,
            ),
            counter(
              'prometheus_tsdb_wal_corruptions_total',
              SELF,
              what === 'wal_corruptions' ? level / 60 : 0,
            ),
          ],
          over: 1,
          under: 0,
          settles: '15s',
          recovers: '1h1m',
          labels: [{ instance: 'prometheus:9090' }],
        })),
      },
    ],
  };
}

/** A counter that must stand still. */
function rising(metric: string, label: string) {
  return {
    series: (level: number) => [counter(metric, { ...SELF, [label]: 'x' }, level / 60)],
    over: 1,
    under: 0,
    settles: '15s',
    labels: [{ [label]: 'x' }],
  };
}

/** A gauge that is 1 while all is well. */
function failing(metric: string, labels: { readonly job: string; readonly instance: string }) {
  return {
    series: (level: number) => [
      gauge(metric, { ...labels, pod: 'a' }, level),
      gauge(metric, { ...labels, pod: 'b' }, 1),
    ],
    over: 0,
    under: 1,
    labels: [{ instance: labels.instance }],
  };
}
