import type { Recording, ResolvedAlert } from '../rules/index.ts';
import { always, type Policy, type Violation } from './policy.ts';

/** What stands in a rule file, as far as it decides who hears of what, and when. */
type Written = Readonly<Record<string, string>>;

const written = ({ expr, for: wait, keepFiringFor = '0s', labels }: ResolvedAlert): Written => ({
  expr,
  for: wait,
  keep_firing_for: keepFiringFor,
  ...Object.fromEntries(Object.entries(labels).map(([label, value]) => [`label ${label}`, value])),
});

/** Rule files against the settings and the code that they came from. */
export const declaredPolicies: readonly Policy[] = [
  {
    name: 'rule-is-as-declared',
    rule: 'Every rule that is deployed is the one that the settings and `rules.d/` declare.',
    reason: 'What is changed after rendering was seen by no check, no test and no reviewer.',
    scope: 'stack',
    level: always('mandatory'),
    check: ({ rules, declared = rules }) => [
      ...changedAlerts(rules.alerts, declared.alerts),
      ...changedRecordings(rules.recordings, declared.recordings),
    ],
  },
];

function changedAlerts(deployed: readonly ResolvedAlert[], declared: readonly ResolvedAlert[]): Violation[] {
  const missing = declared.filter(({ name }) => deployed.every((alert) => alert.name !== name));
  return [
    ...deployed.flatMap((alert): Violation[] => {
      const original = declared.find(({ name }) => name === alert.name);
      if (original === undefined) {
        return [
          { subject: alert.name, message: 'is declared nowhere: write it into rules.d/ or rules.own.alerts' },
        ];
      }
      const found = differences(written(original), written(alert));
      return found.length === 0
        ? []
        : [
            {
              subject: alert.name,
              message: `${found.join('; ')}: change it in rules.alerts.${alert.name}, not after rendering`,
            },
          ];
    }),
    ...missing.map(({ name }) => ({
      subject: name,
      message: `is declared and stands in no rule file: to leave it out, set rules.alerts.${name}.off`,
    })),
  ];
}

function differences(declared: Written, deployed: Written): string[] {
  return [...new Set([...Object.keys(declared), ...Object.keys(deployed)])]
    .filter((key) => declared[key] !== deployed[key])
    .map((key) => `has ${key} ${said(deployed[key])}, and ${said(declared[key])} is declared`);
}

const said = (text: string | undefined): string => (text === undefined ? 'nothing' : `“${text}”`);

function changedRecordings(deployed: readonly Recording[], declared: readonly Recording[]): Violation[] {
  const key = ({ record, expr, labels = {} }: Recording) =>
    JSON.stringify([record, expr, Object.entries(labels).sort()]);
  const [there, wanted] = [deployed, declared].map((rules) => new Set(rules.map(key)));
  return [
    ...deployed
      .filter((rule) => !wanted?.has(key(rule)))
      .map(({ record }) => ({
        subject: record,
        message: 'is not the recording rule that is declared: change it where it is declared',
      })),
    ...declared
      .filter((rule) => !there?.has(key(rule)))
      .map(({ record }) => ({
        subject: record,
        message: 'is declared and not deployed as declared: leave the rendered files as they are',
      })),
  ];
}
