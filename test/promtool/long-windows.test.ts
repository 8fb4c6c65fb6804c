import { expect, test } from 'vitest';
import type { Phase, Recording } from '../../rules/alert.ts';
import { buildRules } from '../../rules/index.ts';
import { layOut, START } from '../../rules/proof/series.ts';
import { History } from './history.ts';

const PORT = 22_010;
const HOUR = 3600;
const DAY = 24 * HOUR;
const DAYS = 31;
const WINDOWS = ['1d', '3d', '30d'];

const set = buildRules();
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
    await history.record(recordings(/:rate5m$/), START, end);
    await history.record(recordings(/:increase$/), compared, end);
    await history.record(recordings(/^slo:error:ratio$/), compared, end);
    const differences = await history.ask(async () => {
      const found: Record<string, number> = {};
      for (const window of WINDOWS) {
        const bad = slo.bad.replaceAll('$window', window);
        const total = slo.total.replaceAll('$window', window);
        for (const hours of [1, 5, 13, 20, 24]) {
          const time = compared + hours * HOUR;
          const staged = await history.value(`slo:error:ratio{window="${window}"}`, time);
          const direct = await history.value(`(${bad}) / (${total})`, time);
          found[`${window} at ${hours}h`] = Math.abs(staged / direct - 1);
        }
      }
      return found;
    });
    expect(Object.entries(differences).filter(([, difference]) => !(difference < 0.01))).toEqual([]);
    expect(Object.keys(differences)).toHaveLength(15);
  } finally {
    history.remove();
  }
});
