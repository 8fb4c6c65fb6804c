import type { Endpoint } from '../../lib/endpoint.ts';
import type { AlertmanagerConfig } from '../../notifications/index.ts';
import { firstHolds, floorOf } from './earliest-delay.ts';
import { inlined } from './inline.ts';
import type { Detection } from './record.ts';
import { groupWait } from './routing.ts';
import type { AlertRule, Recorded } from './rules.ts';
import { instantsOf } from './stack.ts';

/** What was seen of one alert. Times are Unix seconds. */
export interface Seen {
  readonly alert: string;
  /** When the incident began and ended. */
  readonly start: number;
  readonly end: number;
  /** Messages of it, in order. */
  readonly heard: readonly { readonly at: number; readonly receiver?: string }[];
  /** What held it back before anybody heard of it. */
  readonly quiet?: Detection['quiet'];
}

/** Where an alert's floor comes from. */
export interface Basis {
  /** The Prometheus that has the data of the time. */
  readonly prometheus: Endpoint;
  readonly rule: AlertRule | undefined;
  readonly recordings: readonly Recorded[];
  readonly config: AlertmanagerConfig;
}

/** Most points that Prometheus gives for a series is 11,000. */
const LONGEST_SECONDS = 10_000;

/** Compares what was heard of an alert with the soonest that anybody could have heard of it. */
export async function detect(
  seen: Seen,
  { prometheus, rule, recordings, config }: Basis,
): Promise<Detection> {
  const { alert, start, end, heard, quiet } = seen;
  const [first] = heard;
  const base = {
    alert,
    severity: rule?.labels.severity ?? '',
    receivers: [...new Set(heard.map(({ receiver = '' }) => receiver))],
    ...(quiet && { quiet }),
    ...(first && { heard: first.at }),
  };
  if (rule === undefined) return base;
  const from = Math.floor(start);
  const query = inlined(rule.query, recordings);
  const to = Math.min(Math.ceil(end), from + LONGEST_SECONDS);
  const holds = firstHolds(await instantsOf(prometheus, query, from, to), start, rule);
  if (holds === undefined) return base;
  const floor = floorOf(holds, rule.duration, groupWait(config, { ...rule.labels, alertname: alert }));
  // A message that was held back says nothing about detection: it came when the louder alert ended.
  const timely = quiet === undefined ? first : undefined;
  return { ...base, holds, floor, ...(timely && { excess: timely.at - floor }) };
}
