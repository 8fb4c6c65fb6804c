import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildRules, renderRules } from '../../rules/index.ts';
import { renderOwnTests } from '../../rules/tests.ts';
import { checkFiles } from '../../stack/check.ts';
import { ensureTools } from '../../tools/install.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A recording rule, an alert and an SLO of a user's; a checkout is too slow from 3 s on. */
const own = (under: number, mean = 2) => `
metrics:
  checkout_seconds: { type: gauge, unit: seconds, labels: [shop], source: checkout }
  checkouts_total: { type: counter, labels: [result], source: checkout }
recordings:
  - record: shop:checkout_seconds:mean
    expr: avg by (shop) (checkout_seconds)
    labels: { currency: eur }
    help: Mean duration of a checkout.
    proof:
      series:
        - { series: 'checkout_seconds{shop="a", instance="1"}', kind: gauge, value: 1 }
        - { series: 'checkout_seconds{shop="a", instance="2"}', kind: gauge, value: 3 }
      yields: [{ labels: { shop: a }, value: ${mean} }]
  - record: all:checkout_seconds:max
    expr: max(shop:checkout_seconds:mean)
    proof:
      series: [{ series: 'checkout_seconds{shop="a"}', kind: gauge, value: 1 }]
      yields: [{ value: 1 }]
alerts:
  - name: CheckoutSlow
    service: checkout
    severity: warning
    signal: latency
    expr: max by (shop) (checkout_seconds) > $threshold
    threshold: { value: 3s, unit: seconds, direction: above }
    for: 5m
    summary: Checkout is slow
    description: Checkout of {{ $labels.shop }} takes {{ $value | humanizeDuration }}.
    runbook: checkout-slow
    proof:
      over: [{ series: 'checkout_seconds{shop="a"}', kind: gauge, value: 3.1 }]
      under: [{ series: 'checkout_seconds{shop="a"}', kind: gauge, value: ${under} }]
      labels: [{ shop: a }]
      value: 3.1
slos:
  checkout:
    kind: events
    title: Checkout
    promise: Checkouts succeed.
    service: checkout
    signal: errors
    objective: 0.99
    runbook: checkout-slo
    bad: sum(rate(checkouts_total{result="failed"}[$window]))
    total: sum(rate(checkouts_total[$window]))
    proof:
      - { series: 'checkouts_total{result="failed"}', kind: counter, good: 0, bad: 1 }
      - { series: 'checkouts_total{result="done"}', kind: counter, good: 1, bad: 0 }
`;

async function checked(under: number, mean?: number): Promise<void> {
  const rules = buildRules({ userFiles: { 'rules.d/checkout.yaml': own(under, mean) } });
  const files = {
    rulesFolder: '/rules',
    prometheus: 'rule_files: ["/rules/*.yaml"]\n',
    rules: renderRules(rules),
    ownTests: renderOwnTests(rules),
    alertmanager: { 'alertmanager.yml': 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n' },
  };
  await checkFiles(files, await ensureTools(['promtool', 'amtool']), folder);
}

test('a user’s own rules and SLO are tested at their boundary cases before anything is touched', async () => {
  await expect(checked(2.9)).resolves.toBeUndefined();
});

test('a boundary case that does not hold is refused', async () => {
  await expect(checked(3.05)).rejects.toThrow(/a boundary case of your own rules.*CheckoutSlow/s);
  await expect(checked(3.05)).rejects.toThrow(
    /\nexp is what the file in rules\.d\/ says, .*has an example\.$/s,
  );
});

test('a recording rule that yields something else than it says is refused', async () => {
  await expect(checked(2.9, 2.5)).rejects.toThrow(/your own rules.*shop:checkout_seconds:mean/s);
});
