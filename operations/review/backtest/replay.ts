import { alertnameOf } from '../../../rules/index.ts';
import type { Labels } from '../../reports/prometheus.ts';
import { type AlertSeries, chunks, type Stretch } from './recorded.ts';
import type { AlertRule } from './rules.ts';
import { joined, keyOf, type RawSeries, type Server } from './server.ts';
import { type Episode, episodesOf } from './state.ts';

/** An expression at every evaluation of a period. */
export interface Answers {
  /** When it was evaluated, in order. */
  readonly instants: readonly number[];
  /** Samples only at the instants at which it yielded the series. */
  readonly series: readonly RawSeries[];
}

/** What a rule would have done. */
export interface Replay {
  /** By label set. */
  readonly series: ReadonlyMap<string, AlertSeries>;
  /** When the rule was evaluated; without the evaluations that Prometheus would have refused. */
  readonly instants: readonly number[];
  /** Evaluations with two results of the same labels, which Prometheus refuses. */
  readonly refused: number;
}

/** The evaluations of a stretch, a step apart. */
export function instantsIn({ from, to, offset }: Stretch, step: number): readonly number[] {
  const first = Math.floor((from - offset) / step) * step + offset + step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, n) => first + n * step);
}

/**
 * Asks for an expression at every evaluation.
 * @param early how long before each evaluation the history is read, in milliseconds. Default: at it.
 */
export async function ask(
  server: Server,
  expr: string,
  at: readonly Stretch[],
  step: number,
  points: number,
  early = 0,
): Promise<Answers> {
  const parts = await Promise.all(
    at
      .flatMap((stretch) => chunks(stretch, step * points).map((part) => ({ ...stretch, ...part })))
      .map(async (part) => {
        const instants = instantsIn(part, step);
        const [first, last] = [instants[0], instants.at(-1)];
        if (first === undefined || last === undefined) return { instants, series: [] };
        const series = await server.range(expr, first - early, last - early, step);
        return { instants, series };
      }),
  );
  const series = joined(parts.flatMap((part) => part.series));
  return {
    instants: parts.flatMap(({ instants }) => instants),
    series: series.map(({ labels, samples }) => ({
      labels,
      samples: samples.map(([instant, value]) => [instant + early, value] as const),
    })),
  };
}

/** The labels of an alert: those of the result, then those of the rule. Labels that are templates are left out. */
export function alertLabels({ __name__, ...result }: Labels, alert: AlertRule): Labels {
  const own = Object.entries(alert.labels);
  const templates = new Set(own.filter(([, value]) => value.includes('{{')).map(([label]) => label));
  return Object.fromEntries(
    Object.entries({ ...result, ...alert.labels, alertname: alertnameOf(alert) }).filter(
      ([label, value]) => value !== '' && !templates.has(label),
    ),
  );
}

/** How Prometheus may have evaluated otherwise than on every instant. */
export interface Evaluated {
  /** Whether an evaluation took place. Default: every one. */
  readonly took?: (at: number) => boolean;
  /** First evaluations of a restarted server. Default: none. */
  readonly starts?: ReadonlySet<number>;
}

/** What a rule makes of the answers to its expression. Pure. */
export function replay(answers: Answers, rule: AlertRule, { took, starts }: Evaluated = {}): Replay {
  const series = new Map<string, { labels: Labels; holds: Set<number> }>();
  const refused = new Set<number>();
  for (const { labels: result, samples } of answers.series) {
    const labels = alertLabels(result, rule);
    const key = keyOf(labels);
    const own = series.get(key) ?? { labels, holds: new Set() };
    series.set(key, own);
    for (const [at] of samples) {
      if (own.holds.has(at)) refused.add(at);
      own.holds.add(at);
    }
  }
  const instants = answers.instants.filter((at) => !refused.has(at) && (took?.(at) ?? true));
  const episodes = (holds: ReadonlySet<number>): readonly Episode[] =>
    episodesOf(instants, holds, rule.hold, starts);
  return {
    series: new Map(
      [...series].map(([key, { labels, holds }]) => [key, { labels, episodes: episodes(holds) }]),
    ),
    instants,
    refused: refused.size,
  };
}
