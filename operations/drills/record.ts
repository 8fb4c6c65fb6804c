/** Steps of an alert's way, in order. */
export const STEPS = [
  'injected',
  'metric',
  'pending',
  'firing',
  'notified',
  'recovered',
  'resolved',
  'all-clear',
] as const;
export type Step = (typeof STEPS)[number];

/** Something that happened in a drill. Times are Unix seconds. */
export interface DrillEvent {
  readonly at: number;
  readonly step: Step;
  /** The alert that it is about; none for the incident itself. */
  readonly alert?: string;
  /** The receiver of a message. */
  readonly receiver?: string;
}

/** How one alert was detected, and how soon it could have been. */
export interface Detection {
  readonly alert: string;
  readonly severity: string;
  /** Receivers that heard of it. */
  readonly receivers: readonly string[];
  /** What held it back before anybody heard of it. */
  readonly quiet?: 'inhibited' | 'silenced';
  /** First instant at which the expression holds, on the raw data at 1 s steps, for as long as `for` asks. */
  readonly holds?: number;
  /** `holds` + `for` + `group_wait`: nobody can hear of it sooner. */
  readonly floor?: number;
  /** First message to a receiver. */
  readonly heard?: number;
  /** Seconds between the two. */
  readonly excess?: number;
}

export interface DrillRecord {
  readonly incident: string;
  readonly startedAt: string;
  /** Incidents that were on at the same time; their pages are not this one's fault. */
  readonly beside: readonly string[];
  readonly events: readonly DrillEvent[];
  readonly detections: readonly Detection[];
  /** What went wrong; empty where the drill passed. */
  readonly problems: readonly string[];
}

/** Median of the seconds between the shortest possible detection and the real one; undefined without any. */
export function medianExcess(records: readonly Pick<DrillRecord, 'detections'>[]): number | undefined {
  const all = records
    .flatMap(({ detections }) => detections.flatMap(({ excess }) => excess ?? []))
    .sort((a, b) => a - b);
  const middle = (all.length - 1) / 2;
  const [low, high] = [all[Math.floor(middle)], all[Math.ceil(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
