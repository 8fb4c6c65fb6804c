import { beforeAll, describe, expect, test } from 'vitest';
import { describeFinding } from '../../../policies/index.ts';
import { edited, judge } from './judge.ts';
import { registeredWith } from './registered.ts';
import type { DeclaredStack } from './resources.ts';

describe('a stack whose Prometheus an operator runs', () => {
  const RULE = /:PrometheusRule /;
  let stack: DeclaredStack;
  beforeAll(async () => {
    stack = await registeredWith({ kubernetes: { operator: { namespace: 'observability' } } });
  });

  test('complies as it is declared', () => {
    const { declared, resources, findings } = stack;
    expect(resources.filter(({ type }) => type.endsWith(':PrometheusRule')).length).toBeGreaterThan(3);
    expect(judge(declared, resources)).toEqual([]);
    expect(findings.map(describeFinding)).toEqual([]);
  });

  test('is refused with a threshold that was loosened in a PrometheusRule', () => {
    const loose = edited(stack.resources, RULE, 'ratio_rate5m < 0.7', 'ratio_rate5m < 0.4');
    expect(judge(stack.declared, loose)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^threshold-within-slo: CacheHitRateLow fires at 0\.4 ratio/),
        expect.stringMatching(/^rule-is-as-declared: CacheHitRateLow has expr .*0\.4/),
      ]),
    );
  });

  test('is refused where one of its rules is left out, or all of them', () => {
    const { declared, resources } = stack;
    const renamed = edited(resources, RULE, 'CacheHitRateLow', 'CacheHitRateLower');
    expect(judge(declared, renamed).join('\n')).toMatch(
      /^rule-is-as-declared: CacheHitRateLow is declared and stands in no rule file/m,
    );
    const without = resources.filter(({ type }) => !type.endsWith(':PrometheusRule'));
    expect(judge(declared, without)).toEqual([
      expect.stringMatching(/^stack-is-complete: the rule files stands in no resource/),
    ]);
  });

  test('is judged by its own Alertmanager as ever', () => {
    const { declared, resources } = stack;
    const silent = edited(resources, /alertmanager/, 'severity="critical"', 'severity="catastrophic"');
    expect(judge(declared, silent).join('\n')).toMatch(/^critical-alert-pages: RedisDown/m);
    const without = resources.filter(({ type }) => !type.endsWith(':ConfigMap'));
    expect(judge(declared, without)).toEqual([
      expect.stringMatching(/^stack-is-complete: alertmanager\.yml stands in no resource/),
    ]);
  });

  test('is refused with a secret in a PrometheusRule', () => {
    const leaking = edited(stack.resources, RULE, 'Cache', 'https://hooks.slack.example/canary');
    expect(judge(stack.declared, leaking).join('\n')).toMatch(/^secrets-stay-secret: PrometheusRule-/m);
  });

  test('is not measured by a retention that this Prometheus does not have', async () => {
    const { declared, resources, findings } = await registeredWith({
      kubernetes: { operator: { namespace: 'observability' } },
      prometheus: { retention: { time: '7d' } },
    });
    expect(judge(declared, resources)).toEqual([]);
    expect(findings.map(describeFinding)).toEqual([]);
  });
});
