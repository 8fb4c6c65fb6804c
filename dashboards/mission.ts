import type { DashboardUid } from '../catalogue/dashboards.ts';

/**
 * What each dashboard was asked to show, and the titles of the panels that show it. A test holds both sides
 * against what is there.
 */
export const ASKED_PANELS = {
  'system-overview': {
    'service health matrix': ['Health of every service, dependency and machine'],
    'request rate and error distribution': ['Requests by HTTP status', 'Failed requests (< 1 %)'],
    'latency P50/P95/P99': ['Latency of the slowest endpoint, P50 P95 P99'],
    throughput: ['Throughput of each part'],
    'resource use': [
      'CPU in use by machine',
      'Memory in use by machine',
      'Disk space in use by machine and file system',
    ],
  },
  'inference-api': {
    'fraud against personalization latency': ['P95 latency by endpoint, fraud against personalization'],
    'model inference time by model': ['P95 inference time by model'],
    'feature fetch latency and cache': [
      'Time to fetch features, P50 P95 P99',
      'Cache hit rate of feature reads',
    ],
    'prediction score distribution': ['Scores of predictions'],
    'errors by endpoint and status': [
      'Responses by endpoint and status',
      'Share of requests that failed by endpoint',
      'Responses by HTTP status',
    ],
  },
  'feature-store': {
    'feature freshness': ['Age of the newest value by feature group'],
    'cache hits and misses': ['Feature reads per second, hits and misses', 'Cache hit rate by feature group'],
    'Redis performance': [
      'Redis commands per second by command',
      'Mean time of a Redis command',
      'Redis memory, used and resident',
      'Redis clients, connected and blocked',
    ],
    'feature computation latency': ['P95 computation time by feature group', 'Computation time of features'],
    'data quality': [
      'Share of quality checks that failed by feature group',
      'Quality checks per second by check and result',
      'Share of null values by feature group',
    ],
  },
  'stream-processing': {
    'Kafka consumer lag by topic': ['Consumer lag by topic'],
    'event throughput': ['Events processed per second by topic'],
    'processing latency': ['Processing time of an event, P50 P95 P99', 'P95 processing time by topic'],
    'dead letter queue': ['Dead letters per second by reason', 'Dead letters waiting by topic'],
    'watermark progress': ['Progress of the watermark by topic', 'Delay of the watermark by topic'],
  },
  'ml-pipeline': {
    'training success and failure': ['Training runs per hour by result', 'Training runs that failed'],
    'model drift': ['Drift of live scores from training by model'],
    'MLflow experiments': ['MLflow runs per hour', 'MLflow runs in progress'],
    'model registry': ['Versions in the model registry', 'Model releases per hour by stage'],
    'A/B tests': ['A/B tests over the time range', 'Conversion rate by variant'],
  },
  'business-metrics': {
    'fraud detection rate and trend': [
      'Fraud rate now and its hourly trend',
      'Fraud found per hour by channel',
    ],
    'transaction volume and patterns': ['Transactions per second by channel', 'Amounts of transactions'],
    'confidence distribution': ['Confidence of predictions'],
    'feature importance': ['What the models decide by, ten features first'],
    'revenue impact': [
      'Revenue per hour by channel',
      'Fraud prevented per hour by channel',
      'Revenue in the time range',
    ],
  },
} as const satisfies Partial<Record<DashboardUid, Readonly<Record<string, readonly string[]>>>>;
