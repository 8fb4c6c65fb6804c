import { expect, test } from 'vitest';
import { scrapedEvery } from '../../bench/dataset/rules.ts';
import { exactCount } from '../../bench/slo/exact.ts';
import type { Phase, Recording } from '../../rules/alert.ts';
import { buildRules } from '../../rules/index.ts';
import { layOut, START } from '../../rules/proof/series.ts';
import { History } from './history.ts';

const PORT = 22_010;
const HOUR = 3600;
const DAY = 24 * HOUR;
const DAYS = 31;
const WINDOWS = ['1h', '6h', '1d', '3d', '30d'];

// The data has a sample a minute.
const set = buildRules({ services: scrapedEvery('60s') });
const slo = set.slos.find((each) => each.name === 'inference-latency');
if (slo?.kind !== 'events') throw new Error('no such SLO');

/** Share of slow requests in the hours, from the start, that are out of the ordinary. */
const INCIDENTS: Readonly<Record<number, number>> = {
  [3 * 24 + 2]: 0.9,
  [12 * 24 + 14]: 0.3,
  [28 * 24 + 20]: 0.1,
  [29 * 24 + 15]: 0.5,
  [30 * 24 + 3]: 0.8,
  [30 * 24 + 11]: 0.2,
};
/** Requests a second: ten times as many in the afternoon as at night. */
const traffic = (hour: number): number => 11 - 9 * Math.cos(((hour - 3) / 12) * Math.PI);

const course: Phase[] = Array.from({ length: DAYS * 24 }, (_, hour) => ({
  lasts: '1h',
  series: slo
    .sample(INCIDENTS[hour] ?? 0.01, traffic(hour % 24))
    .filter(({ series }) => /_count|le="0.15"/.test(series)),
}));

/** Hours of the last day: in calm, and some minutes into incidents and after them. */
const HOURS = [1, 3.2, 5, 11.5, 13, 20, 24];

const recordings = (name: RegExp): Recording[] =>
  set.recordings.filter(
    ({ record, labels }) =>
      labels?.slo === slo.name &&
      name.test(record) &&
      (labels.window === undefined || WINDOWS.includes(labels.window)),
  );

test('on a real Prometheus, windows of days staged on short rates differ from direct ones by less than 1 %', async () => {
  const history = new History(PORT);
  const end = START + DAYS * DAY;
  const compared = end - DAY;
  try {
    await history.write(layOut(course, 60), START);
    await history.record(recordings(/:rate1m$/), START, end);
    await history.record(recordings(/:increase$/), compared, end);
    await history.record(recordings(/^slo:error:ratio$/), compared, end);
    const differences = await history.ask(async () => {
      const found: { readonly what: string; readonly difference: number; readonly allowed: number }[] = [];
      for (const window of WINDOWS) {
        const rated = (expr: string) => expr.replaceAll('$window', window);
        const counted = (expr: string) => exactCount(expr, window);
        for (const hours of HOURS) {
          const time = compared + hours * HOUR;
          // Backfilled rules are evaluated somewhen within each minute: this is what follows the sample of `time`.
          const staged = await history.value(`slo:error:ratio{window="${window}"}`, time + 59.999);
          const differs = async (what: string, expr: (rate: string) => string, allowed: number) => {
            const value = await history.value(`(${expr(slo.bad)}) / (${expr(slo.total)})`, time);
            const difference = Math.abs(staged / value - 1);
            found.push({ what: `${what}, ${window} at ${hours} h`, difference, allowed });
          };
          await differs('exact', counted, 1e-6);
          // With a sample a minute, the direct expression of an hour sees 59 minutes.
          if (window !== '1h') await differs('direct', rated, 0.01);
        }
      }
      return found;
    });
    expect(differences.filter(({ difference, allowed }) => !(difference < allowed))).toEqual([]);
    expect(differences).toHaveLength(HOURS.length * (2 * WINDOWS.length - 1));
  } finally {
    history.remove();
  }
});
