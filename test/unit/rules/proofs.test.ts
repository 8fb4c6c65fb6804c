import { expect, test } from 'vitest';
import { buildRules, RECORDED } from '../../../rules/index.ts';
import { baseRange } from '../../../rules/slo/recordings.ts';
import { RECORDING_PROOFS } from '../../../rules/tests.ts';

test('every recorded series has a proof, and no proof is of a series that nobody records', () => {
  const recorded = new Set(buildRules().recordings.map(({ record }) => record));
  const ofSlos = [...recorded].filter((record) => record.startsWith('slo:'));
  expect(new Set([...Object.keys(RECORDING_PROOFS), ...ofSlos])).toEqual(recorded);
  expect(recorded).toEqual(new Set(Object.keys(RECORDED)));
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
