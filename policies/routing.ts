import { set } from '../lib/setting-commands.ts';
import { PAGING } from '../notifications/channels/index.ts';
import { alertLabels, type Labels } from '../notifications/index.ts';
import { HEARTBEAT_SEVERITY } from '../notifications/severity.ts';
import { receiversIn } from '../notifications/tree.ts';
import { settingsNameOf } from '../rules/alert-names.ts';
import { hearingsOf } from './notification-path.ts';
import { always, type Policy, type PolicyFacts, strictInProduction } from './policy.ts';

/** The alert that always fires. */
export const SWITCH = 'Watchdog';

/** For those who have no channel that pages, and those who did not set it up. */
const HOW_TO_PAGE =
  `Give notifications.severities.critical a receiver with ${PAGING.join(' or ')}, or say of one that only critical alerts reach that ` +
  'people take it for their pager, a call to an on-call tool as well as a channel of a chat: ' +
  set('notifications.receivers.<name>.pages', 'true', undefined);

const ofSeverity = ({ rules }: PolicyFacts, matches: (severity: string) => boolean): readonly Labels[] =>
  alertLabels(rules.alerts).filter(({ severity = '' }) => matches(severity));

/** Who hears of what. */
export const routingPolicies: readonly Policy[] = [
  {
    name: 'critical-alert-pages',
    rule: 'A critical alert pages somebody at every hour, but for at most `limits.maintenanceHours` of planned maintenance a week. Outside production this holds where a receiver pages at all.',
    reason: 'Critical means that users are hurt now; they do not wait for office hours.',
    scope: 'stack',
    level: strictInProduction,
    check: (facts, { maintenanceHours }) => {
      const used = receiversIn(facts.alertmanager.route);
      const pagers = facts.pagers.filter((pager) => used.includes(pager));
      // A trial without any pager wants none.
      if (pagers.length === 0 && !facts.production) return [];
      return ofSeverity(facts, (severity) => severity === 'critical').flatMap((alert) => {
        const subject = settingsNameOf(alert);
        const heard = hearingsOf(facts.alertmanager, alert);
        const hours = pagers.flatMap((pager) => {
          const found = heard.get(pager);
          return found?.always ? [found.maintenanceHours] : [];
        });
        if (hours.length === 0) {
          const message =
            pagers.length === 0
              ? `is critical and wakes nobody, since nothing that it reaches pages (${[...heard.keys()].join(', ')}). ${HOW_TO_PAGE}`
              : `is critical and reaches no pager (${pagers.join(', ')}) at some hour: let a route for it lead to one, or make it a warning`;
          return [{ subject, message }];
        }
        const least = Math.min(...hours);
        if (least <= maintenanceHours) return [];
        const message = `is critical and planned maintenance keeps it from every pager for ${Math.round(least)} hours a week, over the limit of ${maintenanceHours}: shorten notifications.maintenance, or raise policies.limits.maintenanceHours`;
        return [{ subject, message }];
      });
    },
  },
  {
    name: 'warning-never-pages',
    rule: 'Nothing but a critical alert pages.',
    reason: 'Each page that could have waited makes the next one count less.',
    scope: 'stack',
    level: always('mandatory'),
    check: (facts) =>
      ofSeverity(facts, (severity) => severity !== 'critical').flatMap((alert) => {
        const heard = hearingsOf(facts.alertmanager, alert);
        return facts.pagers
          .filter((pager) => heard.get(pager)?.ever)
          .map((pager) => ({
            subject: settingsNameOf(alert),
            message: `is ${alert.severity} and pages through “${pager}”: narrow that route to severity="critical"`,
          }));
      }),
  },
  {
    name: 'alert-is-heard',
    rule: 'Every alert reaches a receiver at some hour of the week, with the labels that relabelling leaves it.',
    reason: 'An alert that nobody gets is only a cost.',
    scope: 'stack',
    level: always('mandatory'),
    check: (facts) =>
      ofSeverity(facts, () => true).flatMap((alert) => {
        const subject = settingsNameOf(alert);
        const labels = facts.sent === undefined ? alert : facts.sent(alert);
        if (labels === undefined) {
          const message =
            'reaches nobody, since alert_relabel_configs of prometheus.yml drop it: narrow them, or switch it off';
          return [{ subject, message }];
        }
        if ([...hearingsOf(facts.alertmanager, labels).values()].some(({ ever }) => ever)) return [];
        const message =
          'reaches nobody at any hour: change the time intervals of its route, or switch it off';
        return [{ subject, message }];
      }),
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
    rule: 'An alert that always fires, and it alone, is routed to a receiver of its own.',
    reason: 'Only its silence tells that monitoring itself is dead.',
    scope: 'stack',
    level: strictInProduction,
    check: (facts) => {
      const [switches, others] = [
        ofSeverity(facts, (severity) => severity === HEARTBEAT_SEVERITY),
        ofSeverity(facts, (severity) => severity !== HEARTBEAT_SEVERITY),
      ];
      const receivers = (alert: Labels) => [...hearingsOf(facts.alertmanager, alert)];
      const taken = new Set(
        others.flatMap((alert) => receivers(alert).flatMap(([name, { ever }]) => (ever ? [name] : []))),
      );
      const beats = (alert: Labels) =>
        receivers(alert).some(([name, { always }]) => always && !taken.has(name));
      const found = switches.flatMap((alert) => {
        const subject = settingsNameOf(alert);
        if (subject !== SWITCH) {
          const message = `has the severity ${HEARTBEAT_SEVERITY} and would feed the heartbeat in place of ${SWITCH}: give it another severity`;
          return [{ subject, message }];
        }
        return beats(alert)
          ? []
          : [
              {
                subject,
                message: 'shares its receiver with other alerts or has none: set notifications.heartbeat',
              },
            ];
      });
      return switches.some(({ alertname }) => alertname === SWITCH)
        ? found
        : [...found, { subject: SWITCH, message: `is off: remove rules.alerts.${SWITCH}.off` }];
    },
  },
];
