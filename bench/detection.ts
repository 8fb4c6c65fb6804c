import { existsSync, readFileSync } from 'node:fs';
import { parseEndpoint } from '../lib/endpoint.ts';
import { type DrillRecord, medianExcess } from '../operations/drills/record.ts';
import { DETECTION_HEAD, type Detected, detectionRows } from '../operations/drills/summary.ts';
import { detectionsOf } from '../test/incidents/detections.ts';
import { lastRecording, RecordedPrometheus, recordedRouting } from '../test/incidents/recorded.ts';
import type { Bench, Measured } from './bench.ts';

/** How long after the shortest possible time somebody hears of an incident. */
export default {
  name: 'detection',
  summary: 'time from incident to message beside its floor, of the last play or of drills (DRILLS=<file>)',
  async run({ say }) {
    const file = process.env.DRILLS || undefined;
    if (file !== undefined) return [measured(readDrills(file), `Drills of ${file}.`)];
    const recording = lastRecording();
    if (recording === undefined) return [measured([], 'No incident was played here yet.')];
    const played = new Date(recording.started).toISOString();
    say(`reading what was recorded at ${played}`);
    const prometheus = await RecordedPrometheus.start();
    try {
      const detections = await detectionsOf(recording, parseEndpoint(prometheus.url), recordedRouting());
      return [measured(detections, `Every incident, played at ${played}.`)];
    } finally {
      await prometheus.stop();
    }
  },
} satisfies Bench;

function readDrills(file: string): readonly DrillRecord[] {
  if (!existsSync(file))
    throw new Error(`${file} is not there; DRILLS is what make drill ALL=1 ARGS="--json FILE" wrote`);
  return JSON.parse(readFileSync(file, 'utf8')) as DrillRecord[];
}

function measured(drills: readonly Detected[], source: string): Measured {
  const median = medianExcess(drills);
  return {
    title: 'Detection beside its floor',
    head: DETECTION_HEAD,
    rows: [
      ...detectionRows(drills),
      ['all', 'median', '', '', median === undefined ? '–' : `${median.toFixed(1)} s`],
    ],
    notes: [
      source,
      'Floor: the first instant at which the alert’s own expression holds on the raw data at 1 s steps, plus for, plus group_wait.',
      'An inhibited alert has no excess, nor has one that was active before its incident.',
      'To measure anew: make test ARGS="--live --only incidents", or make drill ALL=1 ARGS="--json FILE" and DRILLS=FILE.',
    ],
  };
}
