import type { Alert } from '../alert.ts';
import { above, counter, gauge, type RuleModule } from './define.ts';

const base = {
  group: 'changes',
  service: 'platform',
  team: 'platform',
  dashboard: 'system-overview',
  signal: 'change',
  severity: 'info',
} as const;

/** An info alert for a kind of event that services count. */
const event = (name: string, kind: string, summary: string, what: string, runbook: string): Alert => ({
  ...base,
  name,
  expr: (threshold) => `sum by (job) (increase(platform_events_total{kind="${kind}"}[10m])) > ${threshold}`,
  threshold: above(0, 'count'),
  for: '0s',
  summary,
  description: `${what} {{ $labels.job }} within the last 10 minutes.`,
  runbook,
  proofs: [
    {
      series: (level) => [
        counter('platform_events_total', { job: 'inference-api', pod: 'a', kind }, level / 600),
        counter('platform_events_total', { job: 'inference-api', pod: 'b', kind }, 0),
        counter('platform_events_total', { job: 'inference-api', pod: 'a', kind: 'other' }, 1),
      ],
      over: 1,
      under: 0,
      settles: '15s',
      lingers: '8m',
      recovers: '11m',
      labels: [{ job: 'inference-api' }],
    },
  ],
});

/** To be aware of: what people do on purpose. */
export const changes: RuleModule = {
  recordings: [],
  alerts: [
    event(
      'ServiceDeployed',
      'deployment',
      'A service was deployed',
      'A new version was deployed of',
      'service-deployed',
    ),
    event(
      'ConfigurationChanged',
      'configuration',
      'A configuration changed',
      'The configuration changed of',
      'configuration-changed',
    ),
    event(
      'ServiceOptimised',
      'optimisation',
      'A service was optimised',
      'Performance was tuned of',
      'service-optimised',
    ),
    {
      ...base,
      name: 'MaintenanceRunning',
      expr: (threshold) => `max by (job) (platform_maintenance_active) >= ${threshold}`,
      threshold: above(1, 'count'),
      for: '0s',
      summary: 'Planned maintenance is running',
      description: 'Planned maintenance of {{ $labels.job }} is running.',
      runbook: 'maintenance-running',
      proofs: [
        {
          series: (level) => [
            gauge('platform_maintenance_active', { job: 'ml-pipeline', pod: 'a' }, level),
            gauge('platform_maintenance_active', { job: 'ml-pipeline', pod: 'b' }, 0),
          ],
          over: 1,
          under: 0,
          labels: [{ job: 'ml-pipeline' }],
        },
      ],
    },
  ],
};
