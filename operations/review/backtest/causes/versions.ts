import { canonical } from '../../../../lib/promql/canonical.ts';
import { ask, replay } from '../replay.ts';
import type { AlertRule } from '../rules.ts';
import { keyOf, type RunningRule } from '../server.ts';
import { type Boundary, boundariesOf, clock, type Explain } from '../verify.ts';
import type { Trial } from './trial.ts';

/** The same moment under other labels: only the labels of the rule were others. */
export function relabelled(
  { rule, step }: Trial,
  server: readonly Boundary[],
  backtest: readonly Boundary[],
): Explain {
  const bare = ({ labels }: Boundary) =>
    keyOf(Object.fromEntries(Object.entries(labels).filter(([label]) => !(label in rule.labels))));
  return async () => ({
    cause: 'rule-changed',
    tolerance: 0,
    evidence: (difference) => {
      const others = difference.seenBy === 'server' ? backtest : server;
      const twin = others.find(
        (other) =>
          other.edge === difference.edge &&
          Math.abs(other.at - difference.at) <= Math.max(step, rule.interval) &&
          bare(other) === bare(difference) &&
          keyOf(other.labels) !== keyOf(difference.labels),
      );
      return twin && `the rule had other labels: ${changedLabels(difference, twin)}`;
    },
  });
}

const changedLabels = ({ labels }: Boundary, { labels: others }: Boundary): string =>
  [...new Set([...Object.keys(labels), ...Object.keys(others)])]
    .filter((label) => labels[label] !== others[label])
    .map((label) => `${label} ${labels[label] ?? 'none'} / ${others[label] ?? 'none'}`)
    .join(', ');

export function otherVersion({ other, step, rule }: Trial): Explain {
  return async () =>
    other && {
      cause: 'rule-changed',
      boundaries: boundariesOf(other.series.values(), step),
      tolerance: Math.max(step, rule.interval),
      evidence: () => 'the other version of this change ran then',
    };
}

export function runningVersion({ running, rule, server, stretches, step, points }: Trial): Explain {
  return async () => {
    if (running === undefined || isRunning(rule, running)) return undefined;
    const hold = { for: running.for, keepFiringFor: running.keepFiringFor };
    const version = { ...rule, hold, labels: running.labels };
    const { series } = replay(await ask(server, running.query, stretches, step, points), version);
    return {
      cause: 'rule-changed',
      boundaries: boundariesOf(series.values(), step),
      tolerance: Math.max(step, rule.interval),
      evidence: () => `the rule that the server runs is another: ${running.query}`,
    };
  };
}

/** Whether a server runs a rule as it stands here. */
export const isRunning = ({ expr, hold, labels }: AlertRule, running: RunningRule): boolean =>
  canonical(expr) === canonical(running.query) &&
  hold.for === running.for &&
  hold.keepFiringFor === running.keepFiringFor &&
  keyOf(labels) === keyOf(running.labels);

/** The time between active and firing, as the server recorded it, tells the `for` that it had. */
export function otherFor({ recorded, rule }: Trial): Explain {
  return async () => ({
    cause: 'rule-changed',
    tolerance: 0,
    evidence: ({ labels, at }) => {
      const episode = recorded.series
        .get(keyOf(labels))
        ?.episodes.find(({ activeAt, lastAt }) => activeAt <= at && lastAt + 2 * rule.interval >= at);
      if (episode?.firingAt === undefined) return undefined;
      const waited = episode.firingAt - episode.activeAt;
      const waits = Math.ceil(rule.hold.for / rule.interval) * rule.interval;
      // What became active in the second before an evaluation may have waited one more.
      if (Math.abs(waited - waits) <= 2 * rule.interval) return undefined;
      return `it waited ${Math.round(waited / 1000)} s before it fired, and this version waits ${rule.hold.for / 1000} s`;
    },
  });
}

/** A change of configuration that parts what agrees from what does not. */
export function reloaded(
  { recorded, replay, step, rule }: Trial,
  reloads: readonly number[],
  agreed: number,
): Explain {
  return async (open) => {
    if (agreed === 0) return undefined;
    const all = [
      ...boundariesOf(recorded.series.values(), rule.interval),
      ...boundariesOf(replay.series.values(), step),
    ];
    const differs = new Set(open.map(({ at }) => at));
    const parting = reloads.find((reload) => {
      const before = open.every(({ at }) => at < reload);
      const after = open.every(({ at }) => at > reload);
      const rest = all.filter(({ at }) => !differs.has(at));
      return (before && rest.some(({ at }) => at > reload)) || (after && rest.some(({ at }) => at < reload));
    });
    return parting === undefined
      ? undefined
      : {
          cause: 'rule-changed',
          tolerance: 0,
          evidence: () => `only on one side of the reload at ${clock(parting)}`,
        };
  };
}
