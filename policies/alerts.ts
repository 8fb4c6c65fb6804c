import { seconds } from '../lib/promql/parse.ts';
import { SEVERITIES, SIGNALS } from '../rules/index.ts';
import { always, type Policy } from './policy.ts';

/** What every alert must have. */
export const alertPolicies: readonly Policy[] = [
  {
    name: 'critical-alert-is-prompt',
    rule: 'A critical alert waits no longer than `limits.criticalFor`.',
    reason: 'A page that comes late is an outage that lasted longer; what may wait is a warning.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ rules }, { criticalFor }) =>
      rules.alerts
        .filter(
          ({ labels, ...alert }) =>
            labels.severity === 'critical' && seconds(alert.for) > seconds(criticalFor),
        )
        .map((alert) => ({
          subject: alert.name,
          message: `waits ${alert.for}, and a critical alert may wait ${criticalFor}: shorten rules.alerts.${alert.name}.for, or make it a warning`,
        })),
  },
  {
    name: 'alert-has-runbook',
    rule: 'Every alert links to its runbook.',
    reason: 'Whoever is woken at night must not have to guess.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ rules }) =>
      rules.alerts
        .filter(({ runbook, annotations }) => !annotations.runbook_url?.endsWith(`/${runbook}`))
        .map((alert) => ({
          subject: alert.name,
          message: `has no runbook_url that ends in /${alert.runbook}: remove the override of that annotation`,
        })),
  },
  {
    name: 'alert-names-service',
    rule: 'Every alert has a `service` label.',
    reason: 'Routes, inhibition and dashboards go by it.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ rules }) =>
      rules.alerts
        .filter(({ labels }) => !labels.service)
        .map(({ name }) => ({
          subject: name,
          message: `has no label service: set rules.alerts.${name}.labels.service`,
        })),
  },
  {
    name: 'alert-is-labelled',
    rule: 'Every alert has a `severity` and a `signal` label, each from its list.',
    reason:
      'Routes go by the one, and inhibition compares the other: a label that is missing agrees with every other.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ rules }) =>
      rules.alerts.flatMap(({ name, labels, bareLabels }) =>
        Object.entries({ severity: SEVERITIES, ...(bareLabels ? {} : { signal: SIGNALS }) })
          .filter(([label, allowed]) => !(allowed as readonly string[]).includes(labels[label] ?? ''))
          .map(([label, allowed]) => ({
            subject: name,
            message: `has ${labels[label] ? `${label}="${labels[label]}"` : `no label ${label}`}: give rules.alerts.${name}.labels.${label} one of ${allowed.join(', ')}`,
          })),
      ),
  },
  {
    name: 'label-is-steady',
    rule: 'No label of an alert holds its value.',
    reason: 'With every value it is another alert: `for` begins anew, and nothing it says is ever resolved.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ rules }) =>
      rules.alerts.flatMap(({ name, labels }) =>
        Object.entries(labels)
          .filter(([, text]) => /\{\{[^}]*(\$value|\.Value)\b/.test(text))
          .map(([label, text]) => ({
            subject: name,
            message: `has the label ${label}="${text}": say the value in rules.alerts.${name}.annotations instead`,
          })),
      ),
  },
  {
    name: 'alert-has-owner',
    rule: 'Every alert and every SLO has a team.',
    reason: 'What belongs to nobody is mended by nobody.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ rules }) => [
      ...rules.alerts
        // The labels of a fixed rule stay to the letter; its definition still names the team.
        .filter(({ team, labels, bareLabels }) => !team || (!bareLabels && !labels.team))
        .map(({ name }) => ({ subject: name, message: `has no team: set rules.alerts.${name}.labels.team` })),
      ...rules.slos
        .filter(({ team }) => !team)
        .map(({ name }) => ({ subject: name, message: `has no team: set rules.slos.${name}.team` })),
    ],
  },
  {
    name: 'alert-says-what-is-wrong',
    rule: 'Every alert has a summary and a description.',
    reason: 'The name alone tells a stranger nothing.',
    scope: 'resource',
    level: always('mandatory'),
    check: ({ rules }) =>
      rules.alerts.flatMap(({ name, annotations }) =>
        ['summary', 'description']
          .filter((key) => !annotations[key]?.trim())
          .map((key) => ({
            subject: name,
            message: `has no ${key}: set rules.alerts.${name}.annotations.${key}`,
          })),
      ),
  },
];
