import { daysOf, lengthOf, type Period } from '../period.ts';
import type { Labels, Prometheus, Sample } from '../prometheus.ts';

/** One day of an SLO. Events, or minutes for an SLO of minutes. */
export interface Day extends Period {
  readonly bad: number;
  readonly total: number;
}

export interface SloHistory {
  readonly name: string;
  readonly service: string;
  readonly kind: 'events' | 'slices';
  /** As it was recorded last in the period. */
  readonly objective: number;
  /** Days with data, in order. */
  readonly days: readonly Day[];
  /** Minutes of the period that have data. */
  readonly minutes: number;
}

/** The SLO groups record one sample a minute; a rate times this is what happened in it. */
const STEP = 60;

interface DayTotals {
  readonly bad: Map<string, number>;
  readonly total: Map<string, number>;
  readonly minutes: Map<string, number>;
  readonly slices: ReadonlySet<string>;
}

/** What the SLOs' own recording rules wrote, day by day: five small questions for each day. */
export async function fetchSlos(prometheus: Prometheus, period: Period): Promise<readonly SloHistory[]> {
  const objectives = await prometheus.query(
    `last_over_time(slo:objective:ratio[${lengthOf(period)}s])`,
    period.to,
  );
  const days = daysOf(period);
  const totals: DayTotals[] = [];
  for (const day of days) totals.push(await fetchDay(prometheus, day));
  return objectives.map(({ labels, value }) => {
    const name = labels.slo ?? '';
    const at = (index: number, what: 'bad' | 'total' | 'minutes') => totals[index]?.[what].get(name);
    return {
      name,
      service: labels.service ?? '',
      kind: totals.some(({ slices }) => slices.has(name)) ? 'slices' : 'events',
      objective: value,
      days: days.flatMap((day, index) => {
        const total = at(index, 'total');
        return total === undefined ? [] : [{ ...day, total, bad: at(index, 'bad') ?? 0 }];
      }),
      minutes: days.reduce((minutes, _, index) => minutes + (at(index, 'minutes') ?? 0), 0),
    };
  });
}

async function fetchDay(prometheus: Prometheus, day: Period): Promise<DayTotals> {
  const window = `[${lengthOf(day)}s]`;
  const ask = (expr: string) => prometheus.query(expr, day.to);
  const bad = await ask(`${STEP} * sum_over_time(slo:bad:rate1m${window})`);
  const total = await ask(`${STEP} * sum_over_time(slo:total:rate1m${window})`);
  const covered = await ask(`count_over_time(slo:total:rate1m${window})`);
  const badMinutes = await ask(`sum_over_time(slo:slice_bad:bool${window})`);
  const minutes = await ask(`count_over_time(slo:slice_bad:bool${window})`);
  return {
    bad: byName([...bad, ...badMinutes]),
    total: byName([...total, ...minutes]),
    minutes: byName([...covered, ...minutes]),
    slices: new Set(minutes.map(({ labels }) => slo(labels))),
  };
}

const slo = (labels: Labels) => labels.slo ?? '';
const byName = (samples: readonly Sample[]) =>
  new Map(samples.map(({ labels, value }) => [slo(labels), value]));
