import { INCIDENTS, type Incident } from '../../demo/incidents.ts';
import type { Recording } from './play.ts';

/** How long an alert may still begin after its incident: the five-minute windows have to be left behind. */
export const AFTERMATH_MS = 6 * 60_000;

/** Whether an incident that was on then, or shortly before, is known to make an alert fire. */
export function explained(recording: Recording, alert: string, activeAt: number): boolean {
  return recording.played.some(({ incident, on, off = recording.recovered }) => {
    const { alerts, may = [] }: Incident = INCIDENTS[incident];
    return [...alerts, ...may].includes(alert) && activeAt >= on - 15_000 && activeAt <= off + AFTERMATH_MS;
  });
}

const OF_THE_MACHINE = new Set([
  'CPUHigh',
  'MemoryHigh',
  'DiskHigh',
  'DiskWillFill',
  'InferenceAPIHighLatency',
  'InferenceAPILatencySLOBroken',
  'InferenceLatencyBudgetBurnFast',
  'InferenceLatencyBudgetBurnSlow',
  'RuleEvaluationSlow',
  'InferenceAPIDown',
  'InferenceAPIProbeFailing',
  'HealthScoreLow',
]);

/** Whether an alert is about the machine, or follows where it has no CPU left. */
export function ofTheMachine(alert: string): boolean {
  return OF_THE_MACHINE.has(alert);
}
