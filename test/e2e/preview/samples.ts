/** Two hours of made-up metrics with an incident in them, the same on every run. */

/** 2026-01-15 10:00 to 12:00 UTC. */
export const START = Date.UTC(2026, 0, 15, 10) / 1000;
export const END = START + 7200;
/** Seconds between samples. */
export const STEP = 15;

const INCIDENT = { from: START + 4200, to: START + 5100 };
const ENDPOINTS = ['/predict/fraud', '/predict/personalization'];
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.3, 0.5, 1];

type Value = (t: number) => number;

const during = (t: number) => t >= INCIDENT.from && t < INCIDENT.to;
const wave = (t: number, period: number, phase = 0) => Math.sin(((t - START) / period) * 2 * Math.PI + phase);

/** A counter that grows by a rate a second. */
function counter(rate: Value): Value {
  const sums = new Map<number, number>();
  let sum = 1000;
  for (let t = START; t <= END; t += STEP) {
    sums.set(t, sum);
    sum += Math.max(0, rate(t)) * STEP;
  }
  return (t) => sums.get(t) ?? 0;
}

interface Family {
  name: string;
  type: 'counter' | 'gauge';
  series: [labels: string, value: Value][];
}

const requests = (endpoint: number, t: number) =>
  40 + endpoint * 25 + 12 * wave(t, 3600, endpoint) + 4 * wave(t, 300);

/** Share of requests at or below a latency: a logistic curve around the median. */
const below = (bound: number, t: number, endpoint: number) => {
  const median = (during(t) ? 0.11 : 0.04) + endpoint * 0.02;
  return 1 / (1 + (median / bound) ** 3.2);
};

const FAMILIES: Family[] = [
  {
    name: 'inference_requests_total',
    type: 'counter',
    series: ENDPOINTS.flatMap((endpoint, i): [string, Value][] => [
      [
        `job="inference-api",instance="inference-api:8080",endpoint="${endpoint}",status="200"`,
        counter((t) => requests(i, t)),
      ],
      [
        `job="inference-api",instance="inference-api:8080",endpoint="${endpoint}",status="500"`,
        counter((t) => requests(i, t) * (during(t) ? 0.06 : 0.0008)),
      ],
    ]),
  },
  {
    name: 'inference_request_duration_seconds_bucket',
    type: 'gauge',
    series: ENDPOINTS.flatMap((endpoint, i): [string, Value][] =>
      [...BOUNDS, Number.POSITIVE_INFINITY].map((bound) => [
        `job="inference-api",endpoint="${endpoint}",le="${bound === Number.POSITIVE_INFINITY ? '+Inf' : bound}"`,
        counter((t) => requests(i, t) * (Number.isFinite(bound) ? below(bound, t, i) : 1)),
      ]),
    ),
  },
  {
    name: 'probe_success',
    type: 'gauge',
    series: ['inference-api', 'feature-store', 'stream-processing', 'redis', 'kafka'].map(
      (service): [string, Value] => [
        `job="probe-http",service="${service}"`,
        (t) => (service === 'feature-store' && during(t) ? 0 : 1),
      ],
    ),
  },
  {
    name: 'feature_freshness_seconds',
    type: 'gauge',
    series: ['user', 'merchant', 'device'].map((group, i): [string, Value] => [
      `job="feature-store",feature_group="${group}"`,
      (t) => 20 + i * 30 + 10 * wave(t, 900, i) + (during(t) ? 200 : 0),
    ]),
  },
  {
    name: 'kafka_consumer_lag_sum',
    type: 'gauge',
    series: ['transactions', 'clicks'].map((topic, i): [string, Value] => [
      `topic="${topic}",consumergroup="features"`,
      (t) => Math.round(120 + i * 80 + 60 * wave(t, 1200, i) + (during(t) ? (t - INCIDENT.from) * 15 : 0)),
    ]),
  },
  {
    name: 'feature_importance_ratio',
    type: 'gauge',
    series: ['amount', 'merchant_risk', 'device_age', 'velocity_1h', 'country_distance'].map(
      (feature, i): [string, Value] => [`job="ml-pipeline",feature="${feature}"`, () => 0.36 / (i + 1)],
    ),
  },
  {
    name: 'redis_memory_used_bytes',
    type: 'gauge',
    series: [['instance="redis:6379"', (t) => 3.1e8 + 4e7 * wave(t, 3600)]],
  },
  {
    name: 'business_revenue_usd_total',
    type: 'counter',
    series: [['job="business"', counter((t) => 31 + 5 * wave(t, 1800))]],
  },
  {
    name: 'platform_events_total',
    type: 'counter',
    series: [['job="inference-api",kind="deployment"', (t) => (t >= START + 2400 ? 4 : 3)]],
  },
  {
    name: 'ALERTS',
    type: 'gauge',
    series: [
      [
        'alertname="InferenceAPIHighLatency",alertstate="firing",severity="critical",service="inference-api"',
        (t) => (during(t) ? 1 : Number.NaN),
      ],
    ],
  },
];

/** The samples as OpenMetrics text, which `promtool tsdb create-blocks-from openmetrics` reads. */
export function openMetrics(): string {
  const lines: string[] = [];
  for (const { name, type, series } of FAMILIES) {
    const counted = type === 'counter' && name.endsWith('_total');
    lines.push(`# TYPE ${counted ? name.slice(0, -'_total'.length) : name} ${counted ? 'counter' : 'gauge'}`);
    for (const [labels, value] of series) {
      for (let t = START; t <= END; t += STEP) {
        const sample = value(t);
        if (!Number.isNaN(sample)) lines.push(`${name}{${labels}} ${sample} ${t}`);
      }
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}
