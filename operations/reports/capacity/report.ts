import { type Report, type Section, worst } from '../document.ts';
import { bytes, days, duration, inUnit, number, percent } from '../format.ts';
import { describePeriod, type Period } from '../period.ts';
import type { Prometheus } from '../prometheus.ts';
import { type CostHistory, fetchCost, fetchResources } from './fetch.ts';
import { expectedStorage, expensiveRules, type Growth, growthOf } from './model.ts';

const AHEAD_DAYS = 30;

export interface Capacity {
  readonly growth: readonly Growth[];
  readonly cost: CostHistory;
}

/** What grows, when it will be full, and what the monitoring itself costs. */
export async function capacityReport(prometheus: Prometheus, period: Period): Promise<Report> {
  const growth = await growthIn(prometheus, period);
  return capacityDocument({ growth, cost: await fetchCost(prometheus, period) }, period);
}

export async function growthIn(prometheus: Prometheus, period: Period): Promise<readonly Growth[]> {
  const resources = await fetchResources(prometheus, period);
  return resources.flatMap((resource) => growthOf(resource) ?? []);
}

export function capacityDocument({ growth, cost }: Capacity, period: Period): Report {
  return {
    title: 'Capacity and cost of monitoring',
    period: describePeriod(period),
    verdict: capacityVerdict(growth),
    sections: [growthSection(growth), charts(growth, period.to), ...costSections(cost)],
    data: {
      growth: growth.map(({ fit: _, points: __, ...rest }) => rest),
      cost: { ...cost, expectedStorage: expectedStorage(cost), rules: expensiveRules(cost.rules) },
    },
  };
}

export function capacityVerdict(growth: readonly Growth[]): Report['verdict'] {
  const known = growth.filter(({ limit }) => limit !== undefined);
  if (known.length === 0) return { state: 'warn', text: 'No resource has data and a limit in this period.' };
  const first = known
    .filter(({ daysLeft }) => daysLeft !== undefined)
    .sort((a, b) => (a.daysLeft ?? 0) - (b.daysLeft ?? 0))[0];
  const state = worst(known.map((each) => each.state));
  if (first === undefined) {
    const [fullest] = known.sort((a, b) => inUse(b) - inUse(a));
    const use = fullest && ` ${fullest.title} is the fullest, ${percent(inUse(fullest))} in use.`;
    return { state, text: `Nothing is filling up.${use ?? ''}` };
  }
  return { state, text: `${first.title} is full first: ${days(first.daysLeft)} at this rate.` };
}

const inUse = ({ now, limit = Number.NaN }: Growth): number => now / limit;

export function growthSection(growth: readonly Growth[]): Section {
  return {
    title: 'Growth',
    note:
      'A straight line by least squares through the period. r² is the share of the movement that the line explains; ' +
      'under 0.3, or with less than a day of data, it says nothing of the time to come. The limit of series is how many the machine’s memory ' +
      'would hold at what one costs Prometheus today.',
    table: {
      head: ['resource', 'now', 'limit', 'in use', 'a day', 'r²', 'days to limit'],
      empty: 'No resource has data in this period.',
      rows: growth.map((each) => {
        const { title, unit, now, limit, perDay, r2, trend, daysLeft, state } = each;
        return [
          title,
          inUnit(now, unit),
          inUnit(limit, unit),
          percent(inUse(each)),
          trend ? `${perDay >= 0 ? '+' : ''}${inUnit(perDay, unit)}` : '–',
          number(r2),
          { text: limit === undefined ? 'no limit' : days(daysLeft), state },
        ];
      }),
    },
  };
}

function charts(growth: readonly Growth[], to: number): Section {
  const ahead = to + AHEAD_DAYS * 86_400;
  return {
    title: `Fits, ${AHEAD_DAYS} days ahead`,
    charts: growth.map(({ title, unit, points, limit, fit, trend }) => ({
      title,
      kind: 'line',
      unit,
      ...(limit !== undefined && { limit: { name: 'limit', value: limit } }),
      lines: [
        { name: 'measured', points },
        {
          name: 'fit',
          dashed: true,
          points: [points[0]?.[0] ?? to, to, ...(trend ? [ahead] : [])].map(
            (at) => [at, Math.max(0, fit.at(at))] as const,
          ),
        },
      ],
    })),
  };
}

function costSections(cost: CostHistory): readonly Section[] {
  const storage = expectedStorage(cost);
  const jobs = [...new Set([...Object.keys(cost.memory), ...Object.keys(cost.cpu)])].sort();
  return [
    {
      title: 'Cost of the monitoring stack',
      table: {
        head: ['what', 'value'],
        rows: [
          ['Series', inUnit(cost.series, 'count')],
          ['Samples a second', inUnit(cost.samplesPerSecond, 'count')],
          [
            'Bytes a sample',
            cost.bytesPerSample === undefined
              ? 'known after the first block is written'
              : number(cost.bytesPerSample),
          ],
          ['Storage now', inUnit(cost.storageBytes, 'bytes')],
          [
            cost.retentionSeconds
              ? `Storage after ${duration(cost.retentionSeconds)} of retention`
              : 'Storage after retention',
            storage === undefined
              ? '–'
              : {
                  text: bytes(storage),
                  state: storage > (cost.retentionBytes || Number.POSITIVE_INFINITY) ? 'warn' : 'good',
                },
          ],
        ],
      },
    },
    {
      title: 'Programs of the stack',
      table: {
        head: ['job', 'memory', 'CPU, of one core'],
        empty: 'No program of the stack tells its memory.',
        rows: jobs.map((job) => [job, inUnit(cost.memory[job], 'bytes'), inUnit(cost.cpu[job], 'ratio')]),
      },
    },
    {
      title: 'Most expensive rules',
      note: 'By the last evaluation; the load is its time over the group’s interval.',
      table: {
        head: ['rule', 'group', 'evaluation', 'load, of one core'],
        empty: 'Prometheus holds no rules.',
        rows: expensiveRules(cost.rules).map(({ name, group, seconds, load }) => [
          name,
          group,
          duration(seconds),
          percent(Number(load.toPrecision(2))),
        ]),
      },
    },
    {
      title: 'Highest cardinality',
      note: 'Series of the last hours by metric.',
      table: {
        head: ['metric', 'series'],
        empty: 'Prometheus holds no series.',
        rows: cost.cardinality.map(({ name, value }) => [name, number(value)]),
      },
    },
  ];
}
