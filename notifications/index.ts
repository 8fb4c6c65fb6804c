export { type Address, receiverAddresses } from './addresses.ts';
export { alertLabels, dashboardLinks } from './alerts.ts';
export { type AlertmanagerFiles, type AlertmanagerOptions, buildAlertmanager } from './build.ts';
export { NotificationsError } from './checks.ts';
export type { AlertmanagerConfig, Labels } from './config.ts';
export { isMaintenance } from './intervals.ts';
export { pagersOf } from './receivers.ts';
export { retentionHours } from './retention.ts';
export { pagersIn } from './routes.ts';
export { type NotificationsSettings, notificationsSettings } from './settings.ts';
export {
  applySilences,
  changesSilences,
  describePlan,
  planSilences,
  type SilencePlan,
} from './silences.ts';
export { messages, type Outcome, route, simulate } from './simulate.ts';
