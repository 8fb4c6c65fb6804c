import { seconds } from '../../../lib/promql/parse.ts';
import { SEVERITIES, type Severity } from '../../../rules/index.ts';
import { labelsAskedFor } from '../arrivals.ts';
import { type Change, compared, counted, type Effect, list } from '../change.ts';
import { describeDifference, differences } from '../differences.ts';
import { normal } from '../expressions.ts';
import type { AlertModel, Model } from '../model.ts';
import { describeAudience } from '../notified.ts';
import { inUnit, later, wording } from '../values.ts';
import { conditionChanges } from './condition.ts';

const change = (alert: AlertModel, text: string, effect: Effect, more: Partial<Change> = {}): Change => ({
  area: 'alert',
  subject: alert.name,
  kind: 'changed',
  text,
  effect,
  ...more,
});

interface Pair {
  readonly was: AlertModel;
  readonly now: AlertModel;
}

/** The alerts that both versions have, and those of one alone. One that has another name and the same condition was renamed. */
export function pairAlerts(before: Model, after: Model) {
  const { added, removed, both } = compared(before.alerts, after.alerts);
  const left = new Set(removed.map(([, alert]) => alert));
  const renamed = added.flatMap(([, now]): Pair[] => {
    const was = [...left].find((old) => essence(old) === essence(now));
    if (was !== undefined) left.delete(was);
    return was === undefined ? [] : [{ was, now }];
  });
  const come = added.map(([, alert]) => alert).filter((alert) => !renamed.some(({ now }) => now === alert));
  return { removed: [...left], added: come, renamed, both: [...both, ...renamed] };
}

/** What happens to alerts. */
export function alertChanges(before: Model, after: Model): readonly Change[] {
  const { removed, added, renamed, both } = pairAlerts(before, after);
  const asked = labelsAskedFor(before).union(labelsAskedFor(after));
  return [
    ...removed.map(removal),
    ...added.map(addition),
    ...renamed.map(({ was, now }) =>
      change(now, `renamed, it was ${was.name}: silences and links by name no longer hold`, 'neutral'),
    ),
    ...both.flatMap(({ was, now }) => alterations(was, now, asked)),
    ...evaluated(both),
    ...regrouped(both),
  ];
}

const essence = ({ expr, for: wait, labels }: AlertModel) =>
  JSON.stringify([normal(expr), wait, Object.entries(labels).sort()]);

const severityOf = ({ labels }: AlertModel) => labels.severity ?? 'no severity';

/** `critical, over 0.15 s for 2m, notifies pagerduty`. */
function summary(alert: AlertModel): string {
  const { threshold } = alert;
  const limit =
    threshold &&
    `${threshold.direction === 'above' ? 'over' : 'under'} ${inUnit(threshold.value, threshold.unit)}`;
  const wait = alert.for === '0s' ? 'at once' : `for ${alert.for}`;
  return `${severityOf(alert)}, ${[limit, wait].filter(Boolean).join(' ')}, notifies ${list(alert.notified.map(describeAudience))}`;
}

const removal = (alert: AlertModel): Change =>
  change(alert, `removed (${summary(alert)})`, 'weaker', {
    kind: 'removed',
    loss: 'silent',
    before: alert.expr,
  });

const addition = (alert: AlertModel): Change =>
  change(alert, `added (${summary(alert)})`, 'stricter', { kind: 'added', after: alert.expr });

function alterations(was: AlertModel, now: AlertModel, asked: ReadonlySet<string>): readonly Change[] {
  return [
    ...conditionChanges(was, now),
    ...duration(was, now),
    ...nameChange(was, now),
    ...severityChange(was, now),
    ...labelChanges(was, now, asked),
    ...textChanges(was, now),
    ...differences(was.rest, now.rest).map((each) => change(now, describeDifference(each), 'unclear')),
  ];
}

function duration(was: AlertModel, now: AlertModel): readonly Change[] {
  const [before, after] = [seconds(was.for), seconds(now.for)];
  const kept =
    seconds(was.keepFiringFor) === seconds(now.keepFiringFor)
      ? []
      : [change(now, `keep_firing_for ${was.keepFiringFor} → ${now.keepFiringFor}`, 'unclear')];
  if (before === after) return kept;
  const isLater = after > before;
  return [
    change(
      now,
      `for ${was.for} → ${now.for}, fires ${isLater ? 'later' : 'sooner'}`,
      isLater ? 'weaker' : 'stricter',
      { loss: 'later' },
    ),
    ...kept,
  ];
}

/** The name in messages, which may change while settings keep theirs. A rename of both is told by itself. */
const nameChange = (was: AlertModel, now: AlertModel): readonly Change[] =>
  was.alertname === now.alertname || was.name !== now.name
    ? []
    : [
        change(
          now,
          `arrives as ${now.alertname}, it was ${was.alertname}: silences and links by name no longer hold`,
          'neutral',
        ),
      ];

function severityChange(was: AlertModel, now: AlertModel): readonly Change[] {
  const [before, after] = [severityOf(was), severityOf(now)];
  if (before === after) return [];
  const rank = (name: string) =>
    SEVERITIES.includes(name as Severity) ? SEVERITIES.indexOf(name as Severity) : SEVERITIES.length;
  const lower = rank(after) > rank(before);
  return [
    change(
      now,
      `severity ${before} → ${after}, ${lower ? 'less' : 'more'} urgent`,
      lower ? 'weaker' : 'stricter',
      { loss: 'silent' },
    ),
  ];
}

const isTemplate = (text: string): boolean => text.includes('{{');

/**
 * Labels: who is told for them is simulated and told by itself, and what people match on is not known.
 * @param asked labels that decide what becomes of an alert
 */
function labelChanges(was: AlertModel, now: AlertModel, asked: ReadonlySet<string>): readonly Change[] {
  const { added, removed, both } = compared(asMap(was.labels), asMap(now.labels));
  const templated = (value: string) =>
    isTemplate(value) ? ': a template, so that each value of it is an alert of its own' : '';
  return [
    ...added.map(([label, value]) =>
      change(
        now,
        `label ${label}="${value}" added${templated(value) || (asked.has(label) ? ', which decides who is told, with what' : '')}`,
        isTemplate(value) || asked.has(label) ? 'unclear' : 'neutral',
      ),
    ),
    ...removed.map(([label, value]) => change(now, `label ${label}="${value}" removed`, 'unclear')),
    ...both
      .filter((each) => each.name !== 'severity' && each.was !== each.now)
      .map((each) =>
        change(now, `label ${each.name} "${each.was}" → "${each.now}"${templated(each.now)}`, 'unclear'),
      ),
  ];
}

/** The texts that people read. */
function textChanges(was: AlertModel, now: AlertModel): readonly Change[] {
  const texts = compared(asMap(was.annotations), asMap(now.annotations));
  return [
    ...texts.added.map(([name, text]) => change(now, `${name} added`, 'neutral', { after: text })),
    ...texts.removed.map(([name, text]) => change(now, `${name} removed`, 'neutral', { before: text })),
    ...texts.both
      .filter((each) => words(each.was) !== words(each.now))
      .map((each) => change(now, `${each.name} ${wording(each.was, each.now)}`, 'neutral')),
  ];
}

/** Alerts that are evaluated more rarely or more often, those with the same change together. */
function evaluated(pairs: readonly Pair[]): readonly Change[] {
  const moved = pairs.filter(({ was, now }) => seconds(was.interval) !== seconds(now.interval));
  return together(moved, ({ was, now }) => {
    const isLater = seconds(now.interval) > seconds(was.interval);
    return {
      text: `evaluated every ${was.interval} → ${now.interval}${isLater ? `: up to ${later(was.interval, now.interval)} later` : ''}`,
      effect: isLater ? 'weaker' : 'stricter',
      loss: 'later',
    };
  });
}

/** Alerts in another group: their state begins anew. */
function regrouped(pairs: readonly Pair[]): readonly Change[] {
  const moved = pairs.filter(({ was, now }) => was.group !== now.group);
  return together(moved, ({ was, now }) => ({
    text: `moved from the group ${was.group} to ${now.group}: what waits or fires begins anew once`,
    effect: 'unclear',
  }));
}

/** One change for all alerts with the same words; a list of names where there are several. */
export function together(
  pairs: readonly Pair[],
  describe: (pair: Pair) => Pick<Change, 'text' | 'effect' | 'loss'>,
  area: Change['area'] = 'alert',
): readonly Change[] {
  const described = pairs.map((pair) => ({ pair, told: describe(pair) }));
  return [...Map.groupBy(described, ({ told }) => told.text).values()].flatMap((group): Change[] => {
    const [first] = group;
    if (first === undefined) return [];
    const names = group.map(({ pair }) => pair.now.name).sort();
    return [
      {
        area,
        subject: names.length === 1 ? names.join() : counted(names.length, 'alert'),
        kind: 'changed',
        ...first.told,
        ...(names.length === 1 ? {} : { reaches: names }),
      },
    ];
  });
}

const asMap = (record: Readonly<Record<string, string>>) => new Map(Object.entries(record));
const words = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
