import { SERVICES } from '../catalogue/services.ts';
import { sizeBytes } from '../lib/forms.ts';
import { duration, seconds } from '../lib/promql/parse.ts';
import { SLO_INTERVAL, sloGroup } from '../rules/slo/recordings.ts';
import { estimatedSeries, VALUES_OF_A_LABEL } from './cost.ts';
import { always, type Policy, type PolicyFacts } from './policy.ts';

/** Series of a target of which the catalogue does not know the metrics: a client library’s own, and those of its subject. */
const SERIES_OF_A_TARGET = 500;

/** Bytes of a sample in a block: 1 to 2, https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects. */
const BYTES_OF_A_SAMPLE = 1.5;

/** Evaluation interval of all rules but those of SLOs, in seconds. */
const EVALUATION_SECONDS = 15;

const DAY = 86_400;

type Facts = Pick<PolicyFacts, 'rules' | 'scraped'>;

/** About how many series one target of a job brings. */
function seriesOf(job: string, { metrics }: Facts['rules']): number {
  if (!Object.hasOwn(SERVICES, job)) return SERIES_OF_A_TARGET;
  return Object.values(metrics)
    .filter(({ source }) => source === job)
    .reduce((sum, { labels, type, buckets = [] }) => {
      // Beside its buckets a histogram has one without a bound, a sum and a count.
      const each = type === 'histogram' ? buckets.length + 3 : 1;
      return sum + each * VALUES_OF_A_LABEL ** labels.length;
    }, 0);
}

/** About how many samples a second Prometheus stores of what is scraped and recorded. */
export function estimatedSamples(facts: Facts): number {
  const scraped = (facts.scraped ?? []).reduce(
    (sum, { job, targets, interval }) => sum + (targets * seriesOf(job, facts.rules)) / seconds(interval),
    0,
  );
  const recorded = facts.rules.recordings.reduce((sum, rule) => {
    const every = rule.group.startsWith(sloGroup('')) ? seconds(SLO_INTERVAL) : EVALUATION_SECONDS;
    return sum + estimatedSeries(rule, facts) / every;
  }, 0);
  return scraped + recorded;
}

/** Whether what Prometheus keeps by size lasts as long as SLOs look back. */
export const storagePolicies: readonly Policy[] = [
  {
    name: 'retention-size-covers-slo',
    rule: 'The size that the stack’s own Prometheus keeps lasts for the longest SLO window, as far as the targets are known.',
    reason:
      'At its size Prometheus deletes the oldest samples before their time, and budgets count what is left.',
    scope: 'stack',
    level: always('advisory'),
    check: (facts) => {
      const { rules, retentionSize } = facts;
      const [longest] = rules.slos.toSorted((left, right) => right.windowDays - left.windowDays);
      if (retentionSize === undefined || longest === undefined) return [];
      const samples = estimatedSamples(facts);
      const days = sizeBytes(retentionSize) / (samples * BYTES_OF_A_SAMPLE * DAY);
      if (days >= longest.windowDays) return [];
      const needed = Math.ceil((samples * BYTES_OF_A_SAMPLE * DAY * longest.windowDays * 1.25) / 2 ** 30);
      return [
        {
          subject: 'Prometheus',
          message: `would hold about ${duration(Math.max(1, Math.floor(days)) * DAY)} of the ${longest.windowDays} days that ${longest.name} looks back: prometheus.retention.size is ${retentionSize}, for about ${Math.round(samples)} samples a second. Set it to ${needed}GB with a larger volume, or scrape less often`,
        },
      ];
    },
  },
];
