import type { Labels } from '../../../../operations/reports/prometheus.ts';
import type { RawSeries, RunningRule, Server } from '../../../../operations/review/backtest/server.ts';

/** A server with made-up answers: series by expression, whose samples lie at the instants that are asked for. */
export interface Made {
  /** Instants at which an expression yields a value, by expression, in milliseconds. */
  readonly holds: Readonly<Record<string, (at: number) => boolean>>;
  readonly stored?: readonly RawSeries[];
  readonly rules?: readonly RunningRule[];
}

export function madeServer({ holds, stored = [], rules = [] }: Made): Server & { readonly log: string[] } {
  const log: string[] = [];
  const at = (expr: string, instants: readonly number[], labels: Labels): readonly RawSeries[] => {
    log.push(`${expr} × ${instants.length}`);
    const samples = instants
      .filter((instant) => holds[expr]?.(instant))
      .map((instant) => [instant, 1] as const);
    return samples.length > 0 ? [{ labels, samples }] : [];
  };
  return {
    log,
    range: async (expr, from, to, step) =>
      at(
        expr,
        Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, n) => from + n * step),
        { endpoint: '/a' },
      ),
    stored: async (selector, from, to) =>
      stored
        .filter(({ labels }) => selector.includes(labels.__name__ ?? ''))
        .map(({ labels, samples }) => ({
          labels,
          samples: samples.filter(([instant]) => instant > from && instant <= to),
        })),
    instant: async (expr, instant) => at(expr, [instant], { job: 'p', instance: 'i' }),
    has: async () => true,
    rules: async () => rules,
    startedAt: async () => 0,
    asked: () => ({ queries: log.length, samples: 0, peakSamples: 0, seconds: 0 }),
  };
}
