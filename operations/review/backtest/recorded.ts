import type { Labels } from '../../reports/prometheus.ts';
import { joined, keyOf, type RawSeries, type Server } from './server.ts';
import type { Episode } from './state.ts';

/** An alert of one label set, and the times that it was active. */
export interface AlertSeries {
  readonly labels: Labels;
  readonly episodes: readonly Episode[];
}

/** What a server recorded of a rule that it ran. */
export interface Recorded {
  /** By label set. */
  readonly series: ReadonlyMap<string, AlertSeries>;
  /** Evaluations at which some alert of the rule was active, in order. */
  readonly instants: readonly number[];
}

/** A stretch of time in which a rule's evaluations have one offset. Later than `from`, up to `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Time of the evaluations, modulo the interval. */
  readonly offset: number;
  /** Whether evaluations were seen there; else the offset is that of the nearest that were, or a guess. */
  readonly seen: boolean;
}

/**
 * Reads `ALERTS` and `ALERTS_FOR_STATE` of one alert, as they were stored.
 * @param labels those that tell its series from others': `alertname`, and more where it shares that.
 */
export async function fetchRecorded(
  server: Server,
  labels: Labels,
  period: { readonly from: number; readonly to: number },
  interval: number,
  points: number,
): Promise<Recorded> {
  const matchers = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const selector = `{__name__=~"ALERTS|ALERTS_FOR_STATE", ${matchers.join(', ')}}`;
  // A look into the index is cheaper than reading a month of nothing.
  if (!(await server.has(selector, period.from, period.to))) return recordedIn([], interval);
  const parts = await Promise.all(
    chunks(period, interval * points).map(({ from, to }) => server.stored(selector, from, to)),
  );
  return recordedIn(joined(parts.flat()), interval);
}

/** Cuts a period into pieces of a length. */
export function chunks(
  { from, to }: { readonly from: number; readonly to: number },
  length: number,
): readonly { readonly from: number; readonly to: number }[] {
  const found = [];
  for (let start = from; start < to; start += length)
    found.push({ from: start, to: Math.min(start + length, to) });
  return found;
}

/** What stored series of `ALERTS` and `ALERTS_FOR_STATE` tell. */
export function recordedIn(series: readonly RawSeries[], interval: number): Recorded {
  const states = new Map<
    string,
    { labels: Labels; at: Map<number, { firing: boolean; activeAt?: number }> }
  >();
  for (const { labels: all, samples } of series) {
    const { __name__, alertstate, ...labels } = all;
    const key = keyOf(labels);
    const own = states.get(key) ?? { labels, at: new Map() };
    states.set(key, own);
    for (const [at, value] of samples) {
      const state = own.at.get(at) ?? { firing: false };
      own.at.set(
        at,
        __name__ === 'ALERTS'
          ? { ...state, firing: state.firing || alertstate === 'firing' }
          : { ...state, activeAt: value * 1000 },
      );
    }
  }
  return {
    series: new Map(
      [...states].map(([key, { labels, at }]) => [
        key,
        {
          labels,
          episodes: grouped(
            [...at].sort(([a], [b]) => a - b),
            interval,
          ),
        },
      ]),
    ),
    instants: [...new Set([...states.values()].flatMap(({ at }) => [...at.keys()]))].sort((a, b) => a - b),
  };
}

/**
 * One episode for each time that the alert became active. Where the server did not record that time, a missing
 * evaluation ends an episode.
 */
function grouped(
  states: readonly (readonly [at: number, { readonly firing: boolean; readonly activeAt?: number }])[],
  interval: number,
): readonly Episode[] {
  const episodes: { activeAt: number; firingAt?: number; lastAt: number; told: boolean }[] = [];
  for (const [at, { firing, activeAt }] of states) {
    let episode = episodes.at(-1);
    const goes =
      episode !== undefined &&
      (activeAt === undefined || !episode.told
        ? at - episode.lastAt < 1.5 * interval
        : activeAt === episode.activeAt);
    if (episode === undefined || !goes) {
      episode = { activeAt: activeAt ?? at, lastAt: at, told: activeAt !== undefined };
      episodes.push(episode);
    }
    episode.lastAt = at;
    if (firing) episode.firingAt ??= at;
  }
  return episodes.map(({ told, ...episode }) => episode);
}

/**
 * When a rule was evaluated: the offset that its recorded evaluations show, carried on to where none are.
 * @param otherwise the offset where no evaluation was seen at all; undefined where nothing tells it.
 */
export function stretches(
  instants: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
  interval: number,
  otherwise: number | undefined,
): readonly Stretch[] {
  const found: { from: number; to: number; offset: number; seen: boolean }[] = [];
  for (const at of instants) {
    const offset = at % interval;
    const last = found.at(-1);
    if (last?.offset === offset) continue;
    if (last !== undefined) last.to = at - interval;
    found.push({ from: last?.to ?? from, to, offset, seen: true });
  }
  return found.length > 0 ? found : [{ from, to, offset: otherwise ?? 0, seen: otherwise !== undefined }];
}
