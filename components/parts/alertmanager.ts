import { counter, gauge } from '../../rules/series.ts';
import { defineServer, metricsOf, NO_RULES, pinned } from './part.ts';

const metric = metricsOf('alertmanager');
const SELF = { job: 'alertmanager', instance: 'alertmanager:9093' };

/** Alertmanager: routes, groups and inhibits alerts, and notifies people of them. */
export const alertmanager = defineServer({
  name: 'alertmanager',
  title: 'Alertmanager',
  port: 9093,
  program: pinned('alertmanager', 'docker.io/prom/alertmanager'),
  opened: true,
  ready: '/-/ready',
  probed: '/-/healthy',
  // Its section is in `stack/settings/`.
  settings: {},
  absent: () => undefined,
  metrics: {
    alertmanager_build_info: metric('gauge', '1', 'Version of Alertmanager.', ['version']),
    alertmanager_config_last_reload_successful: metric('gauge', '1', '1 where the last reload succeeded.'),
    alertmanager_alerts: metric('gauge', '1', 'Alerts by state.', ['state']),
    alertmanager_alerts_received_total: metric('counter', '1', 'Alerts received.', ['status', 'version']),
    alertmanager_alerts_invalid_total: metric('counter', '1', 'Alerts received and refused.', ['version']),
    alertmanager_notifications_total: metric('counter', '1', 'Notifications attempted.', ['integration']),
    alertmanager_notifications_failed_total: metric('counter', '1', 'Notifications that failed.', [
      'integration',
      'reason',
    ]),
    alertmanager_notification_latency_seconds: {
      type: 'histogram',
      unit: 'seconds',
      labels: ['integration'],
      help: 'Time to deliver a notification.',
      source: 'alertmanager',
    },
    alertmanager_silences: metric('gauge', '1', 'Silences by state.', ['state']),
    alertmanager_cluster_members: metric('gauge', '1', 'Members of the cluster, as each sees it.'),
    alertmanager_cluster_failed_peers: metric('gauge', '1', 'Peers of the cluster that failed.'),
  },
  // The watchers are watched as one: `rules/alerts/stack/`.
  rules: NO_RULES,
  healthy: () => [
    gauge('alertmanager_config_last_reload_successful', SELF, 1),
    counter('alertmanager_notifications_total', { ...SELF, integration: 'slack' }, 0.01),
    counter('alertmanager_notifications_failed_total', { ...SELF, integration: 'slack' }, 0.0001),
  ],
});
