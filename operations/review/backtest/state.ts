/** How long an alert waits and lingers, in milliseconds. */
export interface Hold {
  readonly for: number;
  readonly keepFiringFor: number;
}

/** One time that an alert was active, in milliseconds of Unix time. */
export interface Episode {
  /** First evaluation at which the expression held. */
  readonly activeAt: number;
  /** First evaluation at which it fired; none where it ended before `for` had passed. */
  readonly firingAt?: number;
  /** Last evaluation at which it was pending or firing. */
  readonly lastAt: number;
}

/**
 * Alerts that wait for less start anew after a restart; others wait so long at least. Milliseconds; Prometheus's
 * default of `--rules.alert.for-grace-period`.
 */
export const GRACE = 10 * 60_000;
/** Default of `--rules.alert.for-outage-tolerance`. */
const OUTAGE = 60 * 60_000;
/** A Prometheus that has just started records an alert's state from its third evaluation on. */
const UNSEEN = 2;

interface Active {
  activeAt: number;
  firing: boolean;
  lastAt: number;
  /** Since when it has fired without its expression. */
  quietSince?: number;
}

/**
 * What Prometheus makes of an expression that held at some of its evaluations: the times that the alert was
 * pending and firing.
 *
 * @param instants when the rule was evaluated, in order.
 * @param holds the instants at which the expression yielded this series.
 * @param starts instants that were the first of a restarted Prometheus, which has forgotten what was pending.
 */
export function episodesOf(
  instants: readonly number[],
  holds: ReadonlySet<number>,
  hold: Hold,
  starts: ReadonlySet<number> = new Set(),
): readonly Episode[] {
  const episodes: { activeAt: number; firingAt?: number; lastAt: number }[] = [];
  let alert: Active | undefined;
  let lost: Active | undefined;
  let evaluations = Number.POSITIVE_INFINITY;
  for (const at of instants) {
    if (starts.has(at)) {
      lost = alert;
      alert = undefined;
      evaluations = 0;
    }
    evaluations += 1;
    alert = next(alert, at, holds.has(at), hold);
    if (alert !== undefined && evaluations > UNSEEN) {
      let episode = episodes.at(-1);
      if (episode?.activeAt !== alert.activeAt) {
        episode = { activeAt: alert.activeAt, lastAt: at };
        episodes.push(episode);
      }
      episode.lastAt = at;
      if (alert.firing) episode.firingAt ??= at;
    }
    if (evaluations === UNSEEN && alert !== undefined && lost !== undefined)
      alert.activeAt = restored(alert.activeAt, lost, at, hold);
  }
  return episodes;
}

function next(alert: Active | undefined, at: number, holds: boolean, hold: Hold): Active | undefined {
  if (!holds) {
    if (!alert?.firing) return undefined;
    alert.quietSince ??= at;
    if (at - alert.quietSince >= hold.keepFiringFor) return undefined;
    alert.lastAt = at;
    return alert;
  }
  const active = alert ?? { activeAt: at, firing: false, lastAt: at };
  delete active.quietSince;
  active.lastAt = at;
  active.firing ||= at - active.activeAt >= hold.for;
  return active;
}

/** What Prometheus makes of `ALERTS_FOR_STATE` after a restart. */
function restored(activeAt: number, lost: Active, at: number, hold: Hold): number {
  if (hold.for < GRACE || at - lost.lastAt > OUTAGE) return activeAt;
  const left = hold.for - (lost.lastAt - lost.activeAt);
  if (left <= 0) return lost.activeAt;
  return left < GRACE ? at + GRACE - hold.for : lost.activeAt + (at - lost.lastAt);
}
