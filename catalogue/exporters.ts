import { PART_METRICS, type PartMetricName } from '../components/parts/index.ts';
import { ANY_JOB, type Metric } from './metric.ts';

/** Every target, or something else that Prometheus itself writes while it scrapes and evaluates. */
const scraped = (unit: Metric['unit'], help: string): Metric => ({
  type: 'gauge',
  unit,
  labels: [],
  help,
  source: ANY_JOB,
});

/** What every target exposes, or Prometheus writes of it. */
const EVERY_TARGET = {
  up: {
    ...scraped('1', '1 where the last scrape of the target succeeded, 0 where it failed.'),
    essential: true,
  },
  scrape_duration_seconds: scraped('seconds', 'How long the last scrape of the target took.'),
  scrape_samples_scraped: scraped('1', 'Samples that the target exposed.'),
  scrape_samples_post_metric_relabeling: scraped('1', 'Samples that were left after metric relabelling.'),
  scrape_series_added: scraped('1', 'Series that the last scrape saw for the first time.'),
  ALERTS: {
    type: 'gauge',
    unit: '1',
    labels: ['alertname', 'alertstate', 'severity', 'service', 'team', 'signal', 'slo', 'burn', 'endpoint'],
    help: '1 for each pending or firing alert.',
    source: ANY_JOB,
  },
  ALERTS_FOR_STATE: {
    type: 'gauge',
    unit: 'timestamp',
    labels: ['alertname', 'severity', 'service', 'team', 'signal', 'slo', 'burn'],
    help: 'Since when each alert has been active, as a Unix time.',
    source: ANY_JOB,
  },

  process_start_time_seconds: scraped('timestamp', 'When the process started, as a Unix time.'),
  process_resident_memory_bytes: scraped('bytes', 'Resident memory of the process.'),
  process_cpu_seconds_total: { ...scraped('seconds', 'CPU time that the process used.'), type: 'counter' },
  process_open_fds: scraped('1', 'Open file descriptors of the process.'),
  process_max_fds: scraped('1', 'Largest number of file descriptors that the process may open.'),
} as const satisfies Record<string, Metric>;

export type ExporterMetricName = keyof typeof EVERY_TARGET | PartMetricName;

/** What the parts of the stack expose, as far as rules and dashboards read it. */
export const EXPORTER_METRICS: Readonly<Record<ExporterMetricName, Metric>> = {
  ...EVERY_TARGET,
  ...PART_METRICS,
};
