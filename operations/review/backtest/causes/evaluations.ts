import type { Span, Witness } from '../firing-evidence.ts';
import { replay } from '../replay.ts';
import type { AlertRule } from '../rules.ts';
import { GRACE } from '../state.ts';
import { boundariesOf, clock, type Explain } from '../verify.ts';
import type { Trial } from './trial.ts';

/** A starting Prometheus waits for its next evaluation, and records from the third on. */
const STARTING = 3;

export interface Outage extends Span {
  /** When the process started again. */
  readonly startedAt: number;
}

/**
 * Times without a process. What is recorded before a starting process can have recorded anything is of the one before:
 * the time of a start is known to about a second, and each may have evaluated before, or after, it scraped itself.
 */
export function outages({ recorded, rule }: Trial, seen: Witness | undefined): readonly Outage[] {
  const runs = seen?.runs ?? [];
  return runs.slice(1).map((run, index) => {
    const last = runs[index]?.lastAt ?? 0;
    const records = run.startedAt + (STARTING - 1) * rule.interval;
    const from = Math.max(last, recorded.instants.findLast((at) => at < records) ?? last);
    const again = recorded.instants.find((at) => at >= records) ?? Number.POSITIVE_INFINITY;
    const heard = Math.max(run.startedAt, run.firstAt - (seen?.interval ?? 0));
    return {
      startedAt: Math.max(run.startedAt, from),
      from,
      // Half an interval before its first evaluation.
      to: Math.max(from, Math.min(heard, again - (STARTING - 0.5) * rule.interval)),
    };
  });
}

/** Times in which the server ran and the rule was not evaluated: an alert went on, or the server counted. */
export function holes(
  { recorded, rule }: Trial,
  seen: Witness | undefined,
  gone: readonly Outage[],
): readonly Span[] {
  const gaps = recorded.instants.flatMap((to, index): Span[] => {
    const from = recorded.instants[index - 1];
    if (from === undefined || to - from < 1.5 * rule.interval) return [];
    const goesOn = [...recorded.series.values()].some(({ episodes }) =>
      episodes.some(({ activeAt, lastAt }) => activeAt <= from && lastAt >= to),
    );
    return goesOn ? [{ from, to }] : [];
  });
  const counted = (seen?.missed ?? []).map(({ from, to, count }) => ({
    from: from - (count + 1) * rule.interval,
    to,
  }));
  return [...gaps, ...counted].filter(
    ({ from, to }) => !gone.some((outage) => outage.from < to && outage.to >= from),
  );
}

const between = (spans: readonly Span[], at: number) => spans.find(({ from, to }) => at > from && at < to);

/** The last span that can still be felt at an instant: what waits or lingers goes on for as long after it. */
function felt<T extends Span>(spans: readonly T[], at: number, { hold, interval }: AlertRule): T | undefined {
  const after = hold.for + hold.keepFiringFor + (hold.for < GRACE ? 0 : GRACE) + STARTING * interval;
  return spans.findLast(({ from, to }) => at >= from - interval && at <= to + after);
}

export function restarted(trial: Trial, gone: readonly Outage[], missed: readonly Span[] = []): Explain {
  return async () => {
    const { answers, rule, step } = trial;
    if (gone.length === 0) return undefined;
    const recorded = new Set(trial.recorded.instants);
    const starts = gone.map(({ to }) => answers.instants.find((at) => at > to));
    const modelled = replay(answers, rule, {
      took: (at) =>
        between(gone, at) === undefined && (recorded.has(at) || between(missed, at) === undefined),
      starts: new Set(starts.filter((at) => at !== undefined)),
    });
    return {
      cause: 'restart',
      boundaries: boundariesOf(modelled.series.values(), step),
      tolerance: STARTING * rule.interval,
      evidence: ({ at }) => {
        const outage = felt(gone, at, rule);
        return outage && `Prometheus was down from ${clock(outage.from)} to ${clock(outage.startedAt)}`;
      },
    };
  };
}

export function skipped({ answers, rule, step, recorded }: Trial, missed: readonly Span[]): Explain {
  return async () => {
    if (missed.length === 0) return undefined;
    const seen = new Set(recorded.instants);
    const modelled = replay(answers, rule, {
      took: (at) => seen.has(at) || between(missed, at) === undefined,
    });
    return {
      cause: 'missed-evaluation',
      boundaries: boundariesOf(modelled.series.values(), step),
      tolerance: rule.interval,
      evidence: ({ at }) => {
        const hole = felt(missed, at, rule);
        return hole && `no evaluation between ${clock(hole.from)} and ${clock(hole.to)}`;
      },
    };
  };
}
