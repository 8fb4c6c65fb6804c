import type { RuleModule } from './define.ts';
import { configurationAlerts } from './stack/configuration.ts';
import { deliveryAlerts } from './stack/delivery.ts';
import { historyAlerts } from './stack/history.ts';
import { limitAlerts } from './stack/limits.ts';
import { storageAlerts } from './stack/storage.ts';
import { targetAlerts } from './stack/targets.ts';

/**
 * What watches the watchers.
 * @param exporters jobs of the exporters that this stack runs.
 * @param found jobs whose copies are found. Default: none.
 * @param windowDays longest window of the SLOs. Default: that of those which ship.
 */
export const stackRules = (
  exporters: readonly string[],
  found: readonly string[] = [],
  windowDays = 30,
): RuleModule => ({
  recordings: [],
  alerts: [
    ...targetAlerts(exporters, found),
    ...configurationAlerts,
    ...deliveryAlerts,
    ...limitAlerts,
    ...storageAlerts,
    ...historyAlerts(windowDays),
  ],
});
