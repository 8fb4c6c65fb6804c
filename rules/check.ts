import type { Recording, ResolvedAlert } from './alert.ts';
import { isAlert, RESERVED_LABELS } from './alert.ts';
import type { RuleSet } from './index.ts';
import { checkExpression, resultLabels, type Vocabulary } from './promql/check.ts';
import { parse, seconds } from './promql/parse.ts';
import { RECORDED, type RecordedSeries } from './recorded.ts';

/** What the expressions of a set may read. */
export const vocabulary = (set: Pick<RuleSet, 'metrics' | 'recorded'>): Vocabulary => ({
  metrics: set.metrics,
  recorded: set.recorded,
});

/** Every series that is recorded: those that ship, and a user's own with the labels that their rules yield. */
export function recordedSeries(
  own: readonly Recording[],
  metrics: RuleSet['metrics'],
): Record<string, RecordedSeries> {
  const recorded: Record<string, RecordedSeries> = { ...RECORDED };
  for (const { record, expr, labels = {}, help } of own) {
    if (Object.hasOwn(RECORDED, record)) continue;
    const words = { metrics, recorded };
    const yielded = checkExpression(expr, words).length === 0 ? resultLabels(parse(expr), words).labels : [];
    const all = new Set([...(recorded[record]?.labels ?? []), ...yielded, ...Object.keys(labels)]);
    recorded[record] = { labels: [...all], help };
  }
  return recorded;
}

/** Everything wrong with a set of rules, each with the rule's file and name. Empty where it is sound. */
export function checkRules(set: RuleSet): string[] {
  const words = vocabulary(set);
  return [
    ...set.groups.flatMap((group) => group.rules.flatMap((rule) => checkRule(rule, words))),
    ...duplicates(set.alerts),
    ...duplicateRecordings(set.recordings),
  ];
}

const placeOf = (rule: Recording | ResolvedAlert): string =>
  isAlert(rule)
    ? `${rule.origin === 'built-in' ? `${rule.group}.yaml` : rule.origin}: alert ${rule.name}`
    : `${rule.origin ?? `${rule.group}.yaml`}: recording rule ${rule.record}`;

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
  if (rule.origin !== undefined) {
    return [
      ...(Object.hasOwn(RECORDED, rule.record) ? ['the name is taken by a series that ships'] : []),
      ...Object.keys(rule.labels ?? {})
        .filter((label) => RESERVED_LABELS.includes(label))
        .map((label) => `sets the label “${label}”, which Prometheus or Alertmanager sets itself`),
    ];
  }
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

function duplicateRecordings(recordings: readonly Recording[]): string[] {
  const key = ({ record, labels = {} }: Recording) => JSON.stringify([record, Object.entries(labels).sort()]);
  const seen = new Set<string>();
  return recordings
    .filter((rule) => {
      const known = seen.has(key(rule));
      seen.add(key(rule));
      return known;
    })
    .map((rule) => `${placeOf(rule)}: is there twice with the same labels`);
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
