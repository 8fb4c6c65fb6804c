import { METRICS } from '../../catalogue/index.ts';
import { ANY_JOB, ANY_SERVICE, type Metric } from '../../catalogue/metric.ts';
import { DEPENDENCIES, SERVICES } from '../../catalogue/services.ts';
import { STACK } from '../../catalogue/stack.ts';
import type { Course } from './course.ts';

/** One series: its name with labels, and the value at each minute of a course. */
export interface Series {
  readonly text: string;
  valueAt(course: Course, minute: number, unixSeconds: number): number;
}

type Labels = Readonly<Record<string, string>>;

/** What each label of the catalogue takes: about what a team with a few models and two copies of each service has. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  endpoint: ['/predict/fraud', '/predict/personalization', '/predict/batch'],
  status: ['200', '400', '500', '503'],
  model_type: ['fraud', 'personalization'],
  prediction_class: ['positive', 'negative'],
  feature_group: ['user_profile', 'transactions', 'devices'],
  check: ['nulls', 'range'],
  topic: ['transactions', 'clicks'],
  reason: ['schema', 'timeout'],
  consumergroup: ['features'],
  experiment: ['ranking'],
  stage: ['staging', 'production'],
  variant: ['a', 'b'],
  channel: ['web', 'app'],
  outcome: ['approved', 'declined'],
  feature: ['amount', 'age', 'country', 'hour', 'device'],
  kind: ['deployment', 'configuration'],
  cpu: ['0', '1'],
  mode: ['idle', 'user', 'system'],
  cmd: ['get', 'set', 'mget'],
  rule_group: ['rules/services.yaml;services', 'rules/health.yaml;health'],
  phase: ['connect', 'processing'],
  code: ['200', '400'],
  device: ['vda1'],
  fstype: ['ext4'],
  mountpoint: ['/'],
  db: ['db0'],
  integration: ['webhook'],
  state: ['active', 'suppressed'],
};
/** Where a label means something else than usual. */
const OWN_VALUES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  stream_events_processed_total: { status: ['success', 'error'] },
  mlflow_experiment_runs_total: { status: ['finished', 'failed'] },
  feature_quality_checks_total: { result: ['pass', 'fail'] },
  ml_training_runs_total: { result: ['success', 'failure'] },
};
/** Services run in two copies. */
const COPIES = ['', 'b'];
/** Steady values of gauges whose meaning is on or off. */
const ON = /^(up|redis_up|probe_success|.*_reload_successful|.*_build_info)$/;
const OFF = /^(platform_maintenance_active|probe_failed_due_to_regex|node_filesystem_readonly)$/;

/** The series of the catalogue's metrics, `ALERTS` among them; only of metrics that `read` says something reads. */
export function catalogueSeries(read: (metric: string) => boolean): Series[] {
  const wanted = Object.entries(METRICS).filter(([name]) => read(name));
  return wanted.flatMap(([name, metric]: [string, Metric]) =>
    name.startsWith('ALERTS')
      ? alerts(name)
      : targetsOf(name, metric).flatMap((target) =>
          combinations(
            name,
            metric.labels.filter((label) => !(label in target)),
          ).flatMap((labels, index) => seriesOf(name, metric, { ...target, ...labels }, index)),
        ),
  );
}

/** Series that no rule and no panel reads: 100 metrics of the same number of series each. */
export function otherSeries(count: number): Series[] {
  return Array.from({ length: count }, (_, index) => ({
    text: `other_requests_${index % 100}_total{job="other",instance="other-${Math.floor(index / 5000)}:80",path="/p${index}"}`,
    valueAt: (_course, minute) => (minute * ((index % 13) + 1)) | 0,
  }));
}

function targetsOf(name: string, { source }: Metric): Labels[] {
  const service = (job: keyof typeof SERVICES) =>
    COPIES.map((copy) => ({ job, instance: `${job}${copy}:${SERVICES[job].port}` }));
  if (source === ANY_SERVICE) return service('ml-pipeline').slice(0, 1);
  if (source === ANY_JOB)
    return [
      ...Object.keys(SERVICES).flatMap((job) => service(job as keyof typeof SERVICES)),
      ...Object.entries(STACK).map(([job, { port }]) => ({ job, instance: `${job}:${port}` })),
    ];
  if (source in SERVICES) return service(source as keyof typeof SERVICES);
  if (source === 'probe-http') {
    const tcp = Object.entries(DEPENDENCIES).map(([service, { port }]) => ({
      job: 'probe-tcp',
      service,
      instance: `${service}:${port}`,
    }));
    const http = Object.entries(SERVICES).map(([service, { port }]) => ({
      job: 'probe-http',
      service,
      instance: `${service}:${port}`,
    }));
    return name.startsWith('probe_http') || name.startsWith('probe_ssl') ? http : [...http, ...tcp];
  }
  const port = source in STACK ? STACK[source as keyof typeof STACK].port : 0;
  return [{ job: source, instance: `${source}:${port}` }];
}

function combinations(name: string, labels: readonly string[]): Labels[] {
  return labels.reduce<Labels[]>(
    (sets, label) =>
      sets.flatMap((set) =>
        (OWN_VALUES[name]?.[label] ?? VALUES[label] ?? ['one']).map((value) => ({ ...set, [label]: value })),
      ),
    [{}],
  );
}

function seriesOf(name: string, metric: Metric, labels: Labels, index: number): Series[] {
  switch (metric.type) {
    case 'counter':
      return [counter(name, labels, 30 / (index + 1), failures(name, labels))];
    case 'histogram':
      return histogram(name, metric, labels, 60 / (index + 1));
    case 'gauge':
      return [gauge(name, metric, labels, index)];
  }
}

/** Share of the traffic that a counter has in calm and in trouble. */
function failures(name: string, labels: Labels): readonly [calm: number, trouble: number] {
  const bad =
    ['500', '503', 'error', 'fail', 'failed', 'failure'].includes(labels.status ?? labels.result ?? '') ||
    /failed|failures|misses|dead_letters|dropped|errors|rejected|missed/.test(name);
  return bad ? [0.0004, 0.2] : [1, 0.8];
}

function counter(name: string, labels: Labels, perSecond: number, shares: readonly [number, number]): Series {
  const [calm, trouble] = shares;
  return {
    text: seriesText(name, labels),
    valueAt: (course, minute) => Math.floor(perSecond * 60 * blend(course, minute, calm, trouble)),
  };
}

const blend = ({ traffic, trouble }: Course, minute: number, calm: number, bad: number): number => {
  const met = trouble[minute] ?? 0;
  return calm * ((traffic[minute] ?? 0) - met) + bad * met;
};

/** Observations lie low in the buckets while it is calm, and high in trouble. */
function histogram(
  name: string,
  { buckets = [], unit }: Metric,
  labels: Labels,
  perSecond: number,
): Series[] {
  const high = unit === 'ratio';
  const share = (rank: number, bad: boolean) => {
    const x = (rank + 1) / (buckets.length + 1);
    return bad !== high ? x ** 2.2 : x ** 0.25;
  };
  const series = (suffix: string, more: Labels, calm: number, trouble: number): Series => ({
    text: seriesText(`${name}_${suffix}`, { ...labels, ...more }),
    valueAt: (course, minute) => Math.floor(perSecond * 60 * blend(course, minute, calm, trouble)),
  });
  const middle = buckets[Math.floor(buckets.length / 2)] ?? 1;
  return [
    ...buckets.map((bound, rank) =>
      series('bucket', { le: String(bound) }, share(rank, false), share(rank, true)),
    ),
    series('bucket', { le: '+Inf' }, 1, 1),
    series('count', {}, 1, 1),
    series('sum', {}, high ? 0.93 : middle, high ? 0.6 : middle * 4),
  ];
}

function gauge(name: string, metric: Metric, labels: Labels, index: number): Series {
  const texted = seriesText(name, labels);
  if (ON.test(name)) return { text: texted, valueAt: () => 1 };
  if (OFF.test(name)) return { text: texted, valueAt: () => 0 };
  if (metric.unit === 'timestamp')
    return {
      text: texted,
      valueAt: /start|boot|lowest/.test(name)
        ? () => 1_700_000_000
        : (_, minute, now) => now - 30 - (minute % 5),
    };
  const [calm, swing, bad] =
    name === 'kafka_consumer_lag_sum' ? [200, 100, 4000] : metric.unit === 'ratio' ? [0.3, 0.1, 0.6] : LEVEL;
  return {
    text: texted,
    valueAt: ({ incident }, minute) =>
      Number(
        (calm + swing * Math.sin((minute + 97 * index) / 180) + (incident[minute] ? bad : 0)).toFixed(3),
      ),
  };
}

/** A level that passes 300 in trouble: bounds of freshness and the like. */
const LEVEL = [120, 40, 400] as const;

/** A warning that fires in trouble, and the dead man's switch. */
function alerts(name: string): Series[] {
  const labels = (alertname: string, severity: string) => ({
    alertname,
    ...(name === 'ALERTS' && { alertstate: 'firing' }),
    severity,
    service: 'inference-api',
    team: 'ml-serving',
    signal: 'latency',
  });
  return [
    ['InferenceAPIHighLatency', 'warning'],
    ['DeadMansSwitch', 'none'],
  ].map(([alertname = '', severity = '']) => ({
    text: seriesText(name, labels(alertname, severity)),
    valueAt: (_course, _minute, now) => (name === 'ALERTS' ? 1 : now - 600),
  }));
}

/** A series as the exposition format writes it. */
export function seriesText(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(',')}}`;
}
