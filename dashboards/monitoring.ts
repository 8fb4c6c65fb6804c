import type { DashboardOutline } from './dashboard.ts';
import type { DashboardContext } from './limits.ts';
import { ALERT_COLORS, RESULT_COLORS } from './panels/colors.ts';
import { timeSeries } from './panels/graphs.ts';
import { stat, stateTimeline } from './panels/kinds.ts';
import { REACHABLE, states } from './panels/mappings.ts';
import { line, row } from './panels/panel.ts';
import { fixedWindow, instant, range, rows } from './panels/query.ts';
import { table } from './panels/table.ts';
import { COLOR, highIsBad, lowIsBad, NONE_EXPECTED } from './panels/thresholds.ts';
import { datasourceVariable, instanceVariable, jobVariable } from './panels/variables.ts';

const JOB = 'job=~"$job"';
/** Prometheus's own metrics; `instance` tells replicas apart. */
const PROMETHEUS = 'job="prometheus", instance=~"$instance"';
const ALERTMANAGER = 'job="alertmanager"';

/** From whether the watchers can be trusted to each step: scrape, evaluate, notify, store. */
export function monitoring(context: DashboardContext): DashboardOutline {
  return {
    uid: 'monitoring',
    folder: 'operations',
    question:
      'Can what the other dashboards say be trusted: is everything scraped, evaluated, notified and kept?',
    next: 'Read it from left to right as an alert travels: scrape, rule, notification, storage.',
    variables: [datasourceVariable(), jobVariable(), instanceVariable('up{job="prometheus"}')],
    rows: [
      row('Can monitoring be trusted', line(4, ...verdict(context))),
      row('Scrapes', line(9, targets()), line(8, scrapeDuration(), samples(), churn())),
      row('Probes', line(9, probes(context), probeDuration())),
      row('Rules', line(8, ruleDuration(context), ruleFailures(), firing())),
      row(
        'Notifications',
        line(8, toAlertmanager(), notifications(), notificationTime()),
        line(6, silences(), queue()),
      ),
      row('Storage', line(8, series(), disk(), appended())),
      row('The monitoring processes', line(8, memory(), cpu(), queries())),
    ],
  };
}

const RELOADED = states({
  '0': { text: 'Failed', color: COLOR.bad },
  '1': { text: 'OK', color: COLOR.good },
});

const verdict = (context: DashboardContext) => [
  stat({
    title: 'Targets without response',
    description: 'Targets whose last scrape failed.',
    unit: 'short',
    min: 0,
    width: 4,
    decimals: 0,
    levels: NONE_EXPECTED,
    queries: [instant(`sum(1 - up{${JOB}})`, 'down')],
    shows: ['api-down'],
  }),
  stat({
    title: 'Rules that failed in the time range',
    description: 'Evaluations of alert and recording rules that ended in an error.',
    unit: 'short',
    min: 0,
    width: 5,
    decimals: 0,
    levels: NONE_EXPECTED,
    queries: [
      instant(
        `sum(round(increase(prometheus_rule_evaluation_failures_total{${PROMETHEUS}}[$__range])))`,
        'failed',
      ),
    ],
  }),
  stat({
    title: 'Notifications that failed',
    description:
      'Failed attempts of Alertmanager to reach Slack, PagerDuty or a webhook in the time range; it tries again.',
    unit: 'short',
    min: 0,
    width: 5,
    decimals: 0,
    levels: NONE_EXPECTED,
    queries: [
      instant(
        `sum(round(increase(alertmanager_notifications_failed_total{${ALERTMANAGER}}[$__range])))`,
        'failed',
      ),
    ],
  }),
  stat({
    title: 'Last configuration reload',
    description:
      'Whether the running configuration is the one in the files, in Prometheus and in Alertmanager.',
    unit: 'none',
    min: 0,
    max: 1,
    width: 5,
    mappings: RELOADED,
    levels: lowIsBad({ bad: 0.5, good: 1 }),
    names: true,
    queries: [
      instant(`min(prometheus_config_last_reload_successful{${PROMETHEUS}})`, 'Prometheus'),
      instant(`min(alertmanager_config_last_reload_successful{${ALERTMANAGER}})`, 'Alertmanager'),
    ],
  }),
  stat({
    title: 'Share of the storage limit in use',
    description:
      'Blocks, write-ahead log and head against the size limit: past it the oldest data goes first.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    decimals: 1,
    levels: highIsBad({ bad: context.limits.storage }),
    queries: [
      instant(
        `max((${storageBytes('instance')}) / (max by (instance) (prometheus_tsdb_retention_limit_bytes{${PROMETHEUS}}) > 0))`,
        'used',
      ),
    ],
  }),
];

const targets = () =>
  stateTimeline({
    title: 'Whether the targets of each job respond',
    description: 'Up while every target of the job answers its scrape.',
    unit: 'none',
    min: 0,
    max: 1,
    mappings: REACHABLE,
    levels: lowIsBad({ bad: 0.5, good: 1 }),
    queries: [range(`job:up:ratio{${JOB}}`, '{{job}}')],
    shows: ['api-down'],
  });

const scrapeDuration = () =>
  timeSeries({
    title: 'Longest scrape by job',
    description: 'A scrape that takes as long as its interval loses samples.',
    unit: 's',
    min: 0,
    queries: [range(`max by (job) (scrape_duration_seconds{${JOB}})`, '{{job}}')],
  });

const samples = () =>
  timeSeries({
    title: 'Samples of a scrape by job',
    description: 'What each job costs. A job that grows without new targets has a label that never ends.',
    unit: 'short',
    min: 0,
    draw: 'stacked',
    queries: [range(`sum by (job) (scrape_samples_post_metric_relabeling{${JOB}})`, '{{job}}')],
  });

const churn = () =>
  timeSeries({
    title: 'New series of a scrape by job',
    description:
      'Series seen for the first time. Restarts make a peak; a lasting level is churn, which costs memory.',
    unit: 'short',
    min: 0,
    queries: [range(`sum by (job) (scrape_series_added{${JOB}})`, '{{job}}')],
  });

const PROBES = 'job=~"probe-.+"';

const probes = (context: DashboardContext) =>
  table({
    title: 'Last probe of each service',
    description:
      'Result, duration and HTTP status of the last probe, and how long the certificate lasts. A cell is empty where a probe has no such thing: TCP has no status, HTTP without TLS no certificate.',
    width: 12,
    queries: [
      rows(`max by (service, job) (probe_success{${PROBES}})`),
      rows(`max by (service, job) (probe_duration_seconds{${PROBES}})`),
      rows(`max by (service, job) (probe_http_status_code{${PROBES}} > 0)`),
      rows(`min by (service, job) (probe_ssl_earliest_cert_expiry{${PROBES}} - time())`),
    ],
    sortBy: { title: 'Result', descending: false },
    columns: [
      { field: 'service', title: 'Service' },
      { field: 'job', title: 'Probe', width: 110 },
      { field: 'Value #A', title: 'Result', unit: 'none', mappings: REACHABLE, cell: 'text', width: 80 },
      { field: 'Value #B', title: 'Duration', unit: 's', width: 100 },
      { field: 'Value #C', title: 'Status', unit: 'none', decimals: 0, width: 80 },
      {
        field: 'Value #D',
        title: 'Certificate lasts',
        unit: 's',
        levels: lowIsBad({ bad: context.limits.certificate, good: undefined }),
        cell: 'text',
        width: 130,
      },
    ],
    shows: ['api-down'],
  });

const probeDuration = () =>
  timeSeries({
    title: 'Duration of probes by service',
    description: 'How long each probe took, DNS, connection and response together. A step is a slower way.',
    unit: 's',
    min: 0,
    queries: [range(`max by (service, job) (probe_duration_seconds{${PROBES}})`, '{{service}} {{job}}')],
  });

const ruleDuration = (context: DashboardContext) =>
  timeSeries({
    title: 'Evaluation time of a rule group over its interval',
    description: 'Share of the interval that the last evaluation took. At 100 % evaluations are skipped.',
    unit: 'percentunit',
    min: 0,
    softMax: 0.1,
    levels: highIsBad({ bad: context.limits.ruleDuration }),
    queries: [
      range(
        // Prometheus names a group by its file too: what follows the last semicolon is the group.
        `label_replace(max by (rule_group) (prometheus_rule_group_last_duration_seconds{${PROMETHEUS}} / prometheus_rule_group_interval_seconds{${PROMETHEUS}}), "group", "$1", "rule_group", ".*;(.*)")`,
        '{{group}}',
      ),
    ],
  });

const ruleFailures = () =>
  timeSeries({
    title: 'Rules evaluated, failed and missed per second',
    description: 'Failed evaluations and skipped iterations leave alerts blind.',
    unit: 'ops',
    min: 0,
    overrides: RESULT_COLORS,
    queries: [
      range(`sum(rate(prometheus_rule_evaluations_total{${PROMETHEUS}}[$__rate_interval]))`, 'evaluated'),
      range(
        `sum(rate(prometheus_rule_evaluation_failures_total{${PROMETHEUS}}[$__rate_interval]))`,
        'failed',
      ),
      range(
        `sum(rate(prometheus_rule_group_iterations_missed_total{${PROMETHEUS}}[$__rate_interval]))`,
        'missed',
      ),
    ],
  });

const firing = () =>
  timeSeries({
    title: 'Alerts by state and severity',
    description: 'The dead man’s switch, of severity none, always fires: its silence is the alarm.',
    unit: 'short',
    min: 0,
    decimals: 0,
    draw: 'stacked',
    overrides: ALERT_COLORS,
    queries: [range('count by (alertstate, severity) (ALERTS)', '{{severity}} {{alertstate}}')],
    shows: ['slow-model', 'api-down'],
  });

const toAlertmanager = () =>
  timeSeries({
    title: 'Alerts sent to Alertmanager per second',
    description: 'Errors and drops mean that nobody hears of an alert.',
    unit: 'ops',
    min: 0,
    overrides: RESULT_COLORS,
    queries: [
      range(`sum(rate(prometheus_notifications_sent_total{${PROMETHEUS}}[$__rate_interval]))`, 'sent'),
      range(`sum(rate(prometheus_notifications_errors_total{${PROMETHEUS}}[$__rate_interval]))`, 'errors'),
      range(`sum(rate(prometheus_notifications_dropped_total{${PROMETHEUS}}[$__rate_interval]))`, 'dropped'),
    ],
  });

/** Alertmanager counts for every kind of receiver that it knows: those that are not in use are left out. */
const IN_USE = `and on (integration) (sum by (integration) (increase(alertmanager_notifications_total{${ALERTMANAGER}}[1h])) > 0)`;

const notifications = () =>
  timeSeries({
    title: 'Notifications per minute by receiver',
    description: 'Attempted and failed, by kind of receiver that was used in the last hour.',
    unit: 'short',
    min: 0,
    overrides: RESULT_COLORS,
    queries: ['', 'failed_'].map((kind) =>
      fixedWindow(
        range(
          `60 * sum by (integration) (rate(alertmanager_notifications_${kind}total{${ALERTMANAGER}}[$__rate_interval])) ${IN_USE}`,
          kind === '' ? '{{integration}}' : '{{integration}} failed',
        ),
        'Whether a receiver is in use is a matter of the last hour, whatever the zoom; the rate follows it.',
      ),
    ),
    shows: ['slow-model'],
  });

const notificationTime = () =>
  timeSeries({
    title: 'Mean time to deliver a notification by receiver',
    description: 'From Alertmanager to the receiver’s answer.',
    unit: 's',
    min: 0,
    queries: [
      range(
        `sum by (integration) (rate(alertmanager_notification_latency_seconds_sum{${ALERTMANAGER}}[$__rate_interval])) / sum by (integration) (rate(alertmanager_notification_latency_seconds_count{${ALERTMANAGER}}[$__rate_interval]) > 0)`,
        '{{integration}}',
      ),
    ],
    emptyWhenHealthy: { incident: 'slow-model', says: 'Nothing was notified' },
    shows: ['slow-model'],
  });

const silences = () =>
  timeSeries({
    title: 'Alerts and silences in Alertmanager by state',
    description: 'Suppressed alerts are silenced or inhibited by a louder one.',
    unit: 'short',
    min: 0,
    decimals: 0,
    queries: [
      range(`max by (state) (alertmanager_alerts{${ALERTMANAGER}})`, 'alerts {{state}}'),
      range(`max by (state) (alertmanager_silences{${ALERTMANAGER}})`, 'silences {{state}}'),
    ],
  });

const queue = () =>
  timeSeries({
    title: 'Share of the notification queue in use',
    description: 'Alerts that wait to be sent over those that can wait. Full, the oldest are dropped.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    levels: highIsBad({ bad: 0.5 }),
    queries: [
      range(
        `max by (instance) (prometheus_notifications_queue_length{${PROMETHEUS}}) / max by (instance) (prometheus_notifications_queue_capacity{${PROMETHEUS}})`,
        '{{instance}}',
      ),
    ],
  });

const series = () =>
  timeSeries({
    title: 'Series in memory',
    description: 'Memory follows it, at some kilobytes a series.',
    unit: 'short',
    min: 0,
    queries: [range(`max by (instance) (prometheus_tsdb_head_series{${PROMETHEUS}})`, '{{instance}}')],
  });

const disk = () =>
  timeSeries({
    title: 'Storage on disk and its limit',
    description: 'Blocks, write-ahead log and head chunks; past the limit the oldest block goes.',
    unit: 'bytes',
    min: 0,
    queries: [
      range(storageBytes('instance'), 'used {{instance}}'),
      range(
        `max by (instance) (prometheus_tsdb_retention_limit_bytes{${PROMETHEUS}}) > 0`,
        'limit {{instance}}',
      ),
    ],
  });

/** Bytes on disk by a label. */
function storageBytes(label: string): string {
  return ['storage_blocks_bytes', 'wal_storage_size_bytes', 'head_chunks_storage_size_bytes']
    .map((part) => `max by (${label}) (prometheus_tsdb_${part}{${PROMETHEUS}})`)
    .join(' + ');
}

const appended = () =>
  timeSeries({
    title: 'Samples written per second',
    description: 'Ingestion of all jobs. A drop without a deployment is a scrape that broke.',
    unit: 'cps',
    min: 0,
    queries: [
      range(
        `sum by (instance) (rate(prometheus_tsdb_head_samples_appended_total{${PROMETHEUS}}[$__rate_interval]))`,
        '{{instance}}',
      ),
    ],
  });

const memory = () =>
  timeSeries({
    title: 'Memory of the monitoring processes',
    description: 'Resident memory of Prometheus, Alertmanager and the exporters.',
    unit: 'bytes',
    min: 0,
    queries: [
      range(
        'sum by (job) (process_resident_memory_bytes{job=~"prometheus|alertmanager|grafana|.*-exporter"})',
        '{{job}}',
      ),
    ],
  });

const cpu = () =>
  timeSeries({
    title: 'Cores in use by the monitoring processes',
    description: 'What watching costs.',
    unit: 'none',
    min: 0,
    queries: [
      range(
        'sum by (job) (rate(process_cpu_seconds_total{job=~"prometheus|alertmanager|grafana|.*-exporter"}[$__rate_interval]))',
        '{{job}}',
      ),
    ],
  });

const queries = () =>
  timeSeries({
    title: 'Requests to Prometheus per second by response',
    description: 'Dashboards, rules of others and probes. 4xx are mistaken queries, 5xx overload.',
    unit: 'reqps',
    min: 0,
    draw: 'stacked',
    queries: [
      range(
        `sum by (code) (rate(prometheus_http_requests_total{${PROMETHEUS}}[$__rate_interval]))`,
        '{{code}}',
      ),
    ],
  });
