import { REQUEST_BUCKETS } from '../../catalogue/metrics.ts';
import { ENOUGH_PREDICTIONS } from '../../catalogue/minimum-samples.ts';
import type { Alert, InputSeries, Phase, Proof, Timeline } from '../alert.ts';
import { above, below, gauge, meanAt, quantileAt, type RuleModule, spread } from './define.ts';
import { vanished } from './vanished.ts';

const owner = { service: 'inference-api', team: 'ml-serving' } as const;
const base = { ...owner, group: 'inference-api', dashboard: 'inference-api' } as const;

/** Fewest requests in an alert's window: one failure of ten requests an hour is no incident. */
export const FEWEST_REQUESTS = 20;
/** The same for an hour and the availability of 99.5 %: with 200, one failed request alone is still no page. */
const FEWEST_IN_AN_HOUR = 200;
/** Over it there were two failures: what the rate of a single one is extrapolated to lies under it. */
const ONE_FAILURE = 1.5;

/** A pod whose counter is NaN, which a client keeps until it restarts, is left out: it would make every sum NaN. */
const REQUESTS = 'rate(inference_requests_total[5m]) >= 0';
const ERRORS = 'rate(inference_requests_total{status=~"5.."}[5m]) >= 0';
const PREDICTIONS = 'sum by (model_type) (rate(model_prediction_confidence_count[5m]))';

/** P95 that is promised, in seconds: where the fixed rule fires. */
const SLA = 0.15;
const LATENCY = 'inference_request_duration_seconds';
const ENDPOINT = { endpoint: '/predict/fraud' };
const latencyAt = (level: number, perSecond = 10) =>
  quantileAt(LATENCY, ENDPOINT, REQUEST_BUCKETS, 0.95, level, perSecond);

const requests = (perSecond: number, failedShare: number) => [
  ...spread('inference_requests_total', { ...ENDPOINT, status: '200' }, perSecond * (1 - failedShare)),
  ...spread('inference_requests_total', { ...ENDPOINT, status: '503' }, perSecond * failedShare),
];

/** Share of failed requests at which an endpoint fails, however little of the traffic it has. */
const MOST_OF_AN_ENDPOINT = 0.5;
/** Enough requests to other endpoints that one with hardly any makes less than a hundredth. */
const OTHERS = ['/predict/personalization', '/rank'].flatMap((endpoint) =>
  spread('inference_requests_total', { endpoint, status: '200' }, 5),
);

/** Requests of which one in twelve takes 0.3 s. */
const someSlow = [
  ...[...REQUEST_BUCKETS, Infinity].flatMap((bound) =>
    spread(
      `${LATENCY}_bucket`,
      { ...ENDPOINT, le: bound === Infinity ? '+Inf' : String(bound) },
      bound < 0.1 ? 0 : bound < 0.3 ? 11 : 12,
    ),
  ),
  ...spread(`${LATENCY}_count`, ENDPOINT, 12),
];

/**
 * Slow requests enter a window until they are 5 % of it: an alert over a shorter one fires sooner, one over a
 * longer one later. Given how long that takes and how long the alert waits, in seconds.
 */
const growing = (window: string, until: number, wait: number): Timeline[] =>
  [-15, 30].map((later) => ({
    name: `slow requests become 5 % of ${window}: ${later > 0 ? 'they are' : 'not yet'}`,
    phases: () => [
      { lasts: '20m', series: latencyAt(0.05, 12) },
      { lasts: `${until + wait + later}s`, series: someSlow },
    ],
    fires: later > 0,
    labels: [ENDPOINT],
  }));

/** Slow requests leave 5 minutes until they are 5 % of them: both alerts of latency end with that evaluation. */
const shrinking: readonly Timeline[] = [0, 15].map((later) => ({
  name: `no longer slow: ${later > 0 ? 'both end' : 'both go on'}`,
  phases: () => [
    { lasts: '10m', series: latencyAt(0.22) },
    { lasts: `${270 + later}s`, series: latencyAt(0.1) },
  ],
  fires: later === 0,
  labels: [ENDPOINT],
}));

/** A jump from a usual rate to `level` times that rate. */
const surge = (name: string, usual: number): Proof => ({
  name,
  series: (level) => requests(level * usual, 0),
  healthy: 1,
  prelude: '2h',
  settles: '4m45s',
});

/**
 * A jump to 2 requests a second from 0.3, a day after the rate was `level` for half an hour, so many minutes from the
 * same time.
 */
const yesterday = (name: string, minutes: number, fires: boolean, level: number): Timeline => ({
  name: `a jump: ${name}`,
  phases: () => [
    { lasts: `${180 + minutes - 15}m`, series: requests(0.3, 0) },
    { lasts: '30m', series: requests(level, 0) },
    { lasts: `${1440 - minutes - 15 - 10}m`, series: requests(0.3, 0) },
    { lasts: '12m', series: requests(2, 0) },
  ],
  fires,
  evaluate: '1m',
});

/** Fewest requests a second that are usual of which their end says something: 30 in 5 minutes. */
const USUAL_REQUESTS = 0.1;

/** Requests a second, one after the other, each for so many minutes; undefined where there are no metrics. */
const traffic = (
  name: string,
  fires: boolean,
  ...course: readonly (readonly [minutes: number, perSecond: number | undefined])[]
): Timeline => ({
  name,
  phases: () =>
    course.map(([minutes, perSecond]) => ({
      lasts: `${minutes}m`,
      series: perSecond === undefined ? [] : requests(perSecond, 0),
    })),
  fires,
  evaluate: '1m',
});

const TRAFFIC_LOST: readonly Timeline[] = [
  traffic('it stops on the first day', true, [120, 2], [30, 0]),
  traffic('it stopped in the middle of the first day', true, [600, 2], [720, 0]),
  traffic(
    'it stopped a day and a half ago, before hours without metrics',
    false,
    [600, 2],
    [720, undefined],
    [1200, 0],
  ),
  traffic('there is hardly any at this hour each day', false, [60, 2], [120, 0], [1380, 2], [30, 0]),
  traffic(
    'there was none half an hour before this time yesterday',
    false,
    [60, 2],
    [22, 0],
    [1438, 2],
    [30, 0],
  ),
  traffic(
    'there was none an hour before this time yesterday, and in the morning',
    true,
    [60, 2],
    [20, 0],
    [680, 2],
    [120, 0],
    [650, 2],
    [60, 0],
  ),
  traffic('little is usual', false, [1560, USUAL_REQUESTS * 0.98], [30, 0]),
];

/** Whether an alert of an endpoint was in a state at the evaluation before. */
const stated = (alertname: string, alertstate: string, more: Readonly<Record<string, string>> = ENDPOINT) =>
  gauge('ALERTS', { ...more, alertname, alertstate }, 1);

/** All requests are slow for ten minutes, then for so many seconds none is. */
const slowUntil = (seconds: number, ...states: readonly InputSeries[]): readonly Phase[] => [
  { lasts: '10m', series: [...latencyAt(0.17), ...states] },
  { lasts: `${seconds}s`, series: [...latencyAt(0.05), ...states] },
];

/**
 * The page over 150 ms is fixed to the letter: one slow request in a silent hour, and one that was slow minutes ago, wake
 * people. This alert keeps it quiet until it is confirmed. It stands before it in its group: it sees whether that page is
 * out, and does not begin then, so that the page’s end is told.
 */
const unconfirmedLatency: Alert = {
  ...base,
  name: 'InferenceAPILatencyUnconfirmed',
  severity: 'info',
  signal: 'latency',
  expr: (threshold) =>
    `endpoint:${LATENCY}:p95_5m > ${SLA} and on (endpoint) (histogram_quantile(0.95, sum by (le, endpoint) (rate(${LATENCY}_bucket[2m]))) < ${threshold} or sum by (endpoint) (increase(${LATENCY}_count[5m])) < ${FEWEST_REQUESTS}) unless on (endpoint) (ALERTS{alertname="InferenceAPIHighLatency", alertstate="firing"} unless on (endpoint) ALERTS{alertname="InferenceAPILatencyUnconfirmed", alertstate="firing"})`,
  threshold: below(SLA, 'seconds'),
  for: '0s',
  summary: 'Slow requests, too few or already over',
  description:
    'P95 latency of {{ $labels.endpoint }} over 5 minutes is over 150 ms, of fewer than 20 requests or not over the last 2 minutes: InferenceAPIHighLatency does not page for it.',
  runbook: 'api-latency-unconfirmed',
  proofs: [
    {
      name: 'no longer over the last two minutes',
      series: (level) => latencyAt(level),
      over: (threshold) => threshold * 0.98,
      under: (threshold) => threshold * 1.02,
      healthy: 0.17,
      prelude: '10m',
      settles: '105s',
      value: () => Number.NaN,
      labels: [ENDPOINT],
    },
  ],
  timelines: [
    ...[75, 105].map(
      (seconds): Timeline => ({
        name: `not slow for ${seconds} s`,
        phases: () => slowUntil(seconds),
        fires: seconds > 100,
        labels: [ENDPOINT],
      }),
    ),
    {
      name: 'fewer than 20 requests',
      phases: () => [{ lasts: '10m', series: latencyAt(0.3, 0.0645) }],
      fires: true,
      labels: [ENDPOINT],
    },
    { name: '20 requests', phases: () => [{ lasts: '10m', series: latencyAt(0.3, 0.068) }] },
    {
      name: 'few requests, to this endpoint alone',
      phases: () => [
        {
          lasts: '10m',
          series: [
            ...latencyAt(0.3, 0.0645),
            ...quantileAt(LATENCY, { endpoint: '/rank' }, REQUEST_BUCKETS, 0.95, 0.3, 10),
          ],
        },
      ],
      fires: true,
      labels: [ENDPOINT],
    },
    ...[0.152, 0.148].map(
      (level): Timeline => ({
        name: `few requests with a P95 of ${level} s`,
        phases: () => [{ lasts: '10m', series: latencyAt(level, 0.0645) }],
        fires: level > SLA,
        labels: [ENDPOINT],
      }),
    ),
    {
      name: 'the page is out',
      phases: () => slowUntil(105, stated('InferenceAPIHighLatency', 'firing')),
    },
    {
      name: 'it was there before the page',
      phases: () => [
        { lasts: '10m', series: latencyAt(0.3, 0.0645) },
        {
          lasts: '5m',
          series: [...latencyAt(0.3, 0.0645), stated('InferenceAPIHighLatency', 'firing')],
        },
      ],
      fires: true,
      labels: [ENDPOINT],
    },
    {
      name: 'it was pending before the page, and is for another endpoint',
      phases: () =>
        slowUntil(
          105,
          stated('InferenceAPIHighLatency', 'firing'),
          stated('InferenceAPILatencyUnconfirmed', 'pending'),
          stated('InferenceAPILatencyUnconfirmed', 'firing', { endpoint: '/rank' }),
          stated('InferenceAPIHighErrorRate', 'firing'),
        ),
    },
    {
      name: 'the page is pending, is out for another endpoint, and another page is out',
      phases: () =>
        slowUntil(
          105,
          stated('InferenceAPIHighLatency', 'pending'),
          stated('InferenceAPIHighLatency', 'firing', { endpoint: '/rank' }),
          stated('InferenceAPIHighErrorRate', 'firing'),
        ),
      fires: true,
      labels: [ENDPOINT],
    },
  ],
};

export const inferenceApi: RuleModule = {
  recordings: [
    {
      record: 'inference_api:requests:rate5m',
      group: base.group,
      expr: `sum(${REQUESTS})`,
      help: 'Requests a second.',
    },
    {
      record: 'inference_api:errors:ratio_rate5m',
      group: base.group,
      expr: `(sum(${ERRORS}) or vector(0)) / (sum(${REQUESTS}) > 0) or vector(0)`,
      help: 'Share of requests answered with a server error; 0 without traffic.',
    },
    {
      record: 'endpoint:inference_requests:rate5m',
      group: base.group,
      expr: `sum by (endpoint) (${REQUESTS})`,
      help: 'Requests a second by endpoint.',
    },
    {
      record: 'endpoint:inference_errors:ratio_rate5m',
      group: base.group,
      expr: `(sum by (endpoint) (${ERRORS}) or 0 * sum by (endpoint) (${REQUESTS})) / (sum by (endpoint) (${REQUESTS}) > 0)`,
      help: 'Share of requests answered with a server error, by endpoint with traffic.',
    },
    {
      record: `endpoint:${LATENCY}_bucket:rate5m`,
      group: base.group,
      expr: `sum by (le, endpoint) (rate(${LATENCY}_bucket[5m]))`,
      help: 'Requests a second up to each bound of latency, by endpoint.',
    },
    ...[50, 95, 99].map((quantile) => ({
      record: `endpoint:inference_request_duration_seconds:p${quantile}_5m`,
      group: base.group,
      expr: `histogram_quantile(0.${quantile}, endpoint:${LATENCY}_bucket:rate5m) >= 0`,
      help: `Latency that ${quantile} % of requests stay under, by endpoint with traffic.`,
    })),
    {
      record: 'model_type:model_inference_duration_seconds:p95_5m',
      group: base.group,
      expr: 'histogram_quantile(0.95, sum by (le, model_type) (rate(model_inference_duration_seconds_bucket[5m]))) >= 0',
      help: '95th percentile of inference time, by model with predictions.',
    },
    {
      record: 'model_type:prediction_confidence:mean5m',
      group: base.group,
      expr: `(sum by (model_type) (rate(model_prediction_confidence_sum[5m]) >= 0) or 0 * ${PREDICTIONS}) / (${PREDICTIONS} > 0)`,
      help: 'Mean confidence, by model with predictions; a confidence that is no number counts as 0.',
    },
  ],
  alerts: [
    unconfirmedLatency,
    {
      ...base,
      name: 'InferenceAPIHighLatency',
      severity: 'critical',
      signal: 'latency',
      bareLabels: true,
      expr: (threshold) =>
        `histogram_quantile(0.95, sum(rate(inference_request_duration_seconds_bucket[5m])) by (le, endpoint)) > ${threshold}`,
      threshold: above(SLA, 'seconds'),
      guards: { slo: 'inference-latency', limit: 0.2 },
      for: '2m',
      summary: 'API latency exceeds SLA',
      description: 'P95 latency is {{ $value | humanizeDuration }} for {{ $labels.endpoint }}',
      runbook: 'api-latency',
      proofs: [{ series: latencyAt, settles: '15s', labels: [ENDPOINT] }],
      // One in 12 is slow, so that 5 % of the window are after 3 minutes.
      timelines: [...growing('5m', 180, 120), ...shrinking],
    },
    {
      ...base,
      name: 'InferenceAPILatencySLOBroken',
      severity: 'critical',
      signal: 'latency',
      // It inhibits the page over 150 ms, whose window is longer, so both have to end together. Were it gone first,
      // that page would come when the trouble is over; were it gone last, nobody would be told of that page's end.
      expr: (threshold) =>
        `histogram_quantile(0.95, sum by (le, endpoint) (rate(${LATENCY}_bucket[2m]))) > ${threshold} and on (endpoint) sum by (endpoint) (increase(${LATENCY}_count[2m])) >= ${FEWEST_REQUESTS} or endpoint:${LATENCY}:p95_5m > ${SLA} and on (endpoint) ALERTS{alertname="InferenceAPILatencySLOBroken", alertstate="firing"}`,
      threshold: above(0.2, 'seconds'),
      guards: { slo: 'inference-latency', limit: 0.2 },
      for: '1m',
      summary: 'Inference API is far slower than its SLO allows',
      description:
        'P95 latency of {{ $labels.endpoint }} is {{ $value | humanizeDuration }}; the SLO is 150 ms, and at 200 ms it is unmistakably broken.',
      runbook: 'api-latency-slo-broken',
      proofs: [
        // 0.1734 a second over 2 minutes is just enough once the window is full.
        { series: (level) => latencyAt(level, 0.1734), healthy: 0.1, settles: '2m', labels: [ENDPOINT] },
      ],
      timelines: [
        {
          name: 'fewer than 20 requests',
          phases: (level) => [{ lasts: '10m', series: latencyAt(level, 0.16) }],
        },
        ...growing('2m', 75, 60),
        ...shrinking,
        {
          name: 'slow for less than its time, then between both bounds',
          phases: (level) => [
            { lasts: '45s', series: latencyAt(level) },
            { lasts: '20m', series: latencyAt(0.17) },
          ],
        },
        {
          name: 'between both bounds, while another alert fires',
          phases: () => [
            {
              lasts: '20m',
              series: [
                ...latencyAt(0.17),
                gauge(
                  'ALERTS',
                  { ...ENDPOINT, alertname: 'InferenceAPIHighLatency', alertstate: 'firing' },
                  1,
                ),
              ],
            },
          ],
        },
        ...[0.16, 0.14].map(
          (then): Timeline => ({
            name: `then at ${then} s`,
            phases: (level) => [
              { lasts: '10m', series: latencyAt(level) },
              { lasts: '20m', series: latencyAt(then) },
            ],
            fires: then > SLA,
            labels: [ENDPOINT],
          }),
        ),
      ],
    },
    {
      ...base,
      name: 'InferenceAPIHighErrorRate',
      severity: 'critical',
      signal: 'errors',
      expr: (threshold) =>
        `inference_api:errors:ratio_rate5m > ${threshold} and on () inference_api:requests:rate5m * 300 >= ${FEWEST_REQUESTS} and on () inference_api:errors:ratio_rate5m * inference_api:requests:rate5m * 300 > ${ONE_FAILURE} or max(endpoint:inference_errors:ratio_rate5m > ${MOST_OF_AN_ENDPOINT} and on (endpoint) endpoint:inference_requests:rate5m * 300 >= ${FEWEST_REQUESTS})`,
      threshold: above(0.01, 'ratio'),
      for: '2m',
      summary: 'Inference API fails more than 1 % of its requests, or most of those to one endpoint',
      description:
        '{{ $value | humanizePercentage }} of the requests of the last 5 minutes, or of those to one endpoint, were answered with a server error.',
      runbook: 'api-error-rate',
      proofs: [
        { series: (level) => requests(0.6, level), settles: '4m15s' },
        {
          name: 'an endpoint of little traffic fails',
          series: (level) => [...OTHERS, ...requests(0.068, level)],
          over: MOST_OF_AN_ENDPOINT * 1.02,
          under: MOST_OF_AN_ENDPOINT * 0.98,
          settles: '5m',
        },
      ],
      timelines: [
        {
          name: 'an endpoint with fewer than 20 requests fails',
          phases: () => [{ lasts: '15m', series: [...OTHERS, ...requests(0.0645, 1)] }],
        },
        { name: 'fewer than 20 requests', phases: () => [{ lasts: '15m', series: requests(0.0645, 1) }] },
        {
          name: '20 requests, a third of which fail',
          phases: () => [{ lasts: '15m', series: requests(0.068, 0.33) }],
          fires: true,
        },
        ...[1.45, 1.55].map(
          (failures): Timeline => ({
            name: `of 60 requests ${failures} fail`,
            phases: () => [{ lasts: '15m', series: requests(0.2, failures / 60) }],
            fires: failures > ONE_FAILURE,
          }),
        ),
        {
          name: 'client errors',
          phases: () => [
            { lasts: '15m', series: spread('inference_requests_total', { ...ENDPOINT, status: '404' }, 9) },
          ],
        },
      ],
    },
    {
      ...base,
      // With what it reads: the rules of its SLO.
      group: 'slo-inference-availability',
      name: 'InferenceAPIAvailabilityLow',
      severity: 'critical',
      signal: 'availability',
      expr: (threshold) =>
        `1 - max(slo:error:ratio{slo="inference-availability", window="1h"}) < ${threshold} and 1 - max(slo:error:ratio{slo="inference-availability", window="5m"}) < ${threshold} and max(slo:total:increase{slo="inference-availability", window="1h"}) >= ${FEWEST_IN_AN_HOUR}`,
      threshold: below(0.995, 'ratio'),
      guards: { slo: 'inference-availability', limit: 0.995 },
      for: '2m',
      summary: 'Inference API availability is under 99.5 %',
      description:
        'Only {{ $value | humanizePercentage }} of the requests of the last hour were answered without a server error, and it has not recovered yet.',
      runbook: 'api-availability',
      proofs: [
        {
          series: (level) => requests(10, 1 - level),
          over: 0.9945,
          under: 0.9955,
          settles: '1m',
          recovers: '15m',
          evaluate: '1m',
        },
      ],
      timelines: [
        {
          name: 'fewer than 200 requests in the hour',
          phases: () => [{ lasts: '2h', series: requests(199 / 3600, 0.5) }],
          evaluate: '1m',
        },
        {
          name: '200 requests in the hour',
          phases: () => [{ lasts: '2h', series: requests(201 / 3600, 0.5) }],
          fires: true,
          evaluate: '1m',
        },
        {
          name: 'no requests',
          phases: () => [{ lasts: '2h', series: requests(0, 0) }],
          evaluate: '1m',
        },
      ],
    },
    {
      ...base,
      name: 'InferenceAPIHighLoad',
      severity: 'warning',
      signal: 'saturation',
      expr: (threshold) => `sum(inference_active_requests) > ${threshold}`,
      threshold: above(100, 'requests'),
      for: '5m',
      summary: 'Inference API is under high load',
      description: '{{ $value | humanize }} requests are being worked on at once.',
      runbook: 'api-high-load',
      proofs: [
        {
          series: (level) => [
            gauge('inference_active_requests', { instance: 'a:1', pod: 'a' }, level - 40),
            gauge('inference_active_requests', { instance: 'b:1', pod: 'b' }, 40),
          ],
          exact: true,
        },
      ],
    },
    {
      ...base,
      name: 'InferenceAPITrafficSurge',
      severity: 'warning',
      signal: 'traffic',
      expr: (threshold) =>
        `inference_api:requests:rate5m / (avg_over_time(inference_api:requests:rate5m[1h] offset 10m) > 0) > ${threshold} and on () inference_api:requests:rate5m > 1 unless on () inference_api:requests:rate5m <= ${threshold} * max_over_time(inference_api:requests:rate5m[2h] offset 23h)`,
      threshold: above(3, 'times'),
      for: '5m',
      summary: 'Inference API gets several times its usual traffic',
      description:
        'The API gets {{ $value | humanize }} times the requests that it got over the hour before, and as many times more than it got about this time yesterday.',
      runbook: 'api-traffic-surge',
      proofs: [surge('several times the usual', 0.5), surge('just over a request a second', 0.334)],
      timelines: [
        {
          name: 'less than a request a second',
          phases: (over) => [
            { lasts: '2h', series: requests(0.32, 0) },
            { lasts: '10m', series: requests(over * 0.32, 0) },
          ],
        },
        {
          name: 'traffic that stays becomes the usual',
          phases: (over) => [
            { lasts: '2h', series: requests(0.5, 0) },
            { lasts: '13m', series: requests(over * 0.5, 0) },
          ],
        },
        {
          name: 'as much as three quarters of an hour before',
          phases: (over) => [
            { lasts: '2h', series: requests(over * 0.5, 0) },
            { lasts: '45m', series: requests(0.5, 0) },
            { lasts: '10m', series: requests(over * 0.5, 0) },
          ],
        },
        ...[
          { name: 'as much came half an hour after this time yesterday', at: 45, fires: false },
          { name: 'as much came an hour and a half after this time yesterday', at: 90, fires: true },
          { name: 'as much came an hour before this time yesterday', at: -50, fires: false },
          { name: 'as much came two hours before this time yesterday', at: -110, fires: true },
        ].map(({ name, at, fires }): Timeline => yesterday(name, at, fires, 2)),
        yesterday('a third as much came at this time yesterday', 0, true, 0.66),
        {
          name: 'the first traffic',
          phases: () => [
            { lasts: '2h', series: requests(0, 0) },
            { lasts: '10m', series: requests(2, 0) },
          ],
        },
      ],
    },
    {
      ...base,
      name: 'InferenceAPITrafficLost',
      severity: 'warning',
      signal: 'traffic',
      // Less than at any time of the same hour yesterday: nights and pauses that come each day are none. What is not
      // a day old yet is held against its mean.
      expr: (threshold) =>
        `inference_api:requests:rate5m / ((min_over_time(inference_api:requests:rate5m[1h] offset 23h30m) or avg_over_time(inference_api:requests:rate5m[1d])) > ${USUAL_REQUESTS}) < ${threshold}`,
      threshold: below(0.01, 'ratio'),
      for: '10m',
      summary: 'Inference API gets hardly any requests',
      description:
        'The API gets {{ $value | humanizePercentage }} of the requests that it got at this hour yesterday, and it answers: what sends them is cut off.',
      runbook: 'api-traffic-lost',
      proofs: [
        {
          series: (level) => requests(USUAL_REQUESTS * 1.02 * level, 0),
          healthy: 1,
          prelude: '26h',
          settles: '4m',
          evaluate: '1m',
        },
      ],
      timelines: TRAFFIC_LOST,
    },
    {
      ...base,
      name: 'ModelConfidenceLow',
      severity: 'warning',
      signal: 'quality',
      expr: (threshold) =>
        `model_type:prediction_confidence:mean5m < ${threshold} and on (model_type) ${ENOUGH_PREDICTIONS}`,
      threshold: below(0.7, 'ratio'),
      guards: { slo: 'model-confidence', limit: 0.7 },
      for: '5m',
      summary: 'A model is less confident than it should be',
      description:
        'The mean confidence of the {{ $labels.model_type }} model is {{ $value | humanizePercentage }}; its SLO is 80 %.',
      runbook: 'model-confidence',
      proofs: [
        {
          // 0.068 a second over 5 minutes is just enough once the window is full.
          series: (level) => meanAt('model_prediction_confidence', { model_type: 'fraud' }, level, 0.068),
          settles: '5m',
          labels: [{ model_type: 'fraud' }],
        },
      ],
      timelines: [
        {
          name: 'fewer than 20 predictions',
          phases: () => [
            {
              lasts: '20m',
              series: [
                ...meanAt('model_prediction_confidence', { model_type: 'fraud' }, 0.1, 0.0645),
                ...meanAt('model_prediction_confidence', { model_type: 'personalization' }, 0.9, 5),
              ],
            },
          ],
        },
      ],
    },
    vanished({
      ...base,
      name: 'ModelMissing',
      metric: 'model_prediction_confidence_count',
      labels: ['model_type'],
      summary: 'A model predicts nothing any more',
      description:
        'The {{ $labels.model_type }} model was there within 6 hours and reports no confidence, while others do: its alerts and its SLO say nothing of it.',
    }),
  ],
};
