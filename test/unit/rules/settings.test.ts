import { describe, expect, test } from 'vitest';
import { buildRules, RulesError, type RulesOptions, renderRules } from '../../../rules/index.ts';
import { lintRules } from '../../../rules/lint/index.ts';
import { casesOf } from '../../../rules/tests.ts';

function problems(options: RulesOptions): string {
  try {
    buildRules(options);
  } catch (error) {
    if (error instanceof RulesError) return error.message;
    throw error;
  }
  return '';
}

const alert = (options: RulesOptions, name: string) =>
  buildRules(options).alerts.find((each) => each.name === name);

describe('overrides', () => {
  test.each([
    ['InferenceAPIHighLatency', '120ms', '> 0.12'],
    ['InferenceAPIHighErrorRate', '0.5%', '> 0.005 '],
    ['ConsumerLagHigh', '5 000 messages', '> 5000'],
    ['DiskHigh', 0.9, '> 0.9'],
  ])('threshold of %s: %s', (name, threshold, part) => {
    expect(alert({ settings: { alerts: { [name]: { threshold } } } }, name)?.expr).toContain(part);
  });

  test('everything else', () => {
    const settings = {
      alerts: {
        CPUHigh: { for: '30m', severity: 'info', labels: { tier: 'b' }, annotations: { summary: 'Hot' } },
        MemoryHigh: { off: true },
      },
    } as const;
    expect(alert({ settings }, 'CPUHigh')).toMatchObject({
      for: '30m',
      labels: { severity: 'info', tier: 'b' },
      annotations: { summary: 'Hot' },
    });
    expect(alert({ settings }, 'MemoryHigh')).toBeUndefined();
  });

  test('the tests of an alert follow its override', () => {
    const settings = { alerts: { ConsumerLagHigh: { threshold: 5000, for: '10m' } } };
    const changed = alert({ settings }, 'ConsumerLagHigh');
    const first = changed && casesOf(changed)[0];
    expect(first?.phases[0]?.series[0]?.value).toBe(5100);
    expect(first?.expect.map(({ at }) => at)).toEqual([585, 600, 1260]);
  });

  test.each([
    [{ alerts: { CPUHihg: {} } }, 'did you mean “CPUHigh”?'],
    [
      { alerts: { CPUHigh: { threshold: '200ms' } } },
      '“200ms” is in seconds; the threshold is in ratio: write 0.5% or 0.005',
    ],
    [{ alerts: { CPUHigh: { threshold: 'lots' } } }, '“lots” is no number with a unit'],
    [{ alerts: { CPUHigh: { threshold: 90 } } }, '“90” is no share from 0 to 1'],
    [{ alerts: { CPUHigh: { threshold: '90' } } }, '“90” is no share from 0 to 1'],
    [{ alerts: { HealthScoreLow: { threshold: '101%' } } }, '“101%” is no share from 0 to 1'],
    [{ alerts: { InferenceAPIHighErrorRate: { threshold: '0,5%' } } }, '“0,5%” is no number with a unit'],
    [{ alerts: { ConsumerLagHigh: { threshold: '1,50' } } }, '“1,50” is no number with a unit'],
    [
      { alerts: { InferenceAPIDown: { severity: 'none' } } },
      'rules.alerts.InferenceAPIDown.severity: Invalid option: expected one of "critical"|"warning"|"info"',
    ],
    [{ alerts: { CPUHigh: { for: 'soon' } } }, 'rules.alerts.CPUHigh.for: a Prometheus duration such as'],
    [
      { alerts: { InferenceAPIHighLatency: { threshold: '250ms' } } },
      'looser than the alert threshold of the SLO “inference-latency”; at most 0.2',
    ],
    [{ alerts: { CacheHitRateLow: { threshold: '60%' } } }, 'at least 0.7 ratio'],
    [
      { alerts: { InferenceLatencyBudgetBurnFast: { threshold: 3 } } },
      'set rules.slos.inference-latency instead',
    ],
    [{ slos: { 'inference-latencie': {} } }, 'did you mean “inference-latency”?'],
    [
      { slos: { 'inference-latency': { objective: 0.9 } } },
      'SLO “inference-latency”: an objective of 90 % over 30 days can never fire at the burn rate 14.4 (1h), which would need 144 % errors; the largest factor possible is under 10',
    ],
    [{ slos: { 'inference-latency': { objective: 1.2 } } }, 'a share over 0 and under 1'],
  ])('%j is refused', (settings, message) => {
    expect(problems({ settings: settings as RulesOptions['settings'] })).toContain(message);
  });
});

const OWN = `
metrics:
  checkout_duration_seconds: {type: gauge, unit: seconds, labels: [shop], help: Duration of a checkout.}
recordings:
  - record: shop:checkout_duration_seconds:max
    expr: max by (shop) (checkout_duration_seconds)
    labels: {currency: eur}
    proof:
      series: [{series: 'checkout_duration_seconds{shop="a"}', kind: gauge, value: 1}]
      yields: [{labels: {shop: a}, value: 1}]
alerts:
  - name: CheckoutSlow
    service: business
    severity: warning
    signal: latency
    expr: max by (shop) (checkout_duration_seconds) > $threshold
    threshold: {value: 300ms, unit: seconds, direction: above}
    for: 5m
    summary: Checkout is slow
    description: Checkout in {{ $labels.shop }} takes {{ $value | humanizeDuration }}
    runbook: checkout-slow
    proof:
      over: [{series: 'checkout_duration_seconds{shop="a"}', kind: gauge, value: 0.31}]
      under: [{series: 'checkout_duration_seconds{shop="a"}', kind: gauge, value: 0.29}]
      labels: [{shop: a}]
      value: 0.31
`;

describe('own rules', () => {
  test('a file of rules.d becomes an alert like any other', () => {
    const own = alert({ userFiles: { 'checkout.yaml': OWN } }, 'CheckoutSlow');
    expect(own).toMatchObject({
      origin: 'checkout.yaml',
      expr: 'max by (shop) (checkout_duration_seconds) > 0.3',
      labels: { severity: 'warning', service: 'business', team: 'fraud-analytics' },
      annotations: { runbook_url: 'https://runbook.company.com/checkout-slow' },
    });
  });

  test('a recording rule becomes one like any other, which alerts may read', () => {
    const reading = OWN.replace(
      'expr: max by (shop) (checkout_duration_seconds) >',
      'expr: shop:checkout_duration_seconds:max{currency="eur"} >',
    );
    const set = buildRules({ userFiles: { 'checkout.yaml': reading } });
    expect(renderRules(set)['own.yaml']).toContain('record: shop:checkout_duration_seconds:max');
    expect(set.recorded['shop:checkout_duration_seconds:max']?.labels).toEqual(['shop', 'currency']);
    expect(lintRules(set).filter(({ rule }) => /checkout/i.test(rule))).toEqual([]);
  });

  test('a text that shows a label which is not there is told', () => {
    const { advice } = buildRules({
      userFiles: { 'checkout.yaml': OWN.replace('$labels.shop', '$labels.store') },
    });
    expect(advice).toEqual([
      'checkout.yaml: alert CheckoutSlow: its text uses the label “store”; there are shop',
    ]);
  });

  test.each([
    [
      OWN.replace('> $threshold', '+ shop:checkout_duration_seconds:mx > $threshold'),
      'did you mean “shop:checkout',
    ],
    [
      OWN.replace('(checkout_duration', '(chekout_duration'),
      'checkout.yaml: recording rule shop:checkout_duration_seconds:max: unknown metric',
    ],
    [
      OWN.replace('shop:checkout_duration_seconds:max', 'checkout_max'),
      'recordings.0.record: level:metric:oper',
    ],
    [
      OWN.replace('shop:checkout_duration_seconds:max', 'job:up:ratio'),
      'checkout.yaml: recording rule job:up:ratio: the name is taken by a series that ships',
    ],
    [OWN.replace('currency:', 'job:'), 'sets the label “job”'],
    [OWN.replace(/proof:\n {6}series.*\n.*\n/, ''), 'checkout.yaml: recordings.0.proof'],
    [
      OWN.replace(
        'max by (shop) (checkout_duration_seconds) >',
        'max by (shp) (checkout_duration_seconds) >',
      ),
      'checkout.yaml: alert CheckoutSlow: unknown label “shp”',
    ],
    [OWN.replace('(checkout_duration', '(chekout_duration'), 'did you mean “checkout_duration_seconds”?'],
    [OWN.replace('CheckoutSlow', 'CPUHigh'), 'checkout.yaml: alert CPUHigh: the name is taken'],
    [OWN.replace('severity: warning', 'severity: loud'), 'checkout.yaml: alerts.0.severity'],
    ['alerts: [', 'checkout.yaml: it is not YAML'],
  ])('mistakes are named: %#', (content, message) => {
    expect(problems({ userFiles: { 'checkout.yaml': content } })).toContain(message);
  });
});
