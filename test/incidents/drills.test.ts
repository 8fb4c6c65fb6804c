import { beforeAll, expect, test } from 'vitest';
import { INCIDENT_NAMES, INCIDENTS } from '../../demo/incidents.ts';
import { parseEndpoint } from '../../lib/endpoint.ts';
import { medianExcess } from '../../operations/drills/record.ts';
import { DETECTION_HEAD, type Detected, detectionRows } from '../../operations/drills/summary.ts';
import { detectionsOf } from './detections.ts';
import { RecordedPrometheus, recorded, recordedRouting } from './recorded.ts';

/** How soon each alert of the played incidents was heard of, beside the soonest that was possible. */
let drills: readonly Detected[];
const all = () => drills.flatMap(({ detections }) => detections);

/** The floor is on a grid of one second. */
const ROUNDING_SECONDS = 1;

beforeAll(async () => {
  const { recording } = await recorded();
  const prometheus = await RecordedPrometheus.start();
  try {
    drills = await detectionsOf(recording, parseEndpoint(prometheus.url), recordedRouting());
  } finally {
    await prometheus.stop();
  }
  const rows = [DETECTION_HEAD, ...detectionRows(drills)].map((row) => row.join('\t'));
  console.log(`${rows.join('\n')}\nMedian excess over the floor: ${medianExcess(drills)?.toFixed(1)} s`);
});

test('every expected alert has a floor: its expression holds on the raw data of its incident', () => {
  expect(drills.map(({ incident }) => incident).sort()).toEqual(INCIDENT_NAMES.toSorted());
  expect(
    all()
      .filter(({ floor }) => floor !== undefined)
      .map(({ alert }) => alert),
  ).toEqual(drills.flatMap(({ incident }) => INCIDENTS[incident as keyof typeof INCIDENTS].alerts));
});

test('what was heard can be held against it', () => {
  expect(all().filter(({ excess }) => excess !== undefined).length).toBeGreaterThan(
    INCIDENT_NAMES.length / 2,
  );
});

test('nobody hears of anything before its floor', () => {
  const early = all().filter(({ excess = 0 }) => excess < -ROUNDING_SECONDS);
  expect(early.map(({ alert, excess }) => `${alert} ${excess?.toFixed(1)} s`)).toEqual([]);
});
