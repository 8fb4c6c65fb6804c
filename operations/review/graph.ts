import { metricsIn } from './expressions.ts';
import type { Model } from './model.ts';
import { panelsOf, panelTitle, queriesOf } from './panels.ts';

/** What reads a series, directly or through recordings. */
export interface Readers {
  readonly alerts: readonly string[];
  readonly slos: readonly string[];
  /** `Dashboard: “panel”`. */
  readonly panels: readonly string[];
}

/** Answers what reads a series. */
export type Graph = (series: string) => Readers;

const graphs = new WeakMap<Model, Graph>();

/** Who reads which series in a version. What is read by a recording is read by all that read the recording. */
export function graphOf(model: Model): Graph {
  const known = graphs.get(model);
  if (known !== undefined) return known;
  const alerts = index(
    [...model.alerts.values()].map(({ name, expr, annotations }) => [name, [expr, ...queries(annotations)]]),
  );
  const recordings = index([...model.recordings.values()].map(({ record, expr }) => [record, [expr]]));
  const slos = index([
    ...[...model.slos.values()].map(({ name, queries: read }) => [name, read] as const),
    ...[...model.recordings.values()].flatMap(({ labels, expr }) =>
      labels.slo === undefined ? [] : [[labels.slo, [expr]] as const],
    ),
  ]);
  const panels = index(
    [...model.dashboards.values()].flatMap((dashboard) =>
      [...panelsOf(dashboard).values()].map(
        (panel) => [`${dashboard.title}: “${panelTitle(panel)}”`, queriesOf(panel)] as const,
      ),
    ),
  );
  const graph: Graph = (series) => {
    const reached = reachedFrom(series, recordings);
    const readers = (by: Index) => [...new Set(reached.flatMap((each) => [...(by.get(each) ?? [])]))].sort();
    return { alerts: readers(alerts), slos: readers(slos), panels: readers(panels) };
  };
  graphs.set(model, graph);
  return graph;
}

/** Readers by the series that they read. */
type Index = ReadonlyMap<string, ReadonlySet<string>>;

function index(sources: readonly (readonly [string, readonly string[]])[]): Index {
  const found = new Map<string, Set<string>>();
  for (const [name, expressions] of sources)
    for (const metric of expressions.flatMap(metricsIn)) {
      const readers = found.get(metric) ?? new Set<string>();
      found.set(metric, readers.add(name));
    }
  return found;
}

/** A series and every recording that is made of it, however far. */
function reachedFrom(series: string, recordings: Index): readonly string[] {
  const reached = new Set([series]);
  for (const each of reached) for (const record of recordings.get(each) ?? []) reached.add(record);
  return [...reached];
}

/** Texts of alerts ask Prometheus too: `query "…"`. */
const queries = (annotations: Readonly<Record<string, string>>): readonly string[] =>
  Object.values(annotations).flatMap((text) =>
    [...text.matchAll(/query "([^"]*)"/g)].map(([, query = '']) => query),
  );

/** `3 alerts (A, B, C), the SLO x and 2 panels`, or nothing where nobody reads it. */
export function describeReaders({ alerts, slos, panels }: Readers): string {
  const parts = [
    ...(alerts.length > 0
      ? [`${alerts.length === 1 ? 'the alert' : `${alerts.length} alerts`} ${alerts.join(', ')}`]
      : []),
    ...(slos.length > 0 ? [`${slos.length === 1 ? 'the SLO' : 'the SLOs'} ${slos.join(', ')}`] : []),
    ...(panels.length > 0
      ? [panels.length === 1 ? `the panel ${panels.join()}` : `${panels.length} panels`]
      : []),
  ];
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts.join('');
}
