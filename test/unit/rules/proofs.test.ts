import { expect, test } from 'vitest';
import { buildRules, RECORDED } from '../../../rules/index.ts';
import { baseRange } from '../../../rules/slo/recordings.ts';
import { RUNNING_SUMS } from '../../../rules/slo/totals.ts';
import { RECORDING_PROOFS } from '../../../rules/tests.ts';

test('every recorded series has a proof, and no proof is of a series that nobody records', () => {
  const recorded = new Set(buildRules().recordings.map(({ record }) => record));
  const ofSlos = [...recorded].filter((record) => record.startsWith('slo:'));
  expect(new Set([...Object.keys(RECORDING_PROOFS), ...ofSlos])).toEqual(recorded);
  const withTotals = buildRules({ settings: { longWindows: 'totals' } }).recordings.map(
    ({ record }) => record,
  );
  expect(new Set(withTotals)).toEqual(new Set(Object.keys(RECORDED)));
  expect(recorded).toEqual(
    new Set(Object.keys(RECORDED).filter((record) => !RUNNING_SUMS.some((name) => name === record))),
  );
});

test.each([
  ['10s', '1m10s'],
  ['15s', '1m15s'],
  ['60s', '2m'],
  ['2m', '4m'],
])('scraped every %s, a short rate reads %s', (interval, range) => {
  expect(baseRange(interval)).toBe(range);
  const { recordings } = buildRules({ services: [{ name: 'inference-api', interval }] });
  const short = recordings.filter(
    ({ record, labels }) => record === 'slo:total:rate1m' && labels?.slo === 'inference-latency',
  );
  expect(short.map(({ expr }) => expr)).toEqual([
    `((sum(rate(inference_request_duration_seconds_count[${range}]))) >= 0 < Inf or vector(0))`,
  ]);
});

test('a case of one burn window that another one of the alert hears is left out', () => {
  const names = (windowDays: 7 | 30) =>
    buildRules({ settings: { slos: { 'inference-latency': { windowDays } } } })
      .alerts.find(({ name }) => name === 'InferenceLatencyBudgetBurnSlow')
      ?.timelines?.map(({ name }) => name);
  // Over 7 days both pairs fire at a burn of 1, and a little more than 1 over a day is over it.
  const heard = 'just under it, measured for nine tenths of 3d';
  expect(names(30)).toContain(heard);
  expect(names(7)).toEqual(names(30)?.filter((name) => name !== heard));
});
