import { walk } from '../../lib/promql/ast.ts';
import { parse } from '../../lib/promql/parse.ts';
import type { Recording } from '../../rules/index.ts';

/**
 * A series that reads what is recorded from it. It weighs minutes without a successful probe, and the data set has
 * none, so its own past never counts.
 */
const OWN_PAST = 'slo:probe_weight:rate1d';

/** Recording rules in stages: those of one read only raw series, and what earlier stages recorded. */
export function stagesOf<R extends Pick<Recording, 'record' | 'expr'>>(recordings: readonly R[]): R[][] {
  const byName = Map.groupBy(recordings, ({ record }) => record);
  const known = new Map<string, number>();
  const stageOf = (name: string): number => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const reads = (byName.get(name) ?? []).flatMap(({ expr }) => [...metricsOf(expr)]);
    const stage =
      name === OWN_PAST
        ? 0
        : Math.max(-1, ...reads.filter((read) => byName.has(read) && read !== name).map(stageOf)) + 1;
    known.set(name, stage);
    return stage;
  };
  const stages: R[][] = [];
  for (const recording of recordings) {
    const stage = stageOf(recording.record);
    stages[stage] ??= [];
    stages[stage].push(recording);
  }
  return Array.from(stages, (stage) => stage ?? []);
}

/** Names of the series that an expression reads. */
export function metricsOf(expr: string): Set<string> {
  return new Set([...walk(parse(expr))].flatMap((part) => (part.kind === 'selector' ? [part.metric] : [])));
}
