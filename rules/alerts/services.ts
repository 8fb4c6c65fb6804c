import type { DashboardUid } from '../../catalogue/dashboards.ts';
import { DASHBOARDS, SERVICE_METRICS, SERVICES } from '../../catalogue/index.ts';
import type { Metric } from '../../catalogue/metric.ts';
import type { Alert, InputSeries, Severity } from '../alert.ts';
import { alertOf, type SharedKind, sharedName } from '../alert-names.ts';
import { below, gauge, PLATFORM_TEAM, type RuleModule, teamOf } from './define.ts';

/** A service as far as its availability is watched. */
export interface Watched {
  readonly name: string;
  readonly title?: string;
  readonly team?: string;
  /** Whether Prometheus finds its copies, however many there are. Default: false. */
  readonly copies?: boolean;
}

/** Without these the API cannot answer, or answers wrongly; the others can wait until morning. */
const PAGES: readonly string[] = ['inference-api', 'feature-store', 'stream-processing'];

/** Services whose alerts are evaluated together: groups are evaluated beside each other, the rules of one in a row. */
const SERVICES_OF_A_GROUP = 40;

/** Group of the service at a place in the list. */
const groupOf = (index: number): string =>
  index < SERVICES_OF_A_GROUP ? 'services' : `services-${Math.floor(index / SERVICES_OF_A_GROUP) + 1}`;

function dashboardOf(name: string): DashboardUid {
  if (name === 'business') return 'business-metrics';
  return Object.keys(DASHBOARDS).find((uid): uid is DashboardUid => uid === name) ?? 'system-overview';
}

/** Per service: whether it runs, whether it answers, and whether its essential metrics are there. */
export function serviceAvailability(services: readonly Watched[]): RuleModule {
  return {
    recordings: [
      {
        record: 'job:up:ratio',
        group: 'services',
        expr: 'avg by (job) (up)',
        help: 'Share of the targets of a job that answer.',
      },
      {
        record: 'service:probe_success:max',
        group: 'services',
        expr: 'max by (service) (probe_success{job="probe-http"})',
        help: '1 where some HTTP probe of the service succeeds, 0 where all fail.',
      },
    ],
    alerts: services.flatMap((service, index) => alertsOf(service, groupOf(index))),
  };
}

/** Instances of a service of which `up` answer and one does not. */
const instances = (job: string, up: number): InputSeries[] =>
  Array.from({ length: up + 1 }, (_, index) =>
    gauge('up', { job, instance: `${job}:${index}`, pod: String(index) }, index < up ? 1 : 0),
  );

function alertsOf(service: Watched, group: string): Alert[] {
  const { name } = service;
  const known = Object.hasOwn(SERVICES, name) ? SERVICES[name as keyof typeof SERVICES] : undefined;
  const title = service.title ?? known?.title ?? name;
  const team = service.team ?? (known ? teamOf(name) : PLATFORM_TEAM);
  const severity: Severity = known && !PAGES.includes(name) ? 'warning' : 'critical';
  const base = { group, service: name, team, dashboard: dashboardOf(name) } as const;
  const named = (kind: SharedKind) => ({
    name: alertOf(name, kind),
    ...(known === undefined && { alertname: sharedName(kind) }),
  });
  const other = gauge('up', { job: 'other', instance: 'other:1' }, 1);
  return [
    {
      ...base,
      ...named('Down'),
      severity,
      signal: 'availability',
      expr: (threshold) => `(sum(up{job="${name}"}) or vector(0)) < ${threshold}`,
      threshold: below(1, 'count'),
      for: '1m',
      summary: `${title} is down`,
      description: `No instance of ${name} answers Prometheus: {{ $value }} are up.`,
      runbook: known ? `${name}-down` : 'service-down',
      proofs: [
        {
          series: (up) => [...instances(name, up), other],
          over: (least) => least - 1,
          under: (least) => least,
        },
        {
          name: 'no target left',
          series: (up) => (up > 0 ? [...instances(name, up), other] : [other]),
          over: 0,
          under: (least) => least,
        },
      ],
    },
    {
      ...base,
      ...named('ProbeFailing'),
      severity: 'warning',
      signal: 'availability',
      expr: (threshold) => `max(probe_success{job="probe-http", service="${name}"}) < ${threshold}`,
      threshold: below(1, 'count'),
      for: '2m',
      summary: `${title} fails its health check`,
      description: `Prometheus’s HTTP probe of ${name} has failed for 2 minutes, from every prober.`,
      runbook: known ? `${name}-probe-failing` : 'service-probe-failing',
      proofs: [
        {
          series: (success) => [
            gauge(
              'probe_success',
              { job: 'probe-http', service: name, instance: `${name}:8080`, zone: 'a' },
              success,
            ),
            gauge(
              'probe_success',
              { job: 'probe-http', service: name, instance: `${name}:8080`, zone: 'b' },
              0,
            ),
            gauge('probe_success', { job: 'probe-http', service: 'other', instance: 'other:1' }, 1),
            gauge('probe_success', { job: 'probe-tcp', service: name, instance: `${name}:8080` }, 1),
          ],
          over: 0,
          under: 1,
        },
        {
          name: 'other probes',
          series: (success) => [
            gauge('probe_success', { job: 'probe-http', service: name, instance: `${name}:8080` }, success),
            gauge('probe_success', { job: 'probe-http', service: 'other', instance: 'other:1' }, 0),
            gauge('probe_success', { job: 'probe-tcp', service: name, instance: `${name}:8080` }, 0),
          ],
          over: 0,
          under: 1,
        },
      ],
    },
    ...(service.copies === true ? [copiesLost(name, { ...base, ...named('CopiesLost') }, title)] : []),
    ...metricsMissing(service, base, title),
  ];
}

type Base = Pick<Alert, 'group' | 'service' | 'team' | 'dashboard'>;

/**
 * Some copies of a service do not answer, while others do; where none does, `…Down` says so. As many are expected as are
 * found: of a crashed pod the address stays. A deployment that goes on for 10 minutes has a copy that starts at any time.
 */
function copiesLost(name: string, base: Base & Pick<Alert, 'name' | 'alertname'>, title: string): Alert {
  return {
    ...base,
    severity: 'warning',
    signal: 'availability',
    expr: (threshold) =>
      `count(up{job="${name}"} == 0) >= ${threshold} and on () max(up{job="${name}"}) == 1`,
    threshold: { value: 1, unit: 'count', direction: 'above' },
    for: '10m',
    summary: `Some copies of ${title} are down`,
    description: `{{ $value }} of {{ range query "count(up{job='${name}'})" }}{{ .Value }}{{ end }} copies of ${name} are down: they have not answered Prometheus for 10 minutes.`,
    runbook: 'target-down',
    proofs: [
      {
        series: (down) => [
          ...Array.from({ length: 3 }, (_, index) =>
            gauge('up', { job: name, instance: `10.0.0.${index}:8080` }, index < down ? 0 : 1),
          ),
          gauge('up', { job: 'other', instance: 'other:1' }, 0),
        ],
        over: 1,
        under: 0,
      },
    ],
    timelines: [
      {
        name: 'no copy answers, which has an alert of its own',
        phases: () => [
          {
            lasts: '20m',
            series: [1, 2].map((copy) => gauge('up', { job: name, instance: `10.0.0.${copy}:8080` }, 0)),
          },
        ],
      },
    ],
  };
}

function metricsMissing(
  { name }: Watched,
  base: Pick<Alert, 'group' | 'service' | 'team' | 'dashboard'>,
  title: string,
): Alert[] {
  const essential = Object.entries<Metric>(SERVICE_METRICS).filter(
    ([, metric]) => metric.source === name && metric.essential,
  );
  if (essential.length === 0) return [];
  const names = essential.map(([metric, { type }]) => (type === 'histogram' ? `${metric}_count` : metric));
  const up = gauge('up', { job: name, instance: `${name}:8080` }, 1);
  const present = (absent?: string): InputSeries[] => [
    up,
    ...names.filter((metric) => metric !== absent).map((metric) => gauge(metric, { pod: 'a' }, 1)),
  ];
  return [
    {
      ...base,
      name: alertOf(name, 'MetricsMissing'),
      severity: 'warning',
      signal: 'monitoring',
      expr: (threshold) =>
        `(${names.map((metric) => `label_replace(absent(${metric}), "metric", "${metric}", "", "")`).join(' or ')}) >= ${threshold} and on () max(up{job="${name}"}) == 1`,
      threshold: { value: 1, unit: 'count', direction: 'above' },
      for: '10m',
      summary: `${title} lacks a metric that its alerts need`,
      description: `${name} answers Prometheus, but its metric {{ $labels.metric }} is missing: what reads it cannot fire.`,
      runbook: 'metrics-missing',
      proofs: names.map((metric) => ({
        name: `without ${metric}`,
        series: (level: number) => present(level > 0 ? metric : undefined),
        over: 1,
        under: 0,
        labels: [{ metric }],
      })),
      timelines: [
        {
          name: 'the service is down, which has an alert of its own',
          phases: () => [
            {
              lasts: '20m',
              series: [
                gauge('up', { job: name, instance: `${name}:8080` }, 0),
                gauge('up', { job: 'other' }, 1),
              ],
            },
          ],
        },
      ],
    },
  ];
}
