import { expect, test } from 'vitest';
import { parse } from '../../../../lib/promql/parse.ts';
import { CannotReplay, question } from '../../../../operations/review/backtest/inline.ts';
import { pairs, type RuleVersion, rulesIn } from '../../../../operations/review/backtest/rules.ts';
import { buildRules, type Recording, renderRules } from '../../../../rules/index.ts';

const recording = (record: string, expr: string, labels?: Record<string, string>): Recording => ({
  record,
  expr,
  group: 'g',
  help: '',
  ...(labels && { labels }),
});

const version = (...recordings: readonly Recording[]): RuleVersion => ({
  alerts: [],
  recordings,
  intervals: { g: 15_000 },
});

const ratio = recording('job:up:ratio', 'avg by (job) (up)');
const lowest = recording('all:up:ratio', 'min(job:up:ratio)');

/** A question about rules of which the server recorded those with these names. */
function asked(expr: string, rules: RuleVersion, ...recorded: readonly string[]) {
  const found = question(expr, rules, ({ record }) => recorded.includes(record));
  parse(found.expr);
  return found;
}

test('what the server recorded is read as it was recorded', () => {
  expect(asked('all:up:ratio < 1', version(ratio, lowest), 'all:up:ratio', 'job:up:ratio')).toEqual({
    expr: 'all:up:ratio < 1',
    recorded: ['all:up:ratio'],
    inlined: [],
  });
});

test('what it did not record is computed, and so is what was recorded from it', () => {
  expect(asked('all:up:ratio < 1', version(ratio, lowest), 'all:up:ratio')).toEqual({
    expr: '((min(((avg by (job) (up)))))) < 1',
    recorded: [],
    inlined: ['all:up:ratio', 'job:up:ratio'],
  });
  expect(asked('all:up:ratio < 1', version(ratio, lowest), 'job:up:ratio')).toMatchObject({
    expr: '((min(job:up:ratio))) < 1',
    recorded: ['job:up:ratio'],
    inlined: ['all:up:ratio'],
  });
});

test('a selector keeps selecting in an expression', () => {
  const { expr } = asked('job:up:ratio{job=~"a|b"} < 1', version(ratio));
  expect(expr).toContain('label_replace((avg by (job) (up)), "__selected", "1", "job", "a|b")');
  expect(expr).toContain('and on (__selected)');
  expect(asked('job:up:ratio{job!="a.b"} < 1', version(ratio)).expr).toMatch(/"a\\\\.b".* unless on/);
});

test('labels that a rule adds decide which rules are meant, and stay on what is computed', () => {
  const rules = version(
    recording('slo:burn:ratio', 'a', { window: '1h' }),
    recording('slo:burn:ratio', 'b', { window: '6h' }),
  );
  const { expr } = asked('slo:burn:ratio{window="6h"} > 1', rules);
  expect(expr).toBe('(label_replace((b), "window", "6h", "", "")) > 1');
  const only6h = question('slo:burn:ratio{slo="x"} > 1', rules, ({ labels }) => labels?.window === '1h');
  expect(only6h.expr).toContain('slo:burn:ratio{slo="x", window="1h"} or label_replace(');
});

test('a range becomes a subquery at the interval of the rule, as long as that is cheap', () => {
  expect(asked('avg_over_time(job:up:ratio[5m]) < 1', version(ratio)).expr).toBe(
    'avg_over_time(((avg by (job) (up)))[5m:15s]) < 1',
  );
  expect(() => asked('avg_over_time(job:up:ratio[1d]) < 1', version(ratio))).toThrow(CannotReplay);
});

test('an offset, and a rule that reads its own past, cannot be computed', () => {
  expect(() => asked('job:up:ratio offset 5m < 1', version(ratio))).toThrow(/offset/);
  const circle = version(recording('a:b:c', 'max(d:e:f)'), recording('d:e:f', 'a:b:c or vector(0)'));
  expect(() => asked('a:b:c > 1', circle)).toThrow(/its own past/);
});

test('windows of running totals are computed from their minutes where a server has recorded no totals', () => {
  const files = renderRules(buildRules({ settings: { longWindows: 'totals' } }));
  const rules = rulesIn(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`prometheus/rules/${name}`, text])),
  );
  const ofWindows = /running_sum|:increase$|^slo:(history|error|burn_rate):ratio$/;
  const computed = (expr: string) => {
    const found = question(expr, rules, ({ record }) => !ofWindows.test(record));
    parse(found.expr);
    return found.expr;
  };
  const of = (record: string, slo: string, window: string) =>
    computed(`max(${record}{slo="${slo}", window="${window}"}) > 5`);
  expect(of('slo:bad:increase', 'inference-latency', '3d')).toContain(
    '(60 * sum_over_time(slo:bad:rate1m{slo="inference-latency"}[3d]))',
  );
  expect(of('slo:bad:increase', 'stream-lag', '30d')).toContain(
    '(sum_over_time(slo:slice_bad:bool{slo="stream-lag"}[30d]))',
  );
  expect(of('slo:total:increase', 'stream-lag', '30d')).toContain(
    '(count_over_time(slo:slice_bad:bool{slo="stream-lag"}[30d]))',
  );
  expect(of('slo:history:ratio', 'inference-latency', '30d')).toContain(
    '(count_over_time(slo:objective:ratio{slo="inference-latency"}[30d]) / 43200)',
  );
  // A burn alert asks for burn rates, which are made of all three.
  const alert = rules.alerts.find(({ name }) => name === 'InferenceLatencyBudgetBurnSlow');
  expect(computed(alert?.expr ?? '')).not.toMatch(/running_sum/);
  // As recorded, it is read as it was recorded.
  expect(question(alert?.expr ?? '', rules, () => true).expr).toBe(alert?.expr);
});

test('what another version of an alert did is not read as if this one had done it', () => {
  const alert = {
    name: 'High',
    group: 'g',
    interval: 15_000,
    expr: 'x > 1',
    hold: { for: 0, keepFiringFor: 0 },
    labels: { severity: 'critical' },
  };
  const rules: RuleVersion = {
    ...version(recording('open:pages:count', 'count(ALERTS{severity="critical"})')),
    alerts: [alert],
  };
  const ran =
    (...names: readonly string[]) =>
    (rule: Recording) =>
      names.includes(rule.record === 'ALERTS' ? `alert ${rule.labels?.alertname}` : rule.record);
  const direct = 'y > 1 and on () ALERTS{alertname="High", alertstate="firing"}';
  expect(question(direct, rules, ran('alert High')).expr).toBe(direct);
  for (const expr of [
    direct,
    'count(ALERTS{severity="critical"}) > 3',
    'count({__name__=~"ALERTS.*", alertstate="firing"}) > 3',
    'time() - ALERTS_FOR_STATE{alertname=~"H.*"} > 60',
    'count(ALERTS offset 5m) > 3',
    'open:pages:count > 3',
  ])
    expect(() => question(expr, rules, ran('open:pages:count')), expr).toThrow(/reads ALERTS of High/);
  // Of alerts that the selector leaves out nothing is read.
  expect(question('count(ALERTS{severity="info"}) > 3', rules, () => false).recorded).toEqual([]);
});

test('an alert that reads another has changed with it', () => {
  const files = (threshold: number) => ({
    'prometheus/prometheus.yml': 'global: {evaluation_interval: 15s}',
    'prometheus/rules/a.yaml': `
groups:
  - name: g
    rules:
      - {alert: High, expr: x > ${threshold}}
      - {alert: Both, expr: 'y > 1 and on () ALERTS{alertname="High"}'}
      - {alert: Held, expr: 'y > 2 or y > 1 and on () ALERTS{alertname="Held"}'}
`,
  });
  const changes = pairs(rulesIn(files(1)), rulesIn(files(2))).map(({ name, change }) => `${name} ${change}`);
  expect(changes).toEqual(['High changed', 'Both changed', 'Held unchanged']);
});

test('every shipped alert can be asked for where all is recorded, and says why where nothing is', () => {
  const rules = rulesIn(filesOf({}));
  expect(rules.alerts.length).toBeGreaterThan(60);
  for (const { expr } of rules.alerts) {
    expect(question(expr, rules, () => true).expr).toBe(expr);
    try {
      parse(question(expr, rules, () => false).expr);
    } catch (error) {
      expect(error).toBeInstanceOf(CannotReplay);
    }
  }
});

function filesOf(settings: Parameters<typeof buildRules>[0]): Record<string, string> {
  const rules = Object.entries(renderRules(buildRules(settings)));
  return {
    'prometheus/prometheus.yml': 'global: {evaluation_interval: 15s}',
    ...Object.fromEntries(rules.map(([name, text]) => [`prometheus/rules/${name}`, text])),
  };
}

test('alerts change with their expression, times, labels and what they read, not with their spelling', () => {
  const base = rulesIn(filesOf({}));
  const changed = (settings: Parameters<typeof buildRules>[0]) =>
    pairs(base, rulesIn(filesOf(settings)))
      .filter(({ change }) => change !== 'unchanged')
      .map(({ name, change }) => `${name} ${change}`);
  expect(changed({})).toEqual([]);
  expect(changed({ settings: { alerts: { ConsumerLagHigh: { threshold: 9000 } } } })).toEqual([
    'ConsumerLagHigh changed',
  ]);
  expect(changed({ settings: { alerts: { CPUHigh: { for: '20m' }, DiskHigh: { off: true } } } })).toEqual([
    'CPUHigh changed',
    'DiskHigh removed',
  ]);
  const respelled = {
    ...base,
    alerts: base.alerts.map((alert) => ({ ...alert, expr: `( ${alert.expr} )  # same` })),
  };
  expect(pairs(base, respelled).every(({ change }) => change === 'unchanged')).toBe(true);
  const recordings = base.recordings.map((rule) =>
    rule.record === 'feature_store:cache_hits:ratio_rate5m' ? { ...rule, expr: `${rule.expr} * 1` } : rule,
  );
  expect(
    pairs(base, { ...base, recordings })
      .filter(({ change }) => change === 'changed')
      .map(({ name }) => name),
  ).toContain('CacheHitRateLow');
});
