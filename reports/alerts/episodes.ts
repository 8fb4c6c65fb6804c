import { simulate } from '../../notifications/index.ts';
import { type AlertmanagerState, pagers, silences } from '../alertmanager.ts';
import type { Labels, RuleState } from '../prometheus.ts';
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
/** After the first instant: by then the alerts of the same evaluation are there too, and a group has waited. */
const SETTLES = 30;

interface Span {
  readonly labels: Labels;
  readonly from: number;
  readonly to: number;
}

/** The times that alerts fired. Pure. */
export function episodesOf(history: AlertHistory): readonly Episode[] {
  const spans: Span[] = history.firing
    .flatMap((firing) => spansOf(firing, intervalOf(firing.labels, history.rules)))
    .sort((a, b) => a.from - b.from);
  return spans.map((span) => ({
    ...span,
    alert: span.labels.alertname ?? '',
    paged: isPaged(span, spans, history.alertmanager),
    actedOn:
      history.changes.some((at) => at >= span.from && at <= span.to) ||
      (history.alertmanager?.silences ?? []).some((silence) =>
        silences(silence, span.labels, span.from, span.to),
      ),
  }));
}

const intervalOf = ({ alertname }: Labels, rules: readonly RuleState[]): number =>
  rules.find(({ name }) => name === alertname)?.interval ?? DEFAULT_INTERVAL;

/** Instants in a row, cut where more than two evaluations are missing. */
function spansOf({ labels, instants }: Firing, interval: number): readonly Span[] {
  const spans: { labels: Labels; from: number; to: number }[] = [];
  for (const at of instants) {
    const open = spans.at(-1);
    if (open !== undefined && at - open.to <= (MISSED - 1) * interval) open.to = at + interval;
    else spans.push({ labels, from: at, to: at + interval });
  }
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
  return pagers(config).some((pager) => outcome?.notified.includes(pager));
}
