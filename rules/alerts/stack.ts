import type { RuleModule } from './define.ts';
import { configurationAlerts } from './stack/configuration.ts';
import { deliveryAlerts } from './stack/delivery.ts';
import { storageAlerts } from './stack/storage.ts';
import { targetAlerts } from './stack/targets.ts';

const EXPORTERS = ['redis-exporter', 'node-exporter', 'blackbox-exporter'] as const;

/** What watches the watchers. `exporters` are the jobs of those that this stack runs. */
export const stackRules = (exporters: readonly string[] = EXPORTERS): RuleModule => ({
  recordings: [],
  alerts: [...targetAlerts(exporters), ...configurationAlerts, ...deliveryAlerts, ...storageAlerts],
});
