import { pagersIn, simulate } from '../../../notifications/index.ts';
import { settingsNameOf } from '../../../rules/alert-names.ts';
import { type AlertmanagerState, silences } from '../alertmanager.ts';
import type { Labels } from '../prometheus.ts';
import type { AlertHistory, Firing } from './fetch.ts';

/** One time that an alert fired: from its first instant to its last evaluation, which holds for one interval. */
export interface Episode {
  readonly alert: string;
  readonly labels: Labels;
  readonly from: number;
  readonly to: number;
  /** Whether it reached somebody's pager. */
  readonly paged: boolean;
  /** Whether somebody silenced it, or something was deployed or configured while it lasted. */
  readonly actedOn: boolean;
}

/** A rule that was skipped once has not stopped firing. */
const MISSED = 2.5;
const DEFAULT_INTERVAL = 15;
/** Prometheus looks back for five minutes: rules that are evaluated less often would blink. */
const LONGEST_INTERVAL = 300;
/** Share by which the gaps between evaluations differ on a busy machine. */
const JITTER = 0.1;
/** After the first instant: by then the alerts of the same evaluation are there too, and a group has waited. */
const SETTLES = 30;

interface Span {
  readonly labels: Labels;
  readonly from: number;
  readonly to: number;
}

/** The times that alerts fired. Pure. */
export function episodesOf(history: AlertHistory): readonly Episode[] {
  const intervalOf = intervals(history);
  const spans: Span[] = history.firing
    .flatMap((firing) => spansOf(firing, intervalOf(firing.labels)))
    .sort((a, b) => a.from - b.from);
  return spans.map((span) => ({
    ...span,
    alert: settingsNameOf(span.labels),
    paged: isPaged(span, spans, history.alertmanager),
    actedOn:
      history.changes.some((at) => at >= span.from && at <= span.to) ||
      (history.alertmanager?.silences ?? []).some((silence) =>
        silences(silence, span.labels, span.from, span.to),
      ),
  }));
}

/** The evaluation interval of each alert: that of its rule, or of a rule that is gone the spacing of its samples. */
function intervals({ firing, rules }: AlertHistory): (labels: Labels) => number {
  const known = new Map(rules.map(({ name, interval }) => [name, interval]));
  const closest = new Map<string, number>();
  for (const { labels, instants } of firing) {
    const name = settingsNameOf(labels);
    for (const gap of gapsOf(instants))
      if (gap <= LONGEST_INTERVAL) closest.set(name, Math.min(gap, closest.get(name) ?? gap));
  }
  return (labels) => {
    const name = settingsNameOf(labels);
    return known.get(name) ?? closest.get(name) ?? DEFAULT_INTERVAL;
  };
}

const gapsOf = (instants: readonly number[]): readonly number[] =>
  instants.slice(1).map((at, index) => at - (instants[index] ?? at));

/**
 * Instants in a row, cut where more than two evaluations are missing. Equal gaps in a row are the interval that the
 * rule, or the pod that wrote them, had then.
 */
function spansOf({ labels, instants }: Firing, interval: number): readonly Span[] {
  const gaps = gapsOf(instants);
  const isRegular = (index: number): boolean => {
    const gap = gaps[index] ?? 0;
    return (
      gap <= LONGEST_INTERVAL &&
      [gaps[index - 1], gaps[index + 1]].some(
        (other) => other !== undefined && Math.abs(other - gap) <= JITTER * gap,
      )
    );
  };
  const spans: { labels: Labels; from: number; to: number }[] = [];
  instants.forEach((at, index) => {
    const open = spans.at(-1);
    const gap = gaps[index - 1] ?? 0;
    const joins = open !== undefined && (gap <= MISSED * interval || isRegular(index - 1));
    const lasts = joins && gap > MISSED * interval ? gap : interval;
    if (joins) open.to = at + lasts;
    else spans.push({ labels, from: at, to: at + lasts });
  });
  return spans;
}

/** Routed and inhibited as Alertmanager's configuration says; without one, whatever is critical pages. */
function isPaged(span: Span, spans: readonly Span[], alertmanager: AlertmanagerState | undefined): boolean {
  if (alertmanager === undefined) return span.labels.severity === 'critical';
  const at = Math.min(span.from + SETTLES, span.to);
  if (alertmanager.silences.some((silence) => silences(silence, span.labels, span.from, at))) return false;
  const others = spans
    .filter((other) => other !== span && other.from <= at && other.to >= span.from)
    .map(({ labels }) => labels);
  const { config } = alertmanager;
  const [outcome] = simulate(config, [span.labels, ...others], new Date(at * 1000));
  return pagersIn(config).some((pager) => outcome?.notified.includes(pager));
}
