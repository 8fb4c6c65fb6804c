import type { LabelSet } from '../lib/promql/labels.ts';
import { seconds, tryParse } from '../lib/promql/parse.ts';
import type { Problem } from '../lib/promql/problem.ts';
import type { Recording, ResolvedAlert } from './alert.ts';
import { isAlert, RESERVED_LABELS } from './alert.ts';
import type { RuleSet } from './index.ts';
import { checkProblems, resultLabels, type Vocabulary } from './promql-check.ts';
import { RECORDED, type RecordedSeries } from './recorded.ts';
import { sloGroup } from './slo/recordings.ts';
import { readText } from './template.ts';

/** What the expressions of a set may read. */
export const vocabulary = ({
  metrics,
  recorded,
  targetLabels = [],
}: Pick<RuleSet, 'metrics' | 'recorded'> & Partial<Pick<RuleSet, 'targetLabels'>>): Vocabulary => ({
  metrics,
  recorded,
  targetLabels,
});

/** Every series that is recorded: those that ship, and a user's own with the labels that their rules yield. */
export function recordedSeries(
  own: readonly Recording[],
  metrics: RuleSet['metrics'],
  targetLabels: RuleSet['targetLabels'],
): Record<string, RecordedSeries> {
  const recorded: Record<string, RecordedSeries> = { ...RECORDED };
  for (const { record, expr, labels = {}, help } of own) {
    if (Object.hasOwn(RECORDED, record)) continue;
    const words = { metrics, recorded, targetLabels };
    const root = tryParse(expr);
    const yielded = root ? resultLabels(root, words).labels : [];
    const all = new Set([...(recorded[record]?.labels ?? []), ...yielded, ...Object.keys(labels)]);
    recorded[record] = { labels: [...all], help };
  }
  return recorded;
}

/** What there is to say about a set of rules, a line each, with the file and name of the rule. */
export interface Judgement {
  /** What is wrong: the set is refused. */
  readonly problems: readonly string[];
  /** What is seldom meant, or not known: it is told, and the set is taken. */
  readonly advice: readonly string[];
}

/** Everything wrong with a set of rules, each with the rule's file and name. Empty where it is sound. */
export const checkRules = (set: RuleSet): readonly string[] => judgeRules(set).problems;

/** Holds every rule of a set against what is known of metrics, labels and texts. */
export function judgeRules(set: RuleSet): Judgement {
  const words = vocabulary(set);
  const found = set.groups.flatMap((group) =>
    group.rules.flatMap((rule) =>
      checkRule(rule, ownerOf(rule, set), words).map(({ level, message }) => ({
        level,
        message: `${sloOf(rule, set) ?? placeOf(rule)}: ${message}`,
      })),
    ),
  );
  const of = (level: Problem['level']) =>
    found.filter((each) => each.level === level).map(({ message }) => message);
  return {
    problems: [...of('error'), ...duplicates(set.alerts), ...duplicateRecordings(set.recordings)],
    advice: of('advice'),
  };
}

/** The SLO of a user's that a recording rule belongs to, and its file. */
function sloOf(rule: Recording | ResolvedAlert, { slos }: RuleSet): string | undefined {
  const slo = slos.find(({ name }) => rule.group === sloGroup(name));
  return slo === undefined || slo.origin === 'built-in' ? undefined : `${slo.origin}: SLO ${slo.name}`;
}

/** Who wrote a rule, which says how its findings count. */
type Owner = 'project' | 'user' | 'import';

function ownerOf(rule: Recording | ResolvedAlert, { slos }: Pick<RuleSet, 'slos'>): Owner {
  // What an SLO makes is as good as the SLO.
  const slo = slos.find(({ name }) => rule.group === sloGroup(name));
  if (rule.imported || slo?.imported) return 'import';
  const origin = slo?.origin ?? rule.origin;
  return origin === undefined || origin === 'built-in' ? 'project' : 'user';
}

export const placeOf = (rule: Recording | ResolvedAlert): string =>
  isAlert(rule)
    ? `${rule.origin === 'built-in' ? `${rule.group}.yaml` : rule.origin}: alert ${rule.name}`
    : `${rule.origin ?? `${rule.group}.yaml`}: recording rule ${rule.record}`;

/** Findings that refuse a rule whoever wrote it: Prometheus refuses them as well. */
const REFUSED = new Set(['syntax', 'experimental-function', 'text', 'taken', 'reserved-label']);

/** Findings that say nothing yet about a rule of another form: they are asked for by name instead. */
const ASKED = new Set(['unknown-metric', 'no-proof']);

function checkRule(rule: Recording | ResolvedAlert, owner: Owner, words: Vocabulary): Problem[] {
  const found = findings(rule, words);
  const allowed = new Set(rule.allow?.map(({ check }) => check));
  return found.flatMap((each): Problem[] => {
    if (allowed.has(each.check) && !REFUSED.has(each.check)) return [];
    if (owner === 'user' || REFUSED.has(each.check)) return [each];
    if (owner === 'import') return ASKED.has(each.check) ? [] : [{ ...each, level: 'advice' }];
    // What ships keeps to the advice too, but for its texts, which a stack may override.
    return each.check === 'text-label' ? [each] : [{ ...each, level: 'error' }];
  });
}

function findings(rule: Recording | ResolvedAlert, words: Vocabulary): Problem[] {
  const problems = checkProblems(rule.expr, words);
  const root = tryParse(rule.expr);
  if (root === undefined) return problems;
  const yielded = resultLabels(root, words);
  return [...problems, ...(isAlert(rule) ? checkAlert(rule, yielded) : checkRecording(rule, yielded))];
}

const error = (check: string, message: string): Problem => ({ check, level: 'error', message });

function checkRecording(rule: Recording, yielded: LabelSet): Problem[] {
  if (rule.origin !== undefined) {
    return [
      ...(Object.hasOwn(RECORDED, rule.record)
        ? [error('taken', 'the name is taken by a series that ships')]
        : []),
      ...Object.keys(rule.labels ?? {})
        .filter((label) => RESERVED_LABELS.includes(label))
        .map((label) =>
          error('sets-label', `sets the label “${label}”, which Prometheus or Alertmanager sets itself`),
        ),
    ];
  }
  if (!Object.hasOwn(RECORDED, rule.record))
    return [error('taken', `${rule.record} is missing in the list of recorded series`)];
  const promised: readonly string[] = RECORDED[rule.record as keyof typeof RECORDED].labels;
  const labels = yielded.labels.union(new Set(Object.keys(rule.labels ?? {})));
  return promised
    .filter((label) => !labels.has(label) && !yielded.any)
    .map((label) =>
      error('unknown-label', `promises the label “${label}”, which its expression does not yield`),
    );
}

function checkAlert(rule: ResolvedAlert, { labels, any }: LabelSet): Problem[] {
  const texts = [
    ...Object.entries(rule.annotations).map(([key, text]) => ({ where: `annotation ${key}`, text })),
    ...Object.entries(rule.labels).map(([key, text]) => ({ where: `label ${key}`, text })),
  ].map(({ where, text }) => ({ where, ...readText(text) }));
  const shown = new Set(texts.flatMap((each) => each.labels));
  return [
    ...texts.flatMap(({ where, problems }) =>
      problems.map((message) => error('text', `${where}: Prometheus refuses this text: ${message}`)),
    ),
    ...[...shown]
      .filter((label) => !any && !labels.has(label))
      .map(
        (label): Problem => ({
          check: 'text-label',
          level: 'advice',
          message: `its text uses the label “${label}”; there are ${[...labels].join(', ') || 'none'}`,
        }),
      ),
    ...(Number.isNaN(seconds(rule.for))
      ? [error('text', `for: “${rule.for}” is no duration, such as 2m`)]
      : []),
    ...(rule.proofs.length + (rule.timelines?.length ?? 0) === 0
      ? [error('no-proof', 'has no boundary case')]
      : []),
  ];
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

/** In a file of Prometheus's own form one name may stand for several severities. */
const together = (one: ResolvedAlert, other: ResolvedAlert): boolean =>
  one.imported === true && other.imported === true && one.origin === other.origin;

function duplicates(alerts: readonly ResolvedAlert[]): string[] {
  const seen = new Map<string, ResolvedAlert>();
  const shared = new Map(alerts.map((alert) => [alert.alertname, alert]));
  return alerts.flatMap((alert) => {
    if (alert.alertname === undefined && shared.has(alert.name)) {
      return [
        `${placeOf(alert)}: the name is that of an alert of each service of your own; give yours another name`,
      ];
    }
    const first = seen.get(alert.name);
    if (first === undefined) {
      seen.set(alert.name, alert);
      return [];
    }
    if (together(first, alert)) return [];
    const taken = first.origin === 'built-in' ? `${first.group}.yaml (built-in)` : first.origin;
    return [
      `${placeOf(alert)}: the name is taken by an alert in ${taken}; give yours another name, or leave the other out: rules.alerts.${alert.name}.off`,
    ];
  });
}
