// A dashboard of a shop, as the JSON that Grafana provisions. No Pulumi, and no feature store.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  datasourceVariable,
  highIsBad,
  instant,
  labelVariable,
  line,
  ownDashboard,
  range,
  row,
  stat,
  timeSeries,
} from 'feature-store-monitoring/dashboards';

const REQUESTS = 'http_requests_total{job="checkout", route=~"$route"}';

const checkout = ownDashboard({
  uid: 'checkout',
  title: 'Checkout',
  question: 'Can customers pay?',
  tags: ['payments'],
  variables: [datasourceVariable(), labelVariable('route', 'Route', 'http_requests_total', 'route')],
  rows: [
    row(
      'Requests',
      line(
        8,
        stat({
          title: 'Share of requests that fail',
          description: 'Server errors over all requests of the last five minutes.',
          unit: 'percentunit',
          levels: highIsBad({ warning: 0.001, bad: 0.01 }),
          queries: [
            instant(
              `sum(rate(http_requests_total{job="checkout", code=~"5.."}[5m])) / sum(rate(http_requests_total{job="checkout"}[5m]))`,
              'failed',
            ),
          ],
        }),
        timeSeries({
          title: 'Requests by route',
          description: 'What customers ask for.',
          unit: 'reqps',
          queries: [range(`sum by (route) (rate(${REQUESTS}[$__rate_interval]))`, '{{route}}')],
        }),
      ),
    ),
  ],
});

const out = process.argv[2] ?? 'out';
mkdirSync(out, { recursive: true });
writeFileSync(join(out, checkout.fileName), JSON.stringify(checkout.json, undefined, 2));
console.log(`${checkout.title}: ${checkout.panels.length} panels`);
