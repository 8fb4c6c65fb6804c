import { seconds } from '../../../lib/promql/parse.ts';
import { type Change, compared, counted, type Effect, named } from '../change.ts';
import { describeDifference, differences } from '../differences.ts';
import { nearly, sameExpression, withNumbers } from '../expressions.ts';
import { describeReaders, graphOf, type Readers } from '../graph.ts';
import type { Model, RecordingModel, SloModel } from '../model.ts';
import { later } from '../values.ts';
import { expressionChanges } from './expression.ts';

interface Told {
  readonly rule: RecordingModel;
  readonly change: Change;
}

/**
 * What happens to recording rules, with all that reads them: a recording is no more harmless than the alerts, SLOs and
 * panels that it feeds. Those of one SLO are told together. One that only got another name has it in both versions.
 */
export function recordingChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(before.recordings, after.recordings);
  const [readBefore, readAfter] = [graphOf(before), graphOf(after)];
  const told: readonly Told[] = [
    ...removed.map(([key, rule]) => ({
      rule,
      change: removal(key, rule, readBefore(rule.record), readAfter(rule.record)),
    })),
    ...added.map(([key, rule]) => ({
      rule,
      // What nobody read under that name before has new readers alone, which are told by themselves.
      change: addition(key, rule, isRead(readBefore(rule.record)) ? readAfter(rule.record) : NOBODY),
    })),
    ...both.flatMap(({ name, was, now }) =>
      alterations(name, was, now, readAfter(now.record)).map((change) => ({
        rule: now,
        change: followsFrom(
          was,
          now,
          before.slos.get(was.labels.slo ?? ''),
          after.slos.get(now.labels.slo ?? ''),
        )
          ? follow(change)
          : change,
      })),
    ),
  ];
  return [
    ...ofSlos(told),
    ...evaluated(
      both.map(({ was, now }) => ({ was, now })),
      readAfter,
    ),
  ];
}

const NOBODY: Readers = { alerts: [], slos: [], panels: [] };

const isRead = ({ alerts, slos, panels }: Readers): boolean =>
  alerts.length + slos.length + panels.length > 0;

const reaches = ({ alerts, slos, panels }: Readers) => ({
  reaches: [...alerts, ...slos.map((name) => `SLO ${name}`), ...panels],
});

function one(subject: string, text: string, effect: Effect, more: Partial<Change> = {}): Change {
  return { area: 'recording', subject, kind: 'changed', text, effect, ...more };
}

function removal(key: string, { expr, record }: RecordingModel, read: Readers, still: Readers): Change {
  if (!isRead(read))
    return one(key, 'removed; nothing read it', 'neutral', { kind: 'removed', before: expr });
  if (!isRead(still))
    return one(key, `removed, and what read it no longer does (${describeReaders(read)})`, 'unclear', {
      kind: 'removed',
      before: expr,
      ...reaches(read),
    });
  return one(key, `removed, and still read as ${record} by ${describeReaders(still)}`, 'weaker', {
    kind: 'removed',
    loss: 'silent',
    before: expr,
    ...reaches(still),
  });
}

/** @param read who reads the series under that name already. */
function addition(key: string, { expr }: RecordingModel, read: Readers): Change {
  return isRead(read)
    ? one(key, `added: one more series under a name that ${describeReaders(read)} read`, 'unclear', {
        kind: 'added',
        after: expr,
        ...reaches(read),
      })
    : one(key, 'added', 'neutral', { kind: 'added', after: expr });
}

function alterations(
  key: string,
  was: RecordingModel,
  now: RecordingModel,
  read: Readers,
): readonly Change[] {
  const found = [
    ...expressionChanges({ area: 'recording', subject: key, was: was.expr, now: now.expr }),
    ...differences(was.rest, now.rest).map((each) => one(key, describeDifference(each), 'unclear')),
    ...(was.group === now.group
      ? []
      : [one(key, `moved from the group ${was.group} to ${now.group}`, 'unclear' as const)]),
  ];
  return found.map((change) =>
    isRead(read)
      ? { ...change, text: `${change.text}; read by ${describeReaders(read)}`, ...reaches(read) }
      : { ...change, effect: 'neutral', text: `${change.text}; nothing reads it` },
  );
}

/** Whether nothing but an objective moved, in the numbers that say it. */
function followsFrom(
  was: RecordingModel,
  now: RecordingModel,
  old: SloModel | undefined,
  fresh: SloModel | undefined,
): boolean {
  if (old === undefined || fresh === undefined || old.objective === fresh.objective) return false;
  const moved = withNumbers(was.expr, (value) => {
    if (nearly(value, old.objective)) return fresh.objective;
    return nearly(value, 1 - old.objective) ? Number((1 - fresh.objective).toPrecision(12)) : value;
  });
  return moved !== undefined && sameExpression(moved.source, now.expr);
}

const follow = (change: Change): Change => ({
  ...change,
  effect: 'neutral',
  text: 'changed with the objective',
});

/** Rules of one SLO with the same effect together, since they come of it. */
function ofSlos(each: readonly Told[]): readonly Change[] {
  const groups = Map.groupBy(each, ({ rule, change }) =>
    change.renames === undefined && rule.labels.slo
      ? `${rule.labels.slo} ${change.kind} ${change.effect}`
      : undefined,
  );
  return [...groups].flatMap(([slo, found]) => {
    const [first] = found;
    if (slo === undefined || found.length === 1 || first === undefined)
      return found.map(({ change }) => change);
    const names = [...new Set(found.map(({ rule }) => rule.record))];
    const { kind, effect, before, after } = first.change;
    const reached = [...new Set(found.flatMap(({ change }) => change.reaches ?? []))];
    return [
      {
        area: 'recording',
        subject: `SLO ${first.rule.labels.slo}`,
        kind,
        text: `${found.length} rules ${kind}: ${names.join(', ')}`,
        effect,
        ...(effect === 'neutral'
          ? {}
          : { ...(before && { before }), ...(after && { after }), reaches: reached }),
      } satisfies Change,
    ];
  });
}

interface Pair {
  readonly was: RecordingModel;
  readonly now: RecordingModel;
}

/** Recordings that are evaluated more rarely delay what reads them. */
function evaluated(pairs: readonly Pair[], read: (series: string) => Readers): readonly Change[] {
  const moved = pairs.filter(({ was, now }) => seconds(was.interval) !== seconds(now.interval));
  return [...Map.groupBy(moved, ({ was, now }) => `${was.interval} → ${now.interval}`)].flatMap(
    ([text, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const isLater = seconds(first.now.interval) > seconds(first.was.interval);
      const alerts = [...new Set(group.flatMap(({ now }) => read(now.record).alerts))].sort();
      const records = [...new Set(group.map(({ now }) => now.record))];
      const subject = records.length === 1 ? records.join() : counted(records.length, 'recording rule');
      const delay = isLater ? `: up to ${later(first.was.interval, first.now.interval)} later` : '';
      const told = alerts.length > 0 ? `, with ${named(alerts)}` : '';
      return [
        one(
          subject,
          `evaluated every ${text}${delay}${told}`,
          alerts.length === 0 ? 'unclear' : isLater ? 'weaker' : 'stricter',
          {
            loss: 'later',
            reaches: alerts,
          },
        ),
      ];
    },
  );
}
