import { INCIDENTS } from '../../demo/incidents.ts';
import type { Endpoint } from '../../lib/endpoint.ts';
import type { AlertmanagerConfig } from '../../notifications/index.ts';
import { detect, type Seen } from '../../operations/drills/detect.ts';
import type { Detection } from '../../operations/drills/record.ts';
import { type RuleGroups, rulesIn } from '../../operations/drills/rules.ts';
import type { Detected } from '../../operations/drills/summary.ts';
import type { Played, Recording, Told } from './play.ts';

/** Alertmanager keeps a group a while after its last alert, and tells the next one in it without `group_wait`. */
const GROUP_LASTS_MS = 15 * 60_000;

/**
 * Every expected alert of a recording's incidents beside its floor, computed as a drill does. What was active
 * before its incident has no excess: when it was heard says nothing of that incident.
 * @param prometheus one that has the recorded data.
 */
export async function detectionsOf(
  recording: Recording,
  prometheus: Endpoint,
  config: AlertmanagerConfig,
): Promise<readonly Detected[]> {
  const { alerts, recordings } = rulesIn(recording.healthy.rules as RuleGroups);
  const found: Detected[] = [];
  for (const played of recording.played) {
    const detections: Detection[] = [];
    for (const alert of INCIDENTS[played.incident].alerts) {
      const rule = alerts.find(({ name }) => name === alert);
      const seen = seenOf(recording, played, alert);
      const { excess, ...rest } = await detect(seen, { prometheus, rule, recordings, config });
      const comparable = excess !== undefined && !wasActive(recording, alert, played.on);
      detections.push({ ...rest, ...(comparable && { excess }) });
    }
    const startedAt = new Date(played.on).toISOString();
    found.push({ incident: played.incident, startedAt, detections });
  }
  return found;
}

function wasActive({ alerts }: Recording, alert: string, at: number): boolean {
  return alerts.some(
    ({ labels, activeAt, to }) => labels.alertname === alert && activeAt < at && to > at - GROUP_LASTS_MS,
  );
}

function seenOf(recording: Recording, { on, off = recording.recovered }: Played, alert: string): Seen {
  const heard = recording.told
    .filter((message) => tellsOf(message, alert))
    .map(({ receivedAt, receiver }) => ({ at: Date.parse(receivedAt) / 1000, receiver }))
    .filter(({ at }) => at >= on / 1000);
  const first = Math.min(off, ...heard.map(({ at }) => at * 1000));
  const held = recording.suppressed.some(
    ({ labels, inhibited, from, to }) => labels.alertname === alert && inhibited && to >= on && from < first,
  );
  return { alert, start: on / 1000, end: off / 1000, heard, ...(held && { quiet: 'inhibited' }) };
}

const tellsOf = ({ alerts }: Told, alert: string) =>
  alerts.some(({ status, labels }) => status === 'firing' && labels.alertname === alert);
