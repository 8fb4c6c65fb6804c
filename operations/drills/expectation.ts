import { INCIDENTS, type Incident, type IncidentName } from '../../demo/incidents.ts';
import { buildRules, type ResolvedAlert } from '../../rules/index.ts';
import { durationSeconds } from './routing.ts';

/** An alert that goes on firing for longer than this after recovery is not waited for, in seconds. */
const LONGEST_WAIT = 30 * 60;

/** As the proofs of alerts have it where they say nothing. */
const USUAL_RECOVERY = '10m';

/** What an incident brings about. */
export interface IncidentExpectation {
  /** Alerts that must fire. */
  readonly alerts: readonly string[];
  /** Alerts that may follow from it. */
  readonly may: readonly string[];
  /** Of those that must fire, the ones that look back so far that nobody waits for their end. */
  readonly lasting: readonly string[];
  /** How long the others may go on firing after recovery, in seconds. */
  readonly recovery: number;
}

export function expectationOf(name: IncidentName): IncidentExpectation {
  const { alerts, may = [] }: Incident = INCIDENTS[name];
  const rules = buildRules().alerts;
  const recoveries = new Map(alerts.map((alert) => [alert, recoveryOf(alert, rules)]));
  const lasting = alerts.filter((alert) => (recoveries.get(alert) ?? 0) > LONGEST_WAIT);
  const waited = alerts.filter((alert) => !lasting.includes(alert));
  const recovery = Math.max(0, ...waited.map((alert) => recoveries.get(alert) ?? 0));
  return { alerts, may, lasting, recovery };
}

/** How long an alert may go on firing once all is well, which its window decides and its proofs hold. */
function recoveryOf(alert: string, rules: readonly ResolvedAlert[]): number {
  const proofs = rules.find(({ name }) => name === alert)?.proofs ?? [];
  return Math.max(0, ...proofs.map(({ recovers = USUAL_RECOVERY }) => durationSeconds(recovers)));
}
