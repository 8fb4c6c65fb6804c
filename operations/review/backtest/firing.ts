import type { Labels } from '../../reports/prometheus.ts';
import type { Span } from './firing-evidence.ts';
import type { AlertSeries } from './recorded.ts';

/** One time that an alert fired. Unix seconds. */
export interface Fired {
  readonly labels: Labels;
  readonly from: number;
  readonly to: number;
}

/** What happened in one piece of the period. */
export interface Slice {
  /** Share of it in which the alert fired. */
  readonly firing: number;
  /** Whether it was pending there. */
  readonly pending: boolean;
}

/** How often and how long an alert fired. Alerts of several label sets count each, their time counts once. */
export interface Firing {
  readonly times: number;
  readonly seconds: number;
  readonly longestSeconds: number;
  /** Times that it was pending and never fired. */
  readonly pendingOnly: number;
  readonly fired: readonly Fired[];
  readonly timeline: readonly Slice[];
}

/** Pieces of a timeline: an hour and a half of three days, 15 hours of 30 days. */
export const SLICES = 48;

/** Sums up what a replay says of a period, in milliseconds. */
export function firingOf(series: Iterable<AlertSeries>, step: number, period: Span): Firing {
  const fired: (Span & { readonly labels: Labels })[] = [];
  const pending: Span[] = [];
  let pendingOnly = 0;
  for (const { labels, episodes } of series) {
    for (const { activeAt, firingAt, lastAt } of episodes) {
      const end = lastAt + step;
      const waited = clipped({ from: activeAt, to: firingAt ?? end }, period);
      if (waited !== undefined) pending.push(waited);
      if (waited !== undefined && firingAt === undefined) pendingOnly += 1;
      const fires = firingAt === undefined ? undefined : clipped({ from: firingAt, to: end }, period);
      if (fires !== undefined) fired.push({ labels, ...fires });
    }
  }
  fired.sort((a, b) => a.from - b.from);
  const together = union(fired);
  const length = (period.to - period.from) / SLICES;
  return {
    times: fired.length,
    seconds: together.reduce((sum, { from, to }) => sum + (to - from), 0) / 1000,
    longestSeconds: fired.reduce((most, { from, to }) => Math.max(most, to - from), 0) / 1000,
    pendingOnly,
    fired: fired.map(({ labels, from, to }) => ({ labels, from: from / 1000, to: to / 1000 })),
    timeline: Array.from({ length: SLICES }, (_, index) => {
      const slice = { from: period.from + index * length, to: period.from + (index + 1) * length };
      const share = together.reduce((sum, each) => {
        const part = clipped(each, slice);
        return sum + (part ? (part.to - part.from) / length : 0);
      }, 0);
      return { firing: share, pending: pending.some((each) => clipped(each, slice) !== undefined) };
    }),
  };
}

function clipped({ from, to }: Span, period: Span): Span | undefined {
  const part = { from: Math.max(from, period.from), to: Math.min(to, period.to) };
  return part.from < part.to ? part : undefined;
}

/** Spans in order, those that overlap as one. */
function union(spans: readonly Span[]): readonly Span[] {
  const found: { from: number; to: number }[] = [];
  for (const { from, to } of spans) {
    const last = found.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}
