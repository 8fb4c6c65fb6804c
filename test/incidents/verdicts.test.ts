import { beforeAll, expect, test } from 'vitest';
import { type Judged, judgeMutants } from './verdicts.ts';

/** The bench `verdicts` judges thousands. */
const SAMPLE = { alerts: 60, routes: 100, seed: 20_260 };

let judged: readonly Judged[];

beforeAll(async () => {
  judged = await judgeMutants(SAMPLE);
});

const loses = ({ missing }: Judged) => missing.length > 0;

test('no change that a review calls harmless or stricter loses or delays a message of a day of incidents', () => {
  const wrong = judged.filter((each) => each.isGreen && loses(each));
  expect(wrong.map(({ what, missing }) => [what, ...missing])).toEqual([]);
});

test('the day tells many mutants of alerts and of routes from the version as it is, and not all', () => {
  for (const some of [judged.slice(0, SAMPLE.alerts), judged.slice(SAMPLE.alerts)]) {
    expect(some.filter(loses).length).toBeGreaterThan(some.length / 10);
    expect(some.filter((each) => !loses(each)).length).toBeGreaterThan(some.length / 10);
    expect(some.filter(({ isGreen }) => isGreen).length).toBeGreaterThan(some.length / 10);
  }
});
