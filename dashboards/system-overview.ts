import type { DependencyName, ServiceName } from '../catalogue/services.ts';
import type { DashboardOutline } from './dashboard.ts';
import { type DashboardContext, sloBound } from './limits.ts';
import {
  ALERT_LEVEL_BY_SERVICE,
  dashboardTitles,
  RUNBOOK,
  runbookColumn,
  TO_DASHBOARD_OF_CELL,
  TO_ITS_DASHBOARD,
  withDashboard,
} from './panels/alerts.ts';
import { CHANGE_COLORS, PERCENTILE_COLORS, STATUS_COLORS } from './panels/colors.ts';
import { timeSeries } from './panels/graphs.ts';
import { INCIDENTS } from './panels/incidents.ts';
import { barGauge, stat, stateTimeline } from './panels/kinds.ts';
import { toDashboard } from './panels/links.ts';
import { ALERT_STATE, HEALTH, HEALTH_BY_RANK, SEVERITY, states } from './panels/mappings.ts';
import { line, row } from './panels/panel.ts';
import { instant, range, rows } from './panels/query.ts';
import { table } from './panels/table.ts';
import { BUDGET_LEVELS, COLOR, highIsBad, lowIsBad } from './panels/thresholds.ts';
import { datasourceVariable, instanceVariable, serviceVariable } from './panels/variables.ts';

const NODE = 'instance=~"$instance"';

/**
 * 1 where a part answers, 0 where it does not. Redis may accept a connection and answer nothing, which its exporter
 * tells. Machines are not probed: their exporter answers for them.
 */
const reached = (which = '') => {
  const probed = `max by (job, service) (probe_success{job=~"probe-http|probe-tcp"${which}})`;
  const redis = `label_replace(max by (job) (redis_up), "service", "redis", "", "") and on (service) ${probed}`;
  const machines = 'label_replace(max(up{job="node-exporter"}), "service", "machines", "", "")';
  return `(min by (service) (${probed} or ${redis}) or ${machines})`;
};

/** State of each part as `HEALTH` names it: 3 is well, less 1 for a warning and 2 for a critical alert; 0 is down. */
const stateOf = (parts: string) => `clamp_min(3 * ${parts} - (${ALERT_LEVEL_BY_SERVICE} or 0 * ${parts}), 0)`;

/** Of every part, and of those of which nothing but their alerts is known. */
const STATES = `(${stateOf(reached())} or 3 - ${ALERT_LEVEL_BY_SERVICE})`;

/** Where two are equally unwell, the one that others rest on is the likelier cause: it has the lower rank. */
const RANK = {
  redis: 0.1,
  kafka: 0.2,
  'stream-processing': 0.3,
  'feature-store': 0.4,
  'inference-api': 0.5,
  machines: 0.7,
  platform: 0.8,
} as const satisfies Partial<Record<ServiceName | DependencyName | 'machines' | 'platform', number>>;
const RANK_OF_OTHERS = 0.6;

/** The rank of every part: added to its state, a sort puts causes above what follows from them. */
const RANKS = [
  ...Object.entries(RANK).map(
    ([service, rank]) => `label_replace(vector(${rank}), "service", "${service}", "", "")`,
  ),
  `${RANK_OF_OTHERS} + 0 * count by (service) (probe_success or ALERTS)`,
].join(' or on (service) ');

/** The limit that a value keeps, as its tile says it: ` (< 150 ms)`. Nothing where the stack has no such limit. */
function promise(op: '<' | '>', limit: number | undefined, unit: PromiseUnit): string {
  return limit === undefined ? '' : ` (${op} ${PROMISE[unit](limit)})`;
}

type PromiseUnit = keyof typeof PROMISE;
const rounded = (value: number): string => String(Number(value.toPrecision(4)));
const PROMISE = {
  s: (value: number) =>
    value < 1
      ? `${rounded(value * 1000)} ms`
      : value < 120
        ? `${rounded(value)} s`
        : `${rounded(value / 60)} min`,
  percentunit: (value: number) => `${rounded(value * 100)} %`,
  short: (value: number) => value.toLocaleString('en-US'),
  none: (value: number) => rounded(value),
};

/** From one word to the service, the alert, the promise, the signal and the machine behind it. */
export function systemOverview(context: DashboardContext): DashboardOutline {
  return {
    uid: 'system-overview',
    folder: 'operations',
    question: 'Is the system healthy, and if not, where should I look next?',
    next: 'The verdict answers the first; beside it stand the parts that are not well, worst first, and the dashboard to open.',
    variables: [datasourceVariable(), serviceVariable(), instanceVariable('node_load1')],
    rows: [
      row(
        'Is the system healthy, and where to look next',
        line(6, verdict(), unwell(), changes()),
        line(4, ...promises(context)),
        line(7, healthMatrix(), firingAlerts(context)),
      ),
      row(
        'Golden signals',
        line(9, answers(), latency(context)),
        line(8, throughput(), budgets()),
        line(4, healthScore(context), deadLetters(context), drift(context)),
      ),
      row(
        'Resources',
        line(8, cpu(context), memory(context), disk(context)),
        line(8, network(), diskBusy(), pressure()),
      ),
    ],
  };
}

const verdict = () =>
  stat({
    title: 'Verdict',
    description:
      'Critical while a part is down or a critical alert fires, Warning while a warning fires, Healthy otherwise.',
    unit: 'none',
    min: 0,
    max: 3,
    width: 4,
    filled: true,
    mappings: states({
      '0': { text: 'CRITICAL', color: COLOR.bad },
      '1': { text: 'CRITICAL', color: COLOR.bad },
      '2': { text: 'WARNING', color: COLOR.warning },
      '3': { text: 'HEALTHY', color: COLOR.good },
    }),
    queries: [instant(`min(${STATES})`, 'verdict')],
    shows: INCIDENTS,
  });

/** Machines, and the health of the whole, are explained further down. */
const WHERE_TO_LOOK = dashboardTitles({ 'system-overview': 'This page, below' });

const unwell = () =>
  table({
    title: 'Not well, worst first',
    description:
      'Every part that is down or has an alert, and the dashboard that explains it: down before critical before warning, and of equals the one that others rest on.',
    width: 10,
    queries: [rows(withDashboard(`sort((${STATES} < 3) + on (service) (${RANKS}))`))],
    columns: [
      {
        field: 'Value',
        title: 'State',
        unit: 'none',
        mappings: HEALTH_BY_RANK,
        cell: 'background',
        width: 90,
      },
      { field: 'service', title: 'What' },
      {
        field: 'dashboard',
        title: 'Look at',
        links: [TO_DASHBOARD_OF_CELL],
        mappings: WHERE_TO_LOOK,
        width: 190,
      },
    ],
    emptyWhenHealthy: { incident: 'slow-model', says: 'Nothing: all is well' },
    shows: INCIDENTS,
  });

/** Good from half way between the limit and full health on. */
const healthLevels = ({ limits }: DashboardContext) =>
  lowIsBad({ bad: limits.healthScore, good: (1 + (limits.healthScore ?? 0.9)) / 2 });

const healthScore = (context: DashboardContext) =>
  stat({
    title: 'Health score',
    description: 'Weighted mean of the health of every part of the platform, in the last hour.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    decimals: 1,
    sparkline: true,
    levels: healthLevels(context),
    queries: [range('platform:health_score:ratio', 'score')],
    shows: ['api-down', 'redis-down', 'broker-down'],
  });

const changes = () =>
  timeSeries({
    title: 'What changed',
    description:
      'Deployments, configuration, maintenance and optimisations as they happen, and how many alerts fire. An alert that begins at a change has its likely cause there.',
    unit: 'short',
    min: 0,
    decimals: 0,
    softMax: 3,
    width: 10,
    draw: 'bars',
    legend: 'list',
    overrides: CHANGE_COLORS,
    queries: [
      range('sum by (kind) (round(increase(platform_events_total[$__rate_interval])))', '{{kind}}'),
      range(
        'count by (severity) (ALERTS{alertstate="firing", severity=~"critical|warning"})',
        '{{severity}} alerts',
      ),
    ],
    shows: INCIDENTS,
  });

const healthMatrix = () =>
  stateTimeline({
    title: 'Health of every service, dependency and machine',
    description:
      'Down while probes fail; Critical and Warning while an alert of that severity fires for it; Healthy otherwise. A click leads to its dashboard.',
    unit: 'none',
    min: 0,
    max: 3,
    width: 8,
    mappings: HEALTH,
    links: [TO_ITS_DASHBOARD],
    queries: [range(withDashboard(stateOf(reached(', service=~"$service"'))), '{{service}}')],
    shows: INCIDENTS,
  });

const firingAlerts = (context: DashboardContext) =>
  table({
    title: 'Alerts that fire or are about to',
    description:
      'Those that fire stand first, critical ones before warnings. The last columns lead to the dashboard that explains the alert and to its runbook. Pending alerts fire soon if nothing changes.',
    width: 16,
    queries: [
      rows(
        withDashboard(
          'label_join(label_join(max by (alertname, service, severity, alertstate) (ALERTS{severity=~"critical|warning"}) * on (alertname, service, severity) group_left () (time() - min by (alertname, service, severity) (ALERTS_FOR_STATE{severity=~"critical|warning"})), "order", " ", "alertstate", "severity"), "runbook", "", "alertname")',
        ),
      ),
    ],
    orderedBy: 'order',
    columns: [
      { field: 'severity', title: 'Severity', mappings: SEVERITY, cell: 'text', width: 80 },
      { field: 'alertname', title: 'Alert' },
      { field: 'service', title: 'Service', width: 150 },
      { field: 'alertstate', title: 'State', mappings: ALERT_STATE, cell: 'text', width: 75 },
      { field: 'Value', title: 'Since', unit: 's', decimals: 0, width: 80 },
      {
        field: 'dashboard',
        title: 'Look at',
        links: [TO_DASHBOARD_OF_CELL],
        mappings: WHERE_TO_LOOK,
        width: 150,
      },
      { field: 'runbook', title: RUNBOOK, ...runbookColumn(context.runbooks), width: 150 },
    ],
    emptyWhenHealthy: { incident: 'slow-model', says: 'No alert fires' },
    shows: INCIDENTS,
  });

const promises = (context: DashboardContext) => [
  stat({
    title: `P95 latency${promise('<', context.limits.latencyP95, 's')}`,
    description: 'Of the slowest endpoint, five-minute P95.',
    unit: 's',
    min: 0,
    levels: highIsBad({ bad: context.limits.latencyP95 }),
    links: [toDashboard('inference-api')],
    queries: [instant('max(endpoint:inference_request_duration_seconds:p95_5m)', 'P95')],
    shows: ['slow-model'],
  }),
  stat({
    title: `Failed requests${promise('<', context.limits.errorRatio, 'percentunit')}`,
    description: 'Server errors over all requests of the inference API, five-minute mean.',
    unit: 'percentunit',
    min: 0,
    decimals: 2,
    levels: highIsBad({ bad: context.limits.errorRatio }),
    links: [toDashboard('inference-api')],
    queries: [instant('inference_api:errors:ratio_rate5m', 'failed')],
    shows: ['errors'],
  }),
  stat({
    title: `Cache hit rate${promise('>', sloBound(context, 'cache-hit-rate'), 'percentunit')}`,
    description: 'Share of feature reads that the cache answered, five-minute mean.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    decimals: 1,
    levels: lowIsBad({ bad: context.limits.cacheHitRatio, good: sloBound(context, 'cache-hit-rate') }),
    links: [toDashboard('feature-store')],
    queries: [instant('feature_store:cache_hits:ratio_rate5m', 'hit rate')],
    shows: ['cache-misses'],
  }),
  stat({
    title: `Stalest features${promise('<', context.limits.freshness, 's')}`,
    description: 'Age of the newest value of the feature group that is furthest behind.',
    unit: 's',
    min: 0,
    levels: highIsBad({ bad: context.limits.freshness }),
    links: [toDashboard('feature-store')],
    queries: [instant('max(min by (feature_group) (feature_freshness_seconds))', 'age')],
    shows: ['stale-features'],
  }),
  stat({
    title: `Consumer lag${promise('<', sloBound(context, 'stream-lag'), 'short')}`,
    description: 'Messages that wait in the topic that is furthest behind.',
    unit: 'short',
    min: 0,
    levels: highIsBad({ warning: sloBound(context, 'stream-lag'), bad: context.limits.lag }),
    links: [toDashboard('stream-processing')],
    queries: [instant('max(stream_processing:consumer_lag:sum)', 'lag')],
    shows: ['consumer-lag'],
  }),
  stat({
    title: `Confidence${promise('>', sloBound(context, 'model-confidence'), 'percentunit')}`,
    description: 'Mean confidence of the least sure model, over five minutes.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    decimals: 1,
    levels: lowIsBad({ bad: context.limits.confidence, good: sloBound(context, 'model-confidence') }),
    links: [toDashboard('inference-api')],
    queries: [instant('min(model_type:prediction_confidence:mean5m)', 'confidence')],
    shows: ['low-confidence'],
  }),
];

const deadLetters = (context: DashboardContext) =>
  stat({
    title: `Dead letters${promise('<', context.limits.deadLetters, 'percentunit')}`,
    description: 'Share of the events of the worst topic that were given up, five-minute mean.',
    unit: 'percentunit',
    min: 0,
    decimals: 1,
    levels: highIsBad({ bad: context.limits.deadLetters }),
    links: [toDashboard('stream-processing')],
    queries: [
      instant(
        'max((topic:stream_dead_letters:rate5m or 0 * topic:stream_events:rate5m) / (topic:stream_events:rate5m > 0))',
        'dead letters',
      ),
    ],
    shows: ['dead-letters'],
  });

const drift = (context: DashboardContext) =>
  stat({
    title: `Model drift${promise('<', context.limits.drift, 'none')}`,
    description: 'Population stability index of the model that has moved furthest from its training data.',
    unit: 'none',
    min: 0,
    decimals: 2,
    levels: highIsBad({ bad: context.limits.drift }),
    links: [toDashboard('ml-pipeline')],
    queries: [instant('max(ml_model_drift_score)', 'drift')],
    shows: ['drift'],
  });

const answers = () =>
  timeSeries({
    title: 'Requests by HTTP status',
    description:
      'Rate of requests by response: 2xx well, 4xx refused, 5xx failed. The scale is logarithmic, so that a few errors show beside many successes.',
    unit: 'reqps',
    logarithmic: true,
    overrides: STATUS_COLORS,
    links: [toDashboard('inference-api')],
    queries: [range('sum by (status) (rate(inference_requests_total[$__rate_interval]))', '{{status}}')],
    shows: ['errors', 'api-down', 'high-load'],
  });

const latency = (context: DashboardContext) =>
  timeSeries({
    title: 'Latency of the slowest endpoint, P50 P95 P99',
    description: 'Five-minute percentiles of the endpoint whose P95 is highest. Dashed: the P95 that pages.',
    unit: 's',
    min: 0,
    levels: highIsBad({ bad: context.limits.latencyP95 }),
    overrides: PERCENTILE_COLORS,
    links: [toDashboard('inference-api')],
    queries: [50, 95, 99].map((percentile) =>
      range(
        // All three of one endpoint: the slowest P50 and the slowest P99 may belong to two others.
        `max(endpoint:inference_request_duration_seconds:p${percentile}_5m and on (endpoint) topk(1, endpoint:inference_request_duration_seconds:p95_5m))`,
        `P${percentile}`,
      ),
    ),
    shows: ['slow-model'],
  });

const throughput = () =>
  timeSeries({
    title: 'Throughput of each part',
    description:
      'Work done a second, on a logarithmic scale. One line that falls alone is the part that broke; all that fall together lost their traffic.',
    unit: 'ops',
    logarithmic: true,
    queries: [
      range('inference_api:requests:rate5m', 'requests'),
      range('sum(topic:stream_events:rate5m)', 'stream events'),
      range('sum(rate(business_transactions_total[$__rate_interval]))', 'transactions'),
      range(
        'sum(rate(feature_cache_hits_total[$__rate_interval])) + sum(rate(feature_cache_misses_total[$__rate_interval]))',
        'feature reads',
      ),
    ],
    shows: ['api-down', 'broker-down', 'high-load'],
  });

const budgets = () =>
  barGauge({
    title: 'Error budget left by objective',
    description: 'Share of the budget of the window that is left. Empty is spent: the objective is broken.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    decimals: 1,
    levels: BUDGET_LEVELS,
    links: [toDashboard('slos', { slo: 'slo' })],
    queries: [instant('sort(max by (slo) (slo:error_budget_remaining:ratio))', '{{slo}}')],
  });

const cpu = (context: DashboardContext) =>
  timeSeries({
    title: 'CPU in use by machine',
    description: 'Share of all cores, five-minute mean. Dashed: the limit that alerts.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    levels: highIsBad({ bad: context.limits.cpu }),
    queries: [range(`instance:node_cpu:ratio_rate5m{${NODE}}`, '{{instance}}')],
  });

const memory = (context: DashboardContext) =>
  timeSeries({
    title: 'Memory in use by machine',
    description: 'Share of memory that programs cannot get back. Dashed: the limit that alerts.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    levels: highIsBad({ bad: context.limits.memory }),
    queries: [range(`instance:node_memory_used:ratio{${NODE}}`, '{{instance}}')],
  });

const disk = (context: DashboardContext) =>
  timeSeries({
    title: 'Disk space in use by machine and file system',
    description: 'Share of each file system that can be written. Dashed: the limit that alerts.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    levels: highIsBad({ bad: context.limits.disk }),
    queries: [range(`instance:node_filesystem_used:ratio{${NODE}}`, '{{instance}} {{mountpoint}}')],
  });

const network = () =>
  timeSeries({
    title: 'Network traffic by machine',
    description: 'Bytes a second in and out of the machine’s own devices; those of containers are left out.',
    unit: 'Bps',
    min: 0,
    queries: [
      range(
        `sum by (instance) (rate(node_network_receive_bytes_total{${NODE}}[$__rate_interval]))`,
        '{{instance}} in',
      ),
      range(
        `sum by (instance) (rate(node_network_transmit_bytes_total{${NODE}}[$__rate_interval]))`,
        '{{instance}} out',
      ),
    ],
  });

const diskBusy = () =>
  timeSeries({
    title: 'Busy disks by machine',
    description:
      'Share of time in which the disk had work. Near 100 % a single disk is full; one that works in parallel may have room left.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      range(
        `max by (instance, device) (rate(node_disk_io_time_seconds_total{${NODE}}[$__rate_interval]))`,
        '{{instance}} {{device}}',
      ),
    ],
  });

const pressure = () =>
  timeSeries({
    title: 'Pressure by machine',
    description:
      'Share of time in which some task waited for CPU, disk or memory. It tells scarcity from mere use. Kernels without PSI have none.',
    unit: 'percentunit',
    min: 0,
    softMax: 0.1,
    queries: (['cpu', 'io', 'memory'] as const).map((what) =>
      range(
        `max by (instance) (rate(node_pressure_${what}_waiting_seconds_total{${NODE}}[$__rate_interval]))`,
        `{{instance}} ${what === 'io' ? 'disk' : what}`,
      ),
    ),
  });
