import type { RuleModule } from './define.ts';
import { configurationAlerts } from './stack/configuration.ts';
import { deliveryAlerts } from './stack/delivery.ts';
import { limitAlerts } from './stack/limits.ts';
import { storageAlerts } from './stack/storage.ts';
import { targetAlerts } from './stack/targets.ts';

const EXPORTERS = ['redis-exporter', 'node-exporter', 'blackbox-exporter'] as const;

/** What watches the watchers: jobs of the exporters that this stack runs, and jobs whose copies are found. Default: none found. */
export const stackRules = (
  exporters: readonly string[] = EXPORTERS,
  found: readonly string[] = [],
): RuleModule => ({
  recordings: [],
  alerts: [
    ...targetAlerts(exporters, found),
    ...configurationAlerts,
    ...deliveryAlerts,
    ...limitAlerts,
    ...storageAlerts,
  ],
});
