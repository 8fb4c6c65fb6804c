import { describe, expect, test } from 'vitest';
import { buildRules, type Recording, type ResolvedAlert, type RuleSet } from '../../../rules/index.ts';
import { EXCLUSIONS, LINTS, lintRules } from '../../../rules/lint/index.ts';

const set = buildRules();
const [template] = set.alerts;
if (!template) throw new Error('there are no alerts');

/** A set of one group. */
const only = (rules: readonly (Recording | ResolvedAlert)[], interval?: string): RuleSet => ({
  ...set,
  groups: [{ name: 'group', ...(interval && { interval }), rules }],
  alerts: rules.filter((rule): rule is ResolvedAlert => 'name' in rule),
  recordings: rules.filter((rule): rule is Recording => 'record' in rule),
});
const alert = (change: Partial<ResolvedAlert>): RuleSet => only([{ ...template, ...change }]);
const expr = (text: string): RuleSet => alert({ expr: text });
const record = (text: string, change: Partial<Recording> = {}): Recording => ({
  record: 'job:up:ratio',
  group: 'group',
  expr: text,
  help: '',
  ...change,
});

/** For each lint what violates it, and part of what it says. */
const VIOLATED: Readonly<Record<string, readonly [RuleSet, string][]>> = {
  'alerts/annotation': [[alert({ annotations: { summary: 's' } }), 'no annotation description']],
  'alerts/comparison': [
    [expr('up'), 'always fires'],
    [expr('up > bool 1'), 'always fires'],
    [expr('up == 1 or up'), 'always fires'],
  ],
  'alerts/for': [[alert({ for: 'soon' }), '“soon” is no duration']],
  'alerts/template': [
    [alert({ labels: { ...template.labels, value: '{{ $value }}' } }), 'label value has a template'],
    [
      alert({ annotations: { ...template.annotations, summary: '{{ $labels.nope }}' } }),
      'uses the label “nope”',
    ],
  ],
  'promql/aggregate': [[expr('sum without (instance) (up) < 1'), 'say which with by']],
  'promql/fragile': [
    [expr('topk(3, up) < 1'), 'flaps'],
    [expr('irate(inference_requests_total[5m]) > 1'), 'last two samples'],
  ],
  'promql/impossible': [
    [expr('up{job="a", job="b"} < 1'), 'cannot be “a”'],
    [expr('up < 1 and on () (1 > 2)'), 'compares two numbers'],
    [expr('sum by (instance) (sum by (job) (up)) < 1'), 'which an aggregation within has removed'],
  ],
  'promql/nan': [
    [expr('sum(up) / sum(redis_up) < 1'), 'may be 0'],
    [expr('sum(up) / 0 < 1'), 'divides by 0'],
    [
      only([
        record('histogram_quantile(0.9, sum by (le) (rate(feature_fetch_duration_seconds_bucket[5m])))'),
      ]),
      'records NaN',
    ],
  ],
  'promql/regexp': [
    [expr('up{job=~"a"} < 1'), 'use ='],
    [expr('up{job=~"^a|b$"} < 1'), 'leave ^ and $ out'],
    [expr('up{job=~"a("} < 1'), 'no regular expression'],
    [expr('up{job=~".*"} < 1'), 'matches everything'],
  ],
  'promql/selector': [[expr('max(probe_success) < 1'), 'needs a matcher for job or service']],
  'promql/syntax': [
    [expr('sum(up < 1'), 'syntax error'],
    [expr('upp < 1'), 'unknown metric'],
  ],
  'cost/range': [[expr('max_over_time(redis_up[1d]) < 1'), 'stage it']],
  'cost/subquery': [[expr('max_over_time(sum(up)[1h:1m]) < 1'), 'record the inner expression']],
  'group/interval': [
    [only([template], '1s'), 'interval 1s'],
    [only([template], '10m'), 'interval 10m'],
  ],
  'rule/dependency': [
    [expr('job:up:ratio < 1'), 'which no rule records'],
    [
      only([{ ...template, expr: 'job:up:ratio < 1' }, record('avg by (job) (up)')]),
      'before its group records it',
    ],
  ],
  'rule/duplicate': [
    [only([template, template]), 'is there twice'],
    [only([record('up'), record('up')]), 'is there twice'],
  ],
  'rule/for': [[alert({ for: '2h' }), 'longer than 1h']],
  'rule/label': [
    [alert({ labels: { severity: 'critical' } }), 'has no label service'],
    [alert({ labels: { ...template.labels, severity: 'huge' } }), '“huge” is none of'],
  ],
  'rule/name': [
    [alert({ name: 'high_latency' }), 'CamelCase'],
    [only([record('up', { record: 'up_ratio' })]), 'level:metric:operations'],
  ],
  'rule/reject': [[alert({ labels: { ...template.labels, instance: 'a' } }), 'sets the label instance']],
};

test('nothing is found in the rules that ship', () => {
  expect(lintRules(set)).toEqual([]);
});

test('exclusions have a reason, and each is needed', () => {
  for (const exclusion of EXCLUSIONS) {
    expect(exclusion.reason.length).toBeGreaterThan(10);
    expect(
      lintRules(
        set,
        EXCLUSIONS.filter((other) => other !== exclusion),
      ),
    ).not.toEqual([]);
  }
});

test('every lint is violated once at least', () => {
  expect(Object.keys(VIOLATED).sort()).toEqual(LINTS.map(({ name }) => name).sort());
});

describe.each(LINTS)('$name', ({ name, check }) => {
  test.each(VIOLATED[name] ?? [])('is violated (%#)', (violating, message) => {
    expect(
      check(violating)
        .map((finding) => finding.message)
        .join('\n'),
    ).toContain(message);
  });
});
