// Rules and SLOs of a shop: rule files for Prometheus, tests for promtool, and Alertmanager's files. No Pulumi.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { alertLabels, alertmanagerFiles } from 'feature-store-monitoring/notifications';
import { canonical } from 'feature-store-monitoring/promql';
import { renderOwnTests, renderRules, serviceRules } from 'feature-store-monitoring/rules';
import { availability, latencyUnder, sloRules } from 'feature-store-monitoring/slo';

const REQUESTS = 'http_requests_total{job="checkout"}';

/** Two objectives of the checkout, with their recordings and burn alerts. */
const slos = sloRules(
  [
    {
      name: 'checkout-availability',
      title: 'Checkout availability',
      promise: 'A checkout succeeds.',
      service: 'checkout',
      team: 'payments',
      indicator: availability(REQUESTS, 'code=~"5.."'),
      objective: 0.999,
    },
    {
      name: 'checkout-latency',
      service: 'checkout',
      team: 'payments',
      indicator: latencyUnder('http_request_duration_seconds{job="checkout"}', 0.3),
      objective: 0.99,
    },
  ],
  { runbookBaseUrl: 'https://runbooks.example.org' },
);

/** An alert with its boundary case: it is refused without one. */
const rules = serviceRules({
  runbookBaseUrl: 'https://runbooks.example.org',
  rules: {
    metrics: { checkout_queue_depth: { type: 'gauge', labels: ['queue'] } },
    alerts: [
      {
        name: 'CheckoutQueueDeep',
        service: 'checkout',
        team: 'payments',
        severity: 'warning',
        signal: 'lag',
        expr: 'max by (queue) (checkout_queue_depth) > $threshold',
        threshold: { value: 100, unit: 'count', direction: 'above' },
        for: '5m',
        summary: 'Checkouts wait',
        description: 'Queue {{ $labels.queue }} holds {{ $value | humanize }} checkouts.',
        runbook: 'checkout-queue',
        proof: {
          over: [{ series: 'checkout_queue_depth{queue="cards"}', kind: 'gauge', value: 101 }],
          under: [{ series: 'checkout_queue_depth{queue="cards"}', kind: 'gauge', value: 100 }],
          labels: [{ queue: 'cards' }],
          value: 101,
        },
      },
    ],
  },
});

const alertmanager = alertmanagerFiles({
  settings: { slack: { channel: '#payments' } },
  alerts: alertLabels([...slos.alerts, ...rules.alerts]),
  production: false,
  secretsDirectory: '/etc/alertmanager/secrets',
  standInUrl: 'http://127.0.0.1:9999/webhook',
});

const out = process.argv[2] ?? 'out';
const files = {
  'rules/slos.yaml': slos.yaml,
  ...within('rules', renderRules(rules)),
  ...within('tests', renderOwnTests(rules)),
  ...within('alertmanager', alertmanager.files),
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}
console.log(canonical(`sum( rate(${REQUESTS}[5m]) )`));
console.log(
  `${slos.alerts.length + rules.alerts.length} alerts, ${slos.recordings.length + rules.recordings.length} recordings`,
);

function within(folder: string, texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${folder}/${name}`, text]));
}
