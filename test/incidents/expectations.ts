import { INCIDENTS, type Incident } from '../../demo/incidents.ts';
import type { Recording, Sighting } from './play.ts';
import type { RecordedPrometheus } from './recorded.ts';

/** How long an alert may still begin after its incident: the five-minute windows have to be left behind. */
export const AFTERMATH_MS = 6 * 60_000;

/** Whether an incident that was on then, or shortly before, is known to make an alert fire. */
export function explained(recording: Recording, alert: string, activeAt: number): boolean {
  return recording.played.some(({ incident, on, off = recording.recovered }) => {
    const { alerts, may = [] }: Incident = INCIDENTS[incident];
    return [...alerts, ...may].includes(alert) && activeAt >= on - 15_000 && activeAt <= off + AFTERMATH_MS;
  });
}

/** Alerts that are about the machine, or follow where it has no CPU left. */
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

/** Firing alerts that tell the truth of a machine that is busy with something else: slow requests and full CPUs. */
export async function excusedIn(
  recording: Recording,
  alerts: readonly Sighting[],
  prometheus: RecordedPrometheus,
): Promise<readonly Sighting[]> {
  const { result } = await prometheus.range(
    'max(instance:node_cpu:ratio_rate5m) > 0.8 or max(node_load1) / count(count by (cpu) (node_cpu_seconds_total)) > 2',
    recording.up,
    recording.stopped,
  );
  const saturated = result.flatMap(({ values }) => values.map(([seconds]) => seconds * 1000));
  return alerts.filter(
    ({ state, from, labels }) =>
      state === 'firing' &&
      OF_THE_MACHINE.has(labels.alertname ?? '') &&
      saturated.some((time) => Math.abs(time - from) < 5 * 60_000),
  );
}
