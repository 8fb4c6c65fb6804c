import { SEVERITIES, type Severity } from '../../rules/index.ts';
import { canonical } from '../../rules/promql/canonical.ts';
import { seconds } from '../../rules/promql/parse.ts';
import { looser } from '../../rules/threshold.ts';
import { type Change, compared, type Effect, list } from '../change.ts';
import type { AlertModel, Model } from '../model.ts';
import { describeAudience } from '../notified.ts';
import { growth, inUnit, wording } from '../values.ts';
import { expressionChanges } from './expression.ts';

const change = (alert: AlertModel, text: string, effect: Effect, more: Partial<Change> = {}): Change => ({
  area: 'alert',
  subject: alert.name,
  kind: 'changed',
  text,
  effect,
  ...more,
});

/** What happens to alerts. An alert that has another name and is the same otherwise was renamed. */
export function alertChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(before.alerts, after.alerts);
  const renamed = added.flatMap(([, now]) => {
    const was = removed.find(([, old]) => essence(old) === essence(now))?.[1];
    return was === undefined ? [] : [{ was, now }];
  });
  const isRenamed = (alert: AlertModel) => renamed.some(({ was, now }) => was === alert || now === alert);
  return [
    ...removed
      .map(([, alert]) => alert)
      .filter((alert) => !isRenamed(alert))
      .map(removal),
    ...added
      .map(([, alert]) => alert)
      .filter((alert) => !isRenamed(alert))
      .map(addition),
    ...renamed.map(({ was, now }) =>
      change(now, `renamed, it was ${was.name}: silences and links by name no longer hold`, 'neutral'),
    ),
    ...both.flatMap(({ was, now }) => alterations(was, now)),
  ];
}

const essence = ({ expr, for: wait, labels }: AlertModel) =>
  JSON.stringify([canonical(expr), wait, Object.entries(labels).sort()]);

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
  change(alert, `removed (${summary(alert)})`, 'weaker', { kind: 'removed', before: alert.expr });

const addition = (alert: AlertModel): Change =>
  change(alert, `added (${summary(alert)})`, 'stricter', { kind: 'added', after: alert.expr });

function alterations(was: AlertModel, now: AlertModel): readonly Change[] {
  return [
    ...thresholdChange(was, now),
    ...expressionChanges({
      area: 'alert',
      subject: now.name,
      was: was.expr,
      now: now.expr,
      ignore: thresholdIn(was, now),
    }),
    ...duration(was, now),
    ...severityChange(was, now),
    ...textChanges(was, now),
  ];
}

function thresholdChange({ threshold: was }: AlertModel, alert: AlertModel): readonly Change[] {
  const now = alert.threshold;
  if (was === undefined || now === undefined) return [];
  if (was.direction !== now.direction)
    return [change(alert, `fires ${now.direction} its threshold, it fired ${was.direction} it`, 'weaker')];
  if (was.value === now.value) return [];
  const effect = looser(now.value, was.value, now.direction) ? 'weaker' : 'stricter';
  const word = effect === 'weaker' ? 'looser' : 'stricter';
  const unit = now.unit ?? was.unit;
  return [
    change(
      alert,
      `threshold ${inUnit(was.value, unit)} → ${inUnit(now.value, unit)}${growth(was.value, now.value)}, ${word}`,
      effect,
    ),
  ];
}

/** Whether a number of the expression is the threshold, which has been told already. */
const thresholdIn = (was: AlertModel, now: AlertModel) => (before: string, after: string) =>
  Number(before) === was.threshold?.value && Number(after) === now.threshold?.value;

function duration(was: AlertModel, now: AlertModel): readonly Change[] {
  const [before, after] = [seconds(was.for), seconds(now.for)];
  const kept =
    was.keepFiringFor === now.keepFiringFor
      ? []
      : [change(now, `keep_firing_for ${was.keepFiringFor} → ${now.keepFiringFor}`, 'neutral')];
  if (before === after) return kept;
  const later = after > before;
  return [
    change(
      now,
      `for ${was.for} → ${now.for}, fires ${later ? 'later' : 'sooner'}`,
      later ? 'weaker' : 'stricter',
    ),
    ...kept,
  ];
}

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
    ),
  ];
}

/** Labels, and the texts that people read. */
function textChanges(was: AlertModel, now: AlertModel): readonly Change[] {
  const labels = compared(asMap(was.labels), asMap(now.labels));
  const texts = compared(asMap(was.annotations), asMap(now.annotations));
  return [
    ...labels.added.map(([label, value]) => change(now, `label ${label}="${value}" added`, 'neutral')),
    ...labels.removed.map(([label, value]) => change(now, `label ${label}="${value}" removed`, 'neutral')),
    ...labels.both
      .filter((each) => each.name !== 'severity' && each.was !== each.now)
      .map((each) => change(now, `label ${each.name} "${each.was}" → "${each.now}"`, 'neutral')),
    ...texts.added.map(([name, text]) => change(now, `${name} added`, 'neutral', { after: text })),
    ...texts.removed.map(([name, text]) => change(now, `${name} removed`, 'neutral', { before: text })),
    ...texts.both
      .filter((each) => words(each.was) !== words(each.now))
      .map((each) => change(now, `${each.name} ${wording(each.was, each.now)}`, 'neutral')),
  ];
}

const asMap = (record: Readonly<Record<string, string>>) => new Map(Object.entries(record));
const words = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
