import type { SloName } from '../catalogue/slos.ts';
import type { DashboardOutline } from './dashboard.ts';
import { type DashboardContext, sloBound } from './limits.ts';
import { MODEL_COLORS, PERCENTILE_COLORS, STATUS_COLORS } from './panels/colors.ts';
import { heatmap, timeSeries } from './panels/graphs.ts';
import { stat } from './panels/kinds.ts';
import { toDashboard } from './panels/links.ts';
import { line, row } from './panels/panel.ts';
import { buckets, instant, range, rows } from './panels/query.ts';
import { table } from './panels/table.ts';
import { highIsBad, lowIsBad } from './panels/thresholds.ts';
import { datasourceVariable, endpointVariable, modelVariable } from './panels/variables.ts';

const ENDPOINT = 'endpoint=~"$endpoint"';
const MODEL = 'model_type=~"$model"';

/** From what callers feel to the step inside a request that is to blame. */
export function inferenceApi(context: DashboardContext): DashboardOutline {
  return {
    uid: 'inference-api',
    folder: 'operations',
    question:
      'Are predictions quick, answered and sure, and if not, which endpoint, model or step is to blame?',
    next: 'A request is features fetched, then a model run: the row of steps shows which of the two got slower.',
    variables: [datasourceVariable(), endpointVariable(), modelVariable('model_predictions_total')],
    rows: [
      row('What callers feel', line(5, ...verdict(context))),
      row('Latency of requests', line(10, latencyByEndpoint(context), percentiles(), latencyHeatmap())),
      row('Steps of a request', line(8, modelTime(), fetchTime(), cacheHitRate(context))),
      row('Errors', line(8, answers(), errorRatio(context), errorTable())),
      row('Predictions', line(8, scores(), confidence(context), classes())),
      row('Load', line(7, requestRate(), active(context), memory())),
    ],
  };
}

const latencyLevels = (context: DashboardContext) =>
  highIsBad({ bad: context.limits.latencyP95, severe: context.limits.latencyP95Severe });

const confidenceLevels = (context: DashboardContext) =>
  lowIsBad({ bad: context.limits.confidence, good: sloBound(context, 'model-confidence') });

const verdict = (context: DashboardContext) => [
  stat({
    title: 'P95, slowest endpoint',
    description:
      'Five-minute P95. Red past the objective, which pages; dark past the severe limit, which pages sooner.',
    unit: 's',
    min: 0,
    levels: latencyLevels(context),
    sparkline: true,
    links: [toDashboard('slos')],
    queries: [range(`max(endpoint:inference_request_duration_seconds:p95_5m{${ENDPOINT}})`, 'P95')],
    shows: ['slow-model'],
  }),
  stat({
    title: 'Share of requests that failed',
    description: 'Server errors over all requests in the last five minutes; zero without traffic.',
    unit: 'percentunit',
    min: 0,
    decimals: 2,
    levels: highIsBad({ bad: context.limits.errorRatio }),
    sparkline: true,
    links: [toDashboard('slos')],
    queries: [range('inference_api:errors:ratio_rate5m', 'errors')],
    shows: ['errors'],
  }),
  stat({
    title: 'Requests per second',
    description: 'All endpoints chosen, five-minute mean.',
    unit: 'reqps',
    min: 0,
    sparkline: true,
    queries: [range(`sum(endpoint:inference_requests:rate5m{${ENDPOINT}})`, 'requests')],
    shows: ['high-load', 'api-down'],
  }),
  stat({
    title: 'Lowest mean confidence',
    description: 'Five-minute mean of the least sure model.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    decimals: 1,
    levels: confidenceLevels(context),
    sparkline: true,
    links: [toDashboard('slos')],
    queries: [range(`min(model_type:prediction_confidence:mean5m{${MODEL}})`, 'confidence')],
    shows: ['low-confidence'],
  }),
  stat({
    title: 'Availability over the SLO window',
    description: 'Share of good requests over the window of the availability objective.',
    unit: 'percentunit',
    max: 1,
    decimals: 3,
    levels: lowIsBad({
      bad: context.limits.availability,
      good: objectiveOf(context, 'inference-availability'),
    }),
    links: [toDashboard('slos')],
    queries: [instant('slo:compliance:ratio{slo="inference-availability"}', 'availability')],
    shows: ['errors'],
  }),
];

const objectiveOf = (context: DashboardContext, slo: SloName): number => context.slos[slo]?.objective ?? 1;

const latencyByEndpoint = (context: DashboardContext) =>
  timeSeries({
    title: 'P95 latency by endpoint, fraud against personalization',
    description:
      'Five-minute P95. Dashed: the two limits that page. One endpoint alone points to its model; both point to features or load.',
    unit: 's',
    min: 0,
    levels: latencyLevels(context),
    overrides: MODEL_COLORS,
    queries: [range(`endpoint:inference_request_duration_seconds:p95_5m{${ENDPOINT}}`, '{{endpoint}}')],
    shows: ['slow-model', 'cache-misses'],
  });

const percentiles = () =>
  timeSeries({
    title: 'Latency of requests, P50 P95 P99',
    description:
      'Over the endpoints chosen, in five minutes. A P50 that moves is everybody; a P99 alone is a few.',
    unit: 's',
    min: 0,
    overrides: PERCENTILE_COLORS,
    queries: [50, 95, 99].map((percentile) =>
      range(
        `histogram_quantile(${percentile / 100}, sum by (le) (endpoint:inference_request_duration_seconds_bucket:rate5m{${ENDPOINT}}))`,
        `P${percentile}`,
      ),
    ),
    shows: ['slow-model'],
  });

const latencyHeatmap = () =>
  heatmap({
    title: 'Latency of requests',
    description:
      'How many requests a second take how long, five-minute mean. A second band is a second kind of request, or of trouble.',
    unit: 's',
    countUnit: 'reqps',
    queries: [
      buckets(`sum by (le) (endpoint:inference_request_duration_seconds_bucket:rate5m{${ENDPOINT}})`),
    ],
    shows: ['slow-model'],
  });

const modelTime = () =>
  timeSeries({
    title: 'P95 inference time by model',
    description: 'Time that a model takes for one prediction, five-minute P95.',
    unit: 's',
    min: 0,
    links: [toDashboard('ml-pipeline', { model: 'model_type' })],
    overrides: MODEL_COLORS,
    queries: [range(`model_type:model_inference_duration_seconds:p95_5m{${MODEL}}`, '{{model_type}}')],
    shows: ['slow-model'],
  });

const fetchTime = () =>
  timeSeries({
    title: 'Time to fetch features, P50 P95 P99',
    description: 'Time to fetch the features of one request. It climbs when the cache misses.',
    unit: 's',
    min: 0,
    overrides: PERCENTILE_COLORS,
    links: [toDashboard('feature-store')],
    queries: [50, 95, 99].map((percentile) =>
      range(
        `histogram_quantile(${percentile / 100}, sum by (le) (rate(feature_fetch_duration_seconds_bucket[$__rate_interval])))`,
        `P${percentile}`,
      ),
    ),
    shows: ['cache-misses', 'redis-down'],
  });

const cacheHitRate = (context: DashboardContext) =>
  timeSeries({
    title: 'Cache hit rate of feature reads',
    description: 'Five-minute share of reads that the cache answered. Dashed: alert and objective.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    levels: lowIsBad({ bad: context.limits.cacheHitRatio, good: sloBound(context, 'cache-hit-rate') }),
    links: [toDashboard('feature-store')],
    queries: [range('feature_store:cache_hits:ratio_rate5m', 'hit rate')],
    shows: ['cache-misses'],
  });

const answers = () =>
  timeSeries({
    title: 'Responses by HTTP status',
    description:
      '2xx answered, 4xx refused as the caller’s mistake, 5xx failed: ours. The scale is logarithmic, so that a few errors show beside many successes.',
    unit: 'reqps',
    logarithmic: true,
    overrides: STATUS_COLORS,
    queries: [
      range(`sum by (status) (rate(inference_requests_total{${ENDPOINT}}[$__rate_interval]))`, '{{status}}'),
    ],
    shows: ['errors', 'api-down', 'high-load'],
  });

const errorRatio = (context: DashboardContext) =>
  timeSeries({
    title: 'Share of requests that failed by endpoint',
    description:
      'Server errors over all requests of the endpoint, five-minute mean. Dashed: the limit that pages.',
    unit: 'percentunit',
    min: 0,
    softMax: 2 * (context.limits.errorRatio ?? 0),
    levels: highIsBad({ bad: context.limits.errorRatio }),
    overrides: MODEL_COLORS,
    queries: [range(`endpoint:inference_errors:ratio_rate5m{${ENDPOINT}}`, '{{endpoint}}')],
    shows: ['errors'],
  });

const errorTable = () =>
  table({
    title: 'Responses by endpoint and status',
    description: 'All responses of the time range, most frequent first.',
    queries: [
      rows(
        `round(sum by (endpoint, status) (increase(inference_requests_total{${ENDPOINT}}[$__range]))) > 0`,
      ),
    ],
    sortBy: { title: 'Responses', descending: true },
    columns: [
      { field: 'endpoint', title: 'Endpoint' },
      { field: 'status', title: 'Status', width: 90 },
      { field: 'Value', title: 'Responses', unit: 'short', width: 120 },
    ],
    shows: ['errors'],
  });

const scores = () =>
  heatmap({
    title: 'Scores of predictions',
    description:
      'Where raw scores lie: probability of fraud, or affinity to the offer. A shifted band is drift.',
    unit: 'percentunit',
    countUnit: 'cps',
    min: 0,
    max: 1,
    queries: [buckets(`sum by (le) (rate(model_prediction_score_bucket{${MODEL}}[$__rate_interval]))`)],
    shows: ['drift'],
  });

const confidence = (context: DashboardContext) =>
  timeSeries({
    title: 'Mean confidence by model',
    description: 'Five-minute mean. Dashed: alert and objective.',
    unit: 'percentunit',
    max: 1,
    levels: confidenceLevels(context),
    links: [toDashboard('ml-pipeline', { model: 'model_type' })],
    overrides: MODEL_COLORS,
    queries: [range(`model_type:prediction_confidence:mean5m{${MODEL}}`, '{{model_type}}')],
    shows: ['low-confidence'],
  });

const classes = () =>
  timeSeries({
    title: 'Predictions per second by model and class',
    description: 'What the models say. A class that vanishes or floods is a model or its input gone wrong.',
    unit: 'cps',
    min: 0,
    draw: 'stacked',
    links: [toDashboard('business-metrics')],
    queries: [
      range(
        `sum by (model_type, prediction_class) (rate(model_predictions_total{${MODEL}}[$__rate_interval]))`,
        '{{model_type}}: {{prediction_class}}',
      ),
    ],
    shows: ['drift'],
  });

const requestRate = () =>
  timeSeries({
    title: 'Requests per second by endpoint',
    description: 'Five-minute mean of each endpoint.',
    unit: 'reqps',
    min: 0,
    draw: 'stacked',
    overrides: MODEL_COLORS,
    queries: [range(`endpoint:inference_requests:rate5m{${ENDPOINT}}`, '{{endpoint}}')],
    shows: ['high-load', 'api-down'],
  });

const active = (context: DashboardContext) =>
  timeSeries({
    title: 'Requests in flight',
    description:
      'Requests in flight over all instances. It climbs with load and with latency alike. Dashed: the load that alerts.',
    unit: 'short',
    min: 0,
    decimals: 0,
    levels: highIsBad({ bad: context.limits.activeRequests }),
    queries: [range('sum(inference_active_requests)', 'in flight')],
    shows: ['high-load'],
  });

const memory = () =>
  timeSeries({
    title: 'Memory of the inference API',
    description: 'Resident memory of each instance.',
    unit: 'bytes',
    min: 0,
    queries: [
      range('sum by (instance) (process_resident_memory_bytes{job="inference-api"})', '{{instance}}'),
    ],
  });
