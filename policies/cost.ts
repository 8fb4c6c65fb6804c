import { parse } from '../lib/promql/parse.ts';
import { vocabulary } from '../rules/check.ts';
import type { Recording } from '../rules/index.ts';
import { resultLabels } from '../rules/promql-check.ts';
import { always, type Policy, type PolicyFacts } from './policy.ts';

/** How many values a label is taken to have: topics, endpoints, machines of a stack of ordinary size. */
export const VALUES_OF_A_LABEL = 10;

/** About how many series a recording rule writes. */
export function estimatedSeries(rule: Recording, facts: Pick<PolicyFacts, 'rules'>): number {
  const { labels } = resultLabels(parse(rule.expr), vocabulary(facts.rules));
  // What one SLO or one part of the health score has, it has once for each window at most.
  const bounded = ['slo', 'service', 'team', 'window', 'component', ...Object.keys(rule.labels ?? {})];
  return VALUES_OF_A_LABEL ** [...labels].filter((label) => !bounded.includes(label)).length;
}

/** What monitoring itself may cost. */
export const costPolicies: readonly Policy[] = [
  {
    name: 'recording-rules-are-few',
    rule: 'There are at most `limits.recordingRules` recording rules.',
    reason: 'Each is evaluated for ever, whether or not anybody looks.',
    scope: 'stack',
    level: always('advisory'),
    check: ({ rules }, { recordingRules }) =>
      rules.recordings.length > recordingRules
        ? [
            {
              subject: 'recording rules',
              message: `are ${rules.recordings.length}, over the limit of ${recordingRules}: switch SLOs off that nobody reads, or raise policies.limits.recordingRules`,
            },
          ]
        : [],
  },
  {
    name: 'recorded-series-are-few',
    rule: 'Recording rules write at most about `limits.recordedSeries` series.',
    reason: 'Labels multiply, and memory follows the number of series.',
    scope: 'stack',
    level: always('advisory'),
    check: (facts, { recordedSeries }) => {
      const sizes = facts.rules.recordings.map((rule) => ({ rule, size: estimatedSeries(rule, facts) }));
      const total = sizes.reduce((sum, { size }) => sum + size, 0);
      const [largest] = sizes.sort((left, right) => right.size - left.size);
      return total > recordedSeries
        ? [
            {
              subject: largest?.rule.record ?? '',
              message: `writes about ${largest?.size} of ${total} series, over the limit of ${recordedSeries}: aggregate away a label, or raise policies.limits.recordedSeries`,
            },
          ]
        : [];
    },
  },
];
