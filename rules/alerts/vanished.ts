import type { Alert, InputSeries } from '../alert.ts';
import { gauge } from './define.ts';

/** How far back a label is looked for: of one that went earlier nobody is reminded. Two looks cost less than a range. */
const BACK = ['1h', '6h'] as const;

interface Vanishing extends Pick<Alert, 'name' | 'group' | 'service' | 'team' | 'dashboard' | 'summary'> {
  /** Metric of which the labels go, while it stays with others. */
  readonly metric: string;
  readonly labels: readonly string[];
  readonly description: string;
}

/**
 * A value of a label that was there an hour or six ago and is no more, or is NaN, while others of the metric stay:
 * every rule by that label is silent about it. A metric that is gone as a whole has an alert of its own, and so has
 * a service that is down. A process that has just started may expose a label with its first event only.
 */
export function vanished({ metric, labels, ...alert }: Vanishing): Alert {
  const by = labels.join(', ');
  const of = (name: string) => Object.fromEntries(labels.map((label) => [label, `${name}-${label}`]));
  const [gone, stays] = [of('gone'), of('stays')];
  const others = gauge(metric, { ...stays, pod: 'a' }, 5);
  const both: readonly InputSeries[] = [others, gauge(metric, { ...gone, pod: 'a' }, 7)];
  return {
    ...alert,
    severity: 'warning',
    signal: 'monitoring',
    expr: (threshold) =>
      `count by (${by}) ((${BACK.map((ago) => `present_over_time(${metric}[5m] offset ${ago})`).join(' or ')}) unless on (${by}) ${metric} >= 0) >= ${threshold} and on () ${metric} >= 0`,
    threshold: { value: 1, unit: 'count', direction: 'above' },
    for: '30m',
    runbook: 'metrics-missing',
    proofs: [
      {
        series: (level) => (level > 0 ? [others] : [...both]),
        over: 1,
        under: 0,
        healthy: 0,
        prelude: '1h',
        labels: [gone],
        evaluate: '1m',
      },
    ],
    timelines: [
      {
        name: 'its values are NaN',
        phases: () => [
          { lasts: '1h', series: both },
          { lasts: '40m', series: [others, gauge(metric, { ...gone, pod: 'a' }, Number.NaN)] },
        ],
        fires: true,
        labels: [gone],
        evaluate: '1m',
      },
      {
        name: 'its values are 0',
        phases: () => [{ lasts: '1h', series: [others, gauge(metric, { ...gone, pod: 'a' }, 0)] }],
        evaluate: '1m',
      },
      {
        name: 'only others at 0 stay',
        phases: () => [
          { lasts: '1h', series: both },
          { lasts: '40m', series: [gauge(metric, { ...stays, pod: 'a' }, 0)] },
        ],
        fires: true,
        labels: [gone],
        evaluate: '1m',
      },
      {
        name: 'another pod has it',
        phases: () => [
          { lasts: '1h', series: both },
          { lasts: '40m', series: [others, gauge(metric, { ...gone, pod: 'b' }, 7)] },
        ],
        evaluate: '1m',
      },
      {
        name: 'the metric is gone as a whole, which has an alert of its own',
        phases: () => [
          { lasts: '1h', series: both },
          { lasts: '40m', series: [] },
        ],
        evaluate: '1m',
      },
      ...Object.entries({ '1h2m': true, '1h8m': false, '5h40m': true, '6h2m': true, '6h8m': false }).map(
        ([ago, fires]) => ({
          name: `it went ${ago} ago`,
          phases: () => [
            { lasts: '1h', series: both },
            { lasts: ago, series: [others] },
          ],
          fires,
          labels: [gone],
          evaluate: '1m',
        }),
      ),
    ],
  };
}
