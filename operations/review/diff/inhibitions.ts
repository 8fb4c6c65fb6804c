import type { InhibitRule } from '../../../notifications/config.ts';
import type { AlertmanagerConfig, Labels } from '../../../notifications/index.ts';
import { formatMatcher, matchesAll, parseMatcher } from '../../../notifications/matcher.ts';
import { SEVERITIES, type Severity } from '../../../rules/index.ts';
import { fixedLabels } from '../arrivals.ts';
import { type Change, compared, type Effect, named } from '../change.ts';
import { describeDifference, differences } from '../differences.ts';
import { type MutedPair, mutedPairs, pairKey } from '../inhibited.ts';
import type { AlertModel, Model } from '../model.ts';
import { covers } from '../notified.ts';
import { pairAlerts } from './alerts.ts';

/**
 * What keeps what quiet, by the pairs of alerts that come of it. A rule of which the simulation knows no pair is harmless
 * only where no label that data may bring makes one.
 */
export function inhibitionChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(rulesOf(before.alertmanager), rulesOf(after.alertmanager));
  const changed = both.filter((each) => differences(each.was, each.now).length > 0);
  const relabelled = relabelledAlerts(before, after);
  if (added.length + removed.length + changed.length + relabelled.size === 0) return [];
  const pairs = movedPairs(before, after);
  const renamed = added.flatMap(([name, now]) => {
    const old = removed.find(([, was]) => sameRule(was, now));
    return old === undefined ? [] : [{ name, old: old[0] }];
  });
  const isRenamed = (name: string) => renamed.some((each) => each.name === name || each.old === name);
  const fresh = added.filter(([name]) => !isRenamed(name));
  const isNew = (name: string) => !pairs.old.has(name);
  /** What a pair does that nobody is known to lose a message by: all hear of a new source who would hear of the target. */
  const isHarmless = ({ source, target }: Pick<MutedPair, 'source' | 'target'>) =>
    isNew(target) || (isNew(source) && isToldOf(after.alerts.get(source), after.alerts.get(target)));
  const told = (rule: InhibitRule, words: string, kind: Change['kind'], isSafe: boolean): Change => {
    const of = (all: readonly MutedPair[]) => all.filter((pair) => pair.rule === rule.name);
    const [mutes, frees] = [of(pairs.more), of(pairs.fewer)];
    const doubtful = isSafe ? [] : possiblePairs(rule, after).filter((pair) => !isHarmless(pair));
    const lost = mutes.filter((pair) => !isHarmless(pair));
    const effect = lost.some(({ source }) => !isNew(source))
      ? 'weaker'
      : lost.length + doubtful.length > 0
        ? 'unclear'
        : frees.length > 0
          ? 'stricter'
          : 'neutral';
    const mutual = [...mutes, ...frees];
    const outcome = [
      mutual.length > 0
        ? pairs.total
        : `no pair of alerts is ${effect === 'unclear' ? 'known to be ' : ''}muted or freed by it`,
      ...(mutes.length > 0 ? [`now kept quiet too: ${named(mutes.map(({ target }) => target))}`] : []),
      ...(lost.length === 0 && doubtful.length > 0 ? [doubt(rule, doubtful, after)] : []),
    ];
    return change(`inhibition ${rule.name}`, [words, ...outcome].join('; '), effect, {
      kind,
      ...(mutual.length > 0 ? { after: mutual.map(pairKey).join('\n') } : {}),
    });
  };
  return [
    ...renamed.map(({ name, old }) =>
      change(`inhibition ${name}`, `renamed, it was ${old}: it mutes what it muted`, 'neutral'),
    ),
    ...removed
      .filter(([name]) => !isRenamed(name))
      .map(([, rule]) => told(rule, `removed (${ruleText(rule)})`, 'removed', true)),
    ...fresh.map(([, rule]) => told(rule, `added (${ruleText(rule)})`, 'added', false)),
    ...changed.map(({ was, now }) =>
      told(now, differences(was, now).map(describeDifference).join('; '), 'changed', isNarrower(was, now)),
    ),
    ...byAlerts(
      pairs.more
        .filter(({ source, target }) => relabelled.has(source) || relabelled.has(target))
        .filter(
          ({ rule }) => !fresh.some(([name]) => name === rule) && !changed.some(({ name }) => name === rule),
        ),
      isNew,
      after,
    ),
  ];
}

const ruleText = ({ source_matchers, target_matchers, equal = [] }: InhibitRule): string =>
  `${source_matchers.join(', ')} mutes ${target_matchers.join(', ')}${equal.length > 0 ? `, where ${equal.join(', ')} are equal` : ''}`;

function change(subject: string, text: string, effect: Effect, more: Partial<Change> = {}): Change {
  return { area: 'notification', subject, kind: 'changed', text, effect, loss: 'silent', ...more };
}

const matchersOf = (matchers: readonly string[] = []): readonly string[] =>
  matchers.map((text) => formatMatcher(parseMatcher(text))).sort();

/** Rules by name, each in one spelling and order. */
function rulesOf({ inhibit_rules: rules = [] }: AlertmanagerConfig): ReadonlyMap<string, InhibitRule> {
  return new Map(
    rules.map((rule, index) => [
      rule.name ?? `rule ${index + 1}`,
      {
        ...rule,
        source_matchers: matchersOf(rule.source_matchers),
        target_matchers: matchersOf(rule.target_matchers),
        equal: [...(rule.equal ?? [])].sort(),
      },
    ]),
  );
}

const sameRule = ({ name: _, ...was }: InhibitRule, { name: __, ...now }: InhibitRule): boolean =>
  differences(was, now).length === 0;

/** Whether a rule mutes nothing that it did not mute: it asks for all that it asked for, and for more. */
function isNarrower(was: InhibitRule, now: InhibitRule): boolean {
  const within = (some: readonly string[] = [], others: readonly string[] = []) =>
    some.every((each) => others.includes(each));
  return (
    within(was.source_matchers, now.source_matchers) &&
    within(was.target_matchers, now.target_matchers) &&
    within(was.equal, now.equal)
  );
}

interface MovedPairs {
  /** Names of the alerts that both versions have, as the later one calls them. */
  readonly old: ReadonlySet<string>;
  /** Pairs that are muted anew and of which both versions have the target. */
  readonly more: readonly MutedPair[];
  /** Pairs that are muted no more, of alerts that both versions have. */
  readonly fewer: readonly MutedPair[];
  readonly total: string;
}

/** Pairs that come and go, an alert that was renamed under its new name. */
function movedPairs(before: Model, after: Model): MovedPairs {
  const names = new Map(pairAlerts(before, after).both.map(({ was, now }) => [was.name, now.name]));
  const is = mutedPairs(after.alertmanager, after.labelSets);
  const was = new Map(
    [...mutedPairs(before.alertmanager, before.labelSets).values()].map((pair) => {
      const { source, target } = pair;
      const now = { ...pair, source: names.get(source) ?? source, target: names.get(target) ?? target };
      return [pairKey(now), now];
    }),
  );
  const { added, removed } = compared(was, is);
  const old = new Set(names.values());
  return {
    old,
    more: added.map(([, pair]) => pair).filter(({ target }) => old.has(target)),
    fewer: removed.map(([, pair]) => pair).filter(({ source, target }) => old.has(source) && old.has(target)),
    total: `muted pairs ${was.size} → ${is.size}`,
  };
}

/** Names of the alerts that are new, or arrive with other labels than before. */
function relabelledAlerts(before: Model, after: Model): ReadonlySet<string> {
  const { added, both } = pairAlerts(before, after);
  const moved = both.filter(({ was, now }) => !sameLabels(was.sent, now.sent)).map(({ now }) => now);
  return new Set([...added, ...moved].map(({ name }) => name));
}

const sameLabels = (was: Labels | undefined, now: Labels | undefined): boolean =>
  differences(was, now).length === 0;

/** Pairs that come of alerts, since their labels changed or their source is new, and of no rule. */
function byAlerts(
  pairs: readonly MutedPair[],
  isNew: (name: string) => boolean,
  after: Model,
): readonly Change[] {
  return [...Map.groupBy(pairs, ({ source, rule }) => `${source} ${rule}`).values()].map((group) => {
    const [{ source = '', rule = '' } = {}] = group;
    const targets = group.map(({ target }) => target);
    const isCovered = targets.every((name) => isToldOf(after.alerts.get(source), after.alerts.get(name)));
    const words = `while it fires, ${named(targets)} ${targets.length === 1 ? 'is' : 'are'} kept quiet (inhibition ${rule})`;
    return change(
      source,
      isCovered ? `${words}, and all who would hear of that hear of this` : words,
      isCovered ? 'neutral' : isNew(source) ? 'unclear' : 'weaker',
      { after: group.map(pairKey).join('\n'), reaches: targets },
    );
  });
}

const urgency = ({ labels }: AlertModel): number => {
  const rank = SEVERITIES.indexOf(labels.severity as Severity);
  return rank < 0 ? SEVERITIES.length : rank;
};

/** Whether everybody who would hear of an alert that is no page hears of what mutes it, with no less urgency. */
const isToldOf = (source: AlertModel | undefined, target: AlertModel | undefined): boolean =>
  source !== undefined &&
  target !== undefined &&
  target.labels.severity !== 'critical' &&
  urgency(source) <= urgency(target) &&
  target.notified.every((each) => source.notified.some((other) => covers(other, each)));

type Names = Pick<MutedPair, 'source' | 'target'>;

/** The pairs that a rule may mute, whatever labels data brings: more than it ever will, and never fewer. */
function possiblePairs(rule: InhibitRule, { alerts }: Model): readonly Names[] {
  const all = [...alerts.values()]
    .filter(({ sent }) => sent !== undefined)
    .map((alert) => ({ name: alert.name, fixed: fixedLabels(alert) }));
  /** Matchers that are decided by what an alert always has; any other may hold. */
  const decided = (matchers: readonly string[], fixed: Labels) =>
    matchers.filter((text) => parseMatcher(text).label in fixed);
  const may = (matchers: readonly string[], fixed: Labels) => matchesAll(decided(matchers, fixed), fixed);
  const must = (matchers: readonly string[], fixed: Labels) =>
    decided(matchers, fixed).length === matchers.length && matchesAll(matchers, fixed);
  const isPair = (source: Labels, target: Labels) =>
    (rule.equal ?? []).every(
      (label) => !(label in source && label in target) || source[label] === target[label],
    ) &&
    // An alert on both sides is not muted by another one on both.
    !(must(rule.target_matchers, source) && must(rule.source_matchers, target));
  const sources = all.filter(({ fixed }) => may(rule.source_matchers, fixed));
  return all
    .filter(({ fixed }) => may(rule.target_matchers, fixed))
    .flatMap((target) =>
      sources
        .filter((source) => isPair(source.fixed, target.fixed))
        .map((source) => ({ source: source.name, target: target.name })),
    );
}

/** `A may be, where data brings instance`. */
function doubt(rule: InhibitRule, pairs: readonly Names[], { alerts }: Model): string {
  const names = pairs.map(({ target }) => target);
  const asked = [...rule.source_matchers, ...rule.target_matchers].map((text) => parseMatcher(text).label);
  const of = [...new Set(pairs.flatMap(({ source, target }) => [source, target]))].flatMap(
    (name) => alerts.get(name) ?? [],
  );
  const brought = [...new Set([...asked, ...(rule.equal ?? [])])].filter((label) =>
    of.some((alert) => !(label in fixedLabels(alert))),
  );
  return `${named(names)} may be${brought.length > 0 ? `, where data brings ${brought.join(', ')}` : ''}`;
}
