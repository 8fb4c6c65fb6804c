import type { Labels } from '../../notifications/index.ts';
import type { Recording } from '../../rules/index.ts';
import type { Pace } from './earliest-delay.ts';

/** An alert rule as Prometheus reads it. */
export interface AlertRule extends Pace {
  readonly name: string;
  readonly query: string;
  readonly labels: Labels;
}

/** What of a recording rule tells where a series comes from. */
export type Recorded = Pick<Recording, 'record' | 'expr' | 'labels'>;

/** Answer of Prometheus's API for its rules. Times are in seconds. */
export interface RuleGroups {
  readonly groups: readonly {
    readonly interval: number;
    readonly rules: readonly {
      readonly type: 'alerting' | 'recording';
      readonly name: string;
      readonly query: string;
      readonly labels?: Labels;
      readonly duration?: number;
    }[];
  }[];
}

/** The rules that a Prometheus has, which are those of its stack and not the defaults. */
export function rulesIn({ groups }: RuleGroups): {
  readonly alerts: readonly AlertRule[];
  readonly recordings: readonly Recorded[];
} {
  const all = groups.flatMap(({ interval, rules }) => rules.map((rule) => ({ ...rule, interval })));
  return {
    alerts: all
      .filter(({ type }) => type === 'alerting')
      .map(({ name, query, labels = {}, duration = 0, interval }) => ({
        name,
        query,
        labels,
        duration,
        interval,
      })),
    recordings: all
      .filter(({ type }) => type === 'recording')
      .map(({ name, query, labels = {} }) => ({ record: name, expr: query, labels })),
  };
}
