import { witnessOf } from '../firing-evidence.ts';
import { type Agreement, boundariesOf, explained, match } from '../verify.ts';
import { holes, outages, restarted, skipped } from './evaluations.ts';
import { gap, late, offset } from './history.ts';
import type { Trial } from './trial.ts';
import { otherFor, otherVersion, relabelled, reloaded, runningVersion } from './versions.ts';

/** In intervals: a sample carries the time at which its scrape began, which may take 10 of 15 s. */
const LATENESS = [0.1, 0.5, 0.9];

/** Holds a backtest against what the server recorded, and names the cause of every difference. */
export async function agreementOf(trial: Trial): Promise<Agreement> {
  const { rule, step, recorded, period } = trial;
  const tolerance = Math.max(step, rule.interval);
  const server = boundariesOf(recorded.series.values(), rule.interval);
  const backtest = boundariesOf(trial.replay.series.values(), step);
  const { exact, within, unmatched } = match(server, backtest, tolerance, period);
  if (unmatched.length === 0) return { exact, within, differences: [] };
  const seen = await witnessOf(trial.server, period, rule.interval * trial.points, trial.running?.key);
  const gone = outages(trial, seen);
  const missed = holes(trial, seen, gone);
  const differences = await explained(unmatched, [
    restarted(trial, gone),
    skipped(trial, missed),
    restarted(trial, gone, missed),
    relabelled(trial, server, backtest),
    otherVersion(trial),
    runningVersion(trial),
    otherFor(trial),
    ...LATENESS.map((share) => late(trial, share)),
    reloaded(trial, seen?.reloads ?? [], exact + within),
    gap(trial),
    offset(trial),
  ]);
  return { exact, within, differences };
}
