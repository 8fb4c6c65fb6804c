import { generator } from '../random.ts';

/** Seconds between two samples. */
export const STEP_SECONDS = 60;
const MINUTES_A_DAY = 1440;

/** How traffic and trouble went, minute by minute; every series of the data set follows it. */
export interface Course {
  /** Sum of the traffic up to each minute, in mean minutes. */
  readonly traffic: Float64Array;
  /** Sum of the traffic that met an incident up to each minute. */
  readonly trouble: Float64Array;
  /** 1 in a minute of an incident, 0 otherwise. */
  readonly incident: Uint8Array;
}

/**
 * A course with a daily shape (twice as busy in the afternoon as at night) and incidents of 4 to 90 minutes, about
 * one in 14 hours, the last one within the newest half hour, so that every window of an SLO holds some. The same
 * for the same number of minutes.
 */
export function courseOf(minutes: number): Course {
  const random = generator(20_260_101);
  const incident = new Uint8Array(minutes + 1);
  for (let at = 200; at < minutes; at += Math.round(300 + random() * 1100)) {
    incident.fill(1, at, Math.min(minutes, at + Math.round(4 + random() ** 3 * 86)));
  }
  incident.fill(1, minutes - 28, minutes - 17);
  incident.fill(1, minutes - 4, minutes - 1);
  const traffic = new Float64Array(minutes + 1);
  const trouble = new Float64Array(minutes + 1);
  for (let minute = 1; minute <= minutes; minute++) {
    const busy = 1 + Math.sin((2 * Math.PI * minute) / MINUTES_A_DAY) / 3 + (random() - 0.5) / 10;
    traffic[minute] = at(traffic, minute - 1) + busy;
    trouble[minute] = at(trouble, minute - 1) + (incident[minute] ? busy : 0);
  }
  return { traffic, trouble, incident };
}

const at = (values: Float64Array, index: number): number => values[index] ?? 0;
