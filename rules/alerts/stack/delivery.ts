import type { Alert, InputSeries } from '../../alert.ts';
import { above, below, counter, gauge } from '../define.ts';
import { AM, alertmanager, SELF, up } from './owner.ts';

/** Alerts handed over by two Prometheuses to two Alertmanagers, of which these shares fail. */
const handedOver = (...failed: readonly [number, number]): InputSeries[] =>
  failed.flatMap((share, member) =>
    ['a', 'b'].flatMap((pod) => {
      const labels = { ...SELF, alertmanager: `am-${member}`, pod };
      // Errors of one Prometheus weigh three times as much as those of its twin.
      const errors = share * (pod === 'a' ? 0.75 : 0.25);
      return [
        counter('prometheus_notifications_errors_total', labels, errors),
        counter('prometheus_notifications_sent_total', labels, (1 - share) / 2),
      ];
    }),
  );

const ERRORS = 'sum by (alertmanager) (rate(prometheus_notifications_errors_total[5m]))';
const SENT = 'sum by (alertmanager) (rate(prometheus_notifications_sent_total[5m]))';

/** Whether alerts reach somebody. */
export const deliveryAlerts: readonly Alert[] = [
  {
    ...alertmanager,
    name: 'AlertmanagerDown',
    severity: 'critical',
    expr: (threshold) => `(sum(up{job="alertmanager"}) or vector(0)) < ${threshold}`,
    threshold: below(1, 'count'),
    for: '2m',
    summary: 'No Alertmanager answers',
    description:
      'No Alertmanager answers Prometheus: alerts reach nobody. Only the dead man’s switch tells from outside.',
    runbook: 'alertmanager-down',
    proofs: [
      {
        series: (level) => [
          up('alertmanager', 0, { pod: 'a' }),
          ...Array.from({ length: level }, (_, index) => up('alertmanager', 1, { pod: `b${index}` })),
          up('other', 1),
        ],
        over: (least) => least - 1,
        under: (least) => least,
      },
    ],
  },
  {
    ...alertmanager,
    name: 'AlertsNotDelivered',
    severity: 'critical',
    // What was sent counts successes alone. Members tell each other, so the one that is reached best decides.
    expr: (threshold) => `min(${ERRORS} / (${ERRORS} + ${SENT} > 0)) > ${threshold}`,
    threshold: above(0.5, 'ratio'),
    for: '5m',
    summary: 'Prometheus cannot hand alerts to Alertmanager',
    description:
      '{{ $value | humanizePercentage }} of the alerts could not be handed over, even to the Alertmanager that takes most.',
    runbook: 'alerts-not-delivered',
    proofs: [
      {
        series: (level) => handedOver(level, 1),
        exact: true,
        settles: '15s',
      },
      { name: 'nothing is delivered', series: (level) => handedOver(level, 1), over: 1, settles: '15s' },
    ],
    timelines: [
      {
        name: 'one member of two takes nothing',
        phases: () => [{ lasts: '20m', series: handedOver(1, 0) }],
      },
      {
        // Three of four: they are half of a window of 5 minutes after 200 seconds.
        name: 'errors that are not yet half of 5 minutes for as long as it waits',
        phases: () => [
          { lasts: '20m', series: handedOver(0, 0) },
          { lasts: '480s', series: handedOver(0.75, 0.75) },
        ],
      },
    ],
  },
  {
    ...alertmanager,
    name: 'AlertmanagersApart',
    severity: 'warning',
    // Of those that answer: one that is down has an alert of its own. Without a cluster there is no such metric.
    expr: (threshold) =>
      `sum(up{job="alertmanager"}) - on () group_right () min by (instance) (alertmanager_cluster_members) >= ${threshold}`,
    threshold: above(1, 'count'),
    for: '10m',
    summary: 'An Alertmanager does not know the others',
    description:
      '{{ $labels.instance }} lacks {{ $value }} members of its cluster that answer: notifications are sent twice, and silences hold in one part only.',
    runbook: 'alertmanagers-apart',
    proofs: [
      {
        series: (level) => [
          up('alertmanager', 1, { instance: 'a:9093' }),
          up('alertmanager', 1, { instance: 'b:9093' }),
          up('alertmanager', 0, { instance: 'c:9093' }),
          up('other', 1),
          gauge('alertmanager_cluster_members', AM, 2 - level),
          gauge('alertmanager_cluster_members', { ...AM, pod: 'b' }, 2),
        ],
        over: 1,
        under: 0,
        labels: [{ instance: AM.instance }],
      },
    ],
  },
  {
    ...alertmanager,
    name: 'NotificationsFailing',
    severity: 'warning',
    expr: (threshold) =>
      `sum by (integration) (rate(alertmanager_notifications_failed_total[10m])) / (sum by (integration) (rate(alertmanager_notifications_total[10m])) > 0) > ${threshold}`,
    threshold: above(0.05, 'ratio'),
    for: '5m',
    summary: 'Notifications do not arrive',
    description:
      '{{ $value | humanizePercentage }} of the notifications to {{ $labels.integration }} failed over the last 10 minutes.',
    runbook: 'notifications-failing',
    proofs: [
      {
        series: (level) => [
          counter(
            'alertmanager_notifications_failed_total',
            { ...AM, integration: 'slack', reason: 'a' },
            level * 0.75,
          ),
          counter(
            'alertmanager_notifications_failed_total',
            { ...AM, integration: 'slack', reason: 'b' },
            level * 0.25,
          ),
          counter('alertmanager_notifications_total', { ...AM, integration: 'slack', pod: 'a' }, 0.5),
          counter('alertmanager_notifications_total', { ...AM, integration: 'slack', pod: 'b' }, 0.5),
        ],
        settles: '15s',
        recovers: '15m',
        labels: [{ integration: 'slack' }],
      },
    ],
  },
];
