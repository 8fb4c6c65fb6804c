import { buildRules, isAlert, type RuleGroup } from '../rules/index.ts';
import type { Bench, Measured } from './bench.ts';
import { sum } from './numbers.ts';

export default {
  name: 'cost',
  summary: 'recording rules, alerts and series that the stack adds, by group; series need PROM=<url>',
  async run() {
    const { groups } = buildRules();
    const url = process.env.PROM || undefined;
    const series = url === undefined ? undefined : await seriesByName(url);
    return [byGroup(groups, series, url)];
  },
} satisfies Bench;

/** Series that a running Prometheus holds, by name and, for those of SLOs, by `slo`. */
type Counted = ReadonlyMap<string, number>;

async function seriesByName(url: string): Promise<Counted> {
  const query = 'count by (__name__, slo) ({__name__=~".+:.+"})';
  const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}; PROM is the URL of a Prometheus`);
  const { data } = (await answer.json()) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return new Map(
    data.result.map(({ metric, value }) => [key(metric.__name__ ?? '', metric.slo), Number(value[1])]),
  );
}

const key = (name: string, slo: string | undefined) => `${name}/${slo ?? ''}`;

function byGroup(
  groups: readonly RuleGroup[],
  counted: Counted | undefined,
  url: string | undefined,
): Measured {
  const rows = groups.map((group) => {
    const recordings = group.rules.flatMap((rule) => (isAlert(rule) ? [] : [rule]));
    const names = new Set(recordings.map(({ record, labels }) => key(record, labels?.slo)));
    return {
      name: group.name,
      recordings: recordings.length,
      alerts: group.rules.length - recordings.length,
      series: counted && sum([...names].map((name) => counted.get(name) ?? 0)),
    };
  });
  const total = {
    name: 'all',
    recordings: sum(rows.map(({ recordings }) => recordings)),
    alerts: sum(rows.map(({ alerts }) => alerts)),
    series: counted && sum(rows.map(({ series }) => series ?? 0)),
  };
  return {
    title: 'What the rules add',
    head: ['group', 'recording rules', 'alerts', 'series recorded'],
    rows: [...rows, total].map(({ name, recordings, alerts, series }) => [
      name,
      String(recordings),
      String(alerts),
      series === undefined ? '–' : String(series),
    ]),
    notes: [
      url === undefined
        ? 'Series are counted where PROM=<url> names a running Prometheus.'
        : 'Series as a Prometheus with the sample feature store holds them now.',
    ],
  };
}
