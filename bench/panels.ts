import { buildDashboards, type Dashboard } from '../dashboards/index.ts';
import { alignRange, builtIns, intervals } from '../preview/model/interval.ts';
import { choose, interpolate, type Variable } from '../preview/model/variables.ts';
import { ensureTools } from '../tools/install.ts';
import type { Bench, Measured } from './bench.ts';
import { type Dataset, openDataset } from './dataset/build.ts';
import { quantile, sum, thousands, time, times } from './numbers.ts';
import { type RunningPrometheus, startPrometheus } from './prometheus.ts';
import { rawExpression, readsSlo } from './slo/raw.ts';

/** Points across a panel of half a wide screen. */
const POINTS = 1000;
/** What `prometheus.scrapeInterval` is over this data. */
const SCRAPE_INTERVAL = '60s';

interface PanelQuery {
  readonly panel: string;
  /** As the dashboard has it, and with every recorded series replaced by its rule. */
  readonly expr: { readonly recorded: string; readonly raw: string };
  readonly instant: boolean;
  readonly minStep: string | undefined;
}

interface Timing {
  readonly query: PanelQuery;
  readonly recorded: number;
  readonly raw: number;
}

export default {
  name: 'panels',
  summary: 'run every panel’s queries over 30 days, with recorded series and from raw ones',
  async run(options) {
    const dataset = await openDataset(options);
    const { prometheus } = await ensureTools(['prometheus']);
    const running = await startPrometheus(prometheus, dataset.data);
    try {
      const queries = buildDashboards().flatMap(queriesOf);
      const timings: Timing[] = [];
      for (const [index, query] of queries.entries()) {
        if (index % 20 === 0) options.say(`query ${index + 1} of ${queries.length}`);
        const recorded = await run(running, dataset, query, query.expr.recorded);
        const reads = query.expr.raw !== query.expr.recorded;
        timings.push({
          query,
          recorded,
          raw: reads ? await run(running, dataset, query, query.expr.raw) : recorded,
        });
      }
      return [summary(timings, dataset), slowest(timings)];
    } finally {
      await running.stop();
    }
  },
} satisfies Bench;

function queriesOf({ title, json, panels }: Dashboard): PanelQuery[] {
  const variables = (json.templating?.list ?? []).map(all);
  return panels.flatMap((panel) =>
    panel.queries.map(({ expr, mode, minStep }) => {
      const filled = interpolate(expr, variables, {}, 'promql');
      return {
        panel: `${title}: ${panel.title}`,
        expr: { recorded: filled, raw: expandedOf(filled) },
        instant: mode === 'instant',
        minStep,
      };
    }),
  );
}

/** A variable with *All* chosen. */
const all = (model: unknown): Variable => choose(model as Parameters<typeof choose>[0], [], ['$__all']);

/** The expression from raw series. Grafana's own variables are set aside: PromQL does not know them. */
function expandedOf(expr: string): string {
  const aside = expr.replaceAll('$__rate_interval', '11m11s').replaceAll('$__range', '22d22h');
  return rawExpression(aside).replaceAll('11m11s', '$__rate_interval').replaceAll('22d22h', '$__range');
}

/** Milliseconds of a query over the whole range, as Grafana asks it. */
async function run(
  running: RunningPrometheus,
  dataset: Dataset,
  { instant, minStep }: PanelQuery,
  expr: string,
): Promise<number> {
  const range = { from: dataset.start * 1000, to: dataset.end * 1000 };
  const chosen = intervals({
    range,
    maxDataPoints: POINTS,
    scrapeInterval: SCRAPE_INTERVAL,
    queryInterval: minStep,
  });
  const text = interpolate(expr, [], builtIns(range, chosen), 'promql');
  const { from, to } = alignRange(range, chosen.step);
  const answer = instant
    ? await running.instant(text, dataset.end - 60)
    : await running.range(text, from / 1000, to / 1000, chosen.step / 1000);
  return answer.milliseconds;
}

function summary(timings: readonly Timing[], dataset: Dataset): Measured {
  const rewritten = timings.filter(({ query }) => query.expr.raw !== query.expr.recorded);
  const row = (name: string, chosen: readonly Timing[]) => {
    const recorded = chosen.map((timing) => timing.recorded);
    const raw = chosen.map((timing) => timing.raw);
    return [
      name,
      String(chosen.length),
      ...both(0.5, recorded, raw),
      ...both(1, recorded, raw),
      times(sum(raw) / sum(recorded)),
    ];
  };
  const both = (share: number, recorded: readonly number[], raw: readonly number[]) => [
    time(quantile(recorded, share)),
    time(quantile(raw, share)),
  ];
  return {
    title: `Panel queries over ${dataset.days} days`,
    head: [
      'queries',
      'number',
      'p50 recorded',
      'p50 raw',
      'worst recorded',
      'worst raw',
      'sum raw to recorded',
    ],
    rows: [
      row('every panel', timings),
      row('those that read recorded series', rewritten),
      row(
        'those of SLOs, recorded alone',
        timings.filter(({ query }) => readsSlo(query.expr.recorded)),
      ),
    ],
    notes: [
      `${dataset.series} series that rules and panels read at a sample a minute, and ${thousands(dataset.others)} others for the last 2 hours. Variables stand at All; steps for ${POINTS} points.`,
      'Raw: every recorded series replaced by the expression of its rule, but those of SLOs, whose direct form the bench `slo` measures. Time as Prometheus itself counts it (`evalTotalTime`).',
    ],
  };
}

function slowest(timings: readonly Timing[]): Measured {
  return {
    title: 'The slowest panels',
    head: ['panel', 'recorded', 'raw'],
    rows: timings
      .toSorted((left, right) => right.recorded - left.recorded)
      .slice(0, 8)
      .map(({ query, recorded, raw }) => [query.panel, time(recorded), raw === recorded ? '–' : time(raw)]),
  };
}
