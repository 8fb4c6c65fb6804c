import { alertLabels, type Labels } from '../notifications/index.ts';
import { UNCONFIRMED_LATENCY_ALERT } from '../notifications/inhibition.ts';
import { HEARTBEAT_SEVERITY } from '../notifications/severity.ts';
import { inhibitions } from '../notifications/simulate.ts';
import { SEVERITIES } from '../rules/index.ts';
import { always, type Policy, type Violation } from './policy.ts';
import { SWITCH } from './routing.ts';

const rank = (severity = ''): number => (SEVERITIES as readonly string[]).indexOf(severity);

/**
 * An alert that feeds the heartbeat without being the switch is another policy's business. One says of another that it is
 * not confirmed, and is there for muting it.
 */
const isLessUrgent = (source: Labels, target: Labels): boolean =>
  source.severity !== HEARTBEAT_SEVERITY &&
  source.alertname !== UNCONFIRMED_LATENCY_ALERT &&
  rank(source.severity) > rank(target.severity);

/** What may keep what quiet. */
export const inhibitionPolicies: readonly Policy[] = [
  {
    name: 'inhibition-is-sound',
    rule: 'No alert that always fires mutes another, and none mutes one that is more urgent, but for `InferenceAPILatencyUnconfirmed`.',
    reason: 'The one mutes for ever; the other hides a page behind what can wait.',
    scope: 'stack',
    level: always('mandatory'),
    check: ({ rules, alertmanager }) => {
      const sets = alertLabels(rules.alerts);
      const found = new Map<string, Violation>();
      for (const target of sets)
        for (const { rule, source } of inhibitions(alertmanager.inhibit_rules, target, sets)) {
          const subject = rule ?? 'an inhibition without a name';
          const isEndless = source.alertname === SWITCH;
          const why = isEndless ? 'which always fires' : 'which is less urgent';
          if (found.has(subject) || !(isEndless || isLessUrgent(source, target))) continue;
          found.set(subject, {
            subject,
            message: `lets ${source.alertname} (${source.severity}), ${why}, mute ${target.alertname} (${target.severity}): narrow its source_matchers`,
          });
        }
      return [...found.values()];
    },
  },
];
