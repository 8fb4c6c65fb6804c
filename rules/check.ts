import type { Recording, ResolvedAlert } from './alert.ts';
import { isAlert } from './alert.ts';
import type { RuleSet } from './index.ts';
import { checkExpression, resultLabels, type Vocabulary } from './promql/check.ts';
import { parse, seconds } from './promql/parse.ts';
import { RECORDED } from './recorded.ts';

/** What the expressions of a set may read. */
export const vocabulary = (set: Pick<RuleSet, 'metrics'>): Vocabulary => ({
  metrics: set.metrics,
  recorded: RECORDED,
});

/** Everything wrong with a set of rules, each with the rule's file and name. Empty where it is sound. */
export function checkRules(set: RuleSet): string[] {
  const words = vocabulary(set);
  return [
    ...set.groups.flatMap((group) => group.rules.flatMap((rule) => checkRule(rule, words))),
    ...duplicates(set.alerts),
  ];
}

const placeOf = (rule: Recording | ResolvedAlert): string =>
  isAlert(rule)
    ? `${rule.origin === 'built-in' ? `${rule.group}.yaml` : rule.origin}: alert ${rule.name}`
    : `${rule.group}.yaml: recording rule ${rule.record}`;

function checkRule(rule: Recording | ResolvedAlert, words: Vocabulary): string[] {
  const place = placeOf(rule);
  const problems = checkExpression(rule.expr, words).map((problem) => `${place}: ${problem}`);
  if (problems.length > 0) return problems;
  const labels = resultLabels(parse(rule.expr), words).labels.union(new Set(Object.keys(rule.labels ?? {})));
  return (isAlert(rule) ? checkAlert(rule, labels) : checkRecording(rule, labels)).map(
    (problem) => `${place}: ${problem}`,
  );
}

function checkRecording(rule: Recording, labels: ReadonlySet<string>): string[] {
  if (!Object.hasOwn(RECORDED, rule.record))
    return [`${rule.record} is missing in the list of recorded series`];
  const promised: readonly string[] = RECORDED[rule.record as keyof typeof RECORDED].labels;
  return promised
    .filter((label) => !labels.has(label))
    .map((label) => `promises the label “${label}”, which its expression does not yield`);
}

function checkAlert(rule: ResolvedAlert, labels: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  for (const text of Object.values(rule.annotations)) {
    for (const [, label = ''] of text.matchAll(/\$labels\.([a-zA-Z_]\w*)/g)) {
      if (!labels.has(label)) {
        problems.push(`its text uses the label “${label}”; there are ${[...labels].join(', ') || 'none'}`);
      }
    }
  }
  if (Number.isNaN(seconds(rule.for))) problems.push(`for: “${rule.for}” is no duration, such as 2m`);
  if (rule.proofs.length + (rule.timelines?.length ?? 0) === 0) problems.push('has no boundary case');
  return problems;
}

function duplicates(alerts: readonly ResolvedAlert[]): string[] {
  const seen = new Map<string, ResolvedAlert>();
  return alerts.flatMap((alert) => {
    const first = seen.get(alert.name);
    if (first === undefined) {
      seen.set(alert.name, alert);
      return [];
    }
    return [`${placeOf(alert)}: the name is taken by an alert in ${first.group}.yaml (${first.origin})`];
  });
}
