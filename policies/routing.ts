import { type AlertmanagerConfig, alertLabels, type Labels, simulate } from '../notifications/index.ts';
import { always, type Policy, type PolicyFacts, strictInProduction } from './policy.ts';

/** Every three hours of a week: time intervals that are shorter make no sense for routes. */
const WEEK = Array.from({ length: 56 }, (_, index) => new Date(Date.UTC(2026, 0, 5, index * 3)));

interface Heard {
  /** Receivers reached at every hour. */
  readonly always: ReadonlySet<string>;
  /** Receivers reached at some hour. */
  readonly ever: ReadonlySet<string>;
}

const known = new WeakMap<AlertmanagerConfig, Map<string, Heard>>();

/** Receivers that an alert reaches on its own, over a week. */
function heard(config: AlertmanagerConfig, alert: Labels): Heard {
  const ofConfig = known.get(config) ?? new Map<string, Heard>();
  known.set(config, ofConfig);
  const key = JSON.stringify(alert);
  const before = ofConfig.get(key);
  if (before) return before;
  const times = config.time_intervals.length > 0 ? WEEK : WEEK.slice(0, 1);
  const weekly = times.map(
    (at) => new Set(simulate(config, [alert], at).flatMap(({ notified }) => notified)),
  );
  const ever = new Set(weekly.flatMap((names) => [...names]));
  const always = new Set([...ever].filter((name) => weekly.every((names) => names.has(name))));
  ofConfig.set(key, { always, ever });
  return { always, ever };
}

const ofSeverity = ({ rules }: PolicyFacts, matches: (severity: string) => boolean): readonly Labels[] =>
  alertLabels(rules.alerts).filter(({ severity = '' }) => matches(severity));

/** Who hears of what. */
export const routingPolicies: readonly Policy[] = [
  {
    name: 'critical-alert-pages',
    rule: 'A critical alert pages somebody at every hour of the week.',
    reason: 'Critical means that users are hurt now; they do not wait for office hours.',
    scope: 'stack',
    level: always('mandatory'),
    check: (facts) =>
      ofSeverity(facts, (severity) => severity === 'critical')
        .filter((alert) => facts.pagers.every((pager) => !heard(facts.alertmanager, alert).always.has(pager)))
        .map(({ alertname = '' }) => ({
          subject: alertname,
          message: `is critical and reaches no pager (${facts.pagers.join(', ') || 'there is none'}) at some hour: let a route for it lead to one, or make it a warning`,
        })),
  },
  {
    name: 'warning-never-pages',
    rule: 'Nothing but a critical alert pages.',
    reason: 'Each page that could have waited makes the next one count less.',
    scope: 'stack',
    level: always('mandatory'),
    check: (facts) =>
      ofSeverity(facts, (severity) => severity !== 'critical').flatMap((alert) => {
        const { ever } = heard(facts.alertmanager, alert);
        return facts.pagers
          .filter((pager) => ever.has(pager))
          .map((pager) => ({
            subject: alert.alertname ?? '',
            message: `is ${alert.severity} and pages through “${pager}”: narrow that route to severity="critical"`,
          }));
      }),
  },
  {
    name: 'alert-is-heard',
    rule: 'Every alert reaches a receiver at some hour of the week.',
    reason: 'An alert that nobody gets is only a cost.',
    scope: 'stack',
    level: always('mandatory'),
    check: (facts) =>
      ofSeverity(facts, () => true)
        .filter((alert) => heard(facts.alertmanager, alert).ever.size === 0)
        .map(({ alertname = '' }) => ({
          subject: alertname,
          message: 'reaches nobody at any hour: change the time intervals of its route, or switch it off',
        })),
  },
  {
    name: 'receiver-sends',
    rule: 'Every receiver sends somewhere.',
    reason: 'An empty receiver swallows what is routed to it.',
    scope: 'stack',
    level: strictInProduction,
    check: ({ alertmanager }) =>
      alertmanager.receivers
        .filter((receiver) =>
          Object.entries(receiver).every(([key, value]) => !key.endsWith('_configs') || value.length === 0),
        )
        .map(({ name }) => ({
          subject: name,
          message: `sends nowhere: set the secret of notifications.receivers.${name}, or remove it`,
        })),
  },
  {
    name: 'dead-mans-switch',
    rule: 'An alert that always fires is routed to a receiver of its own.',
    reason: 'Only its silence tells that monitoring itself is dead.',
    scope: 'stack',
    level: strictInProduction,
    check: (facts) => {
      const switches = ofSeverity(facts, (severity) => severity === 'none');
      const others = ofSeverity(facts, (severity) => severity !== 'none');
      if (switches.length === 0) {
        return [{ subject: 'Watchdog', message: 'is off: remove rules.alerts.Watchdog.off' }];
      }
      const taken = new Set(others.flatMap((alert) => [...heard(facts.alertmanager, alert).ever]));
      return switches
        .filter((alert) => [...heard(facts.alertmanager, alert).always].every((name) => taken.has(name)))
        .map(({ alertname = '' }) => ({
          subject: alertname,
          message: 'shares its receiver with other alerts or has none: set notifications.heartbeat',
        }));
    },
  },
];
