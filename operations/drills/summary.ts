import type { DrillRecord } from './record.ts';

/** What a table of detections needs to know of a drill. */
export type Detected = Pick<DrillRecord, 'incident' | 'startedAt' | 'detections'>;

export const DETECTION_HEAD = ['incident', 'alert', 'floor', 'heard', 'excess'] as const;

/** One row an alert: floor and first message in seconds since the incident began, and what lies between them. */
export function detectionRows(drills: readonly Detected[]): readonly (readonly string[])[] {
  return drills.flatMap(({ incident, startedAt, detections }) => {
    const start = Date.parse(startedAt) / 1000;
    const since = (at: number | undefined) => seconds(at === undefined ? undefined : at - start);
    return detections.map(({ alert, floor, heard, excess, quiet }) => [
      incident,
      alert,
      since(floor),
      quiet === undefined ? since(heard) : quiet,
      seconds(excess),
    ]);
  });
}

const seconds = (value: number | undefined) => (value === undefined ? '–' : `${value.toFixed(1)} s`);
