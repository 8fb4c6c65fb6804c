import * as grafana from '@pulumiverse/grafana';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeFinding } from '../../../policies/index.ts';
import { readGrafana } from '../../../policies/resources/grafana.ts';
import { edited, judge } from './judge.ts';
import { isSecret, registeredBy, registeredWith } from './registered.ts';
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
    expect(judge(declared, silent).join('\n')).toMatch(/^critical-alert-pages: each of \w+, /m);
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

describe('a stack in a Grafana that runs already', () => {
  const [TOKEN, PASSWORD] = ['glsa_canary-4711', 'canary-4712'];
  let stack: DeclaredStack;
  beforeAll(async () => {
    stack = await registeredWith({
      grafana: {
        mode: 'external',
        url: 'https://grafana.example.com',
        auth: TOKEN,
        prometheusUrl: 'https://prometheus.example.com',
        alertmanagerUrl: 'https://alertmanager.example.com',
        basicAuth: { user: 'grafana', password: PASSWORD },
      },
    });
  });

  test('complies with its secrets where secrets belong', () => {
    const { declared, resources } = stack;
    const carriers = resources.filter(({ props }) => JSON.stringify(props).includes('canary-471'));
    expect(carriers.map(({ type }) => type).sort()).toEqual([
      'grafana:alerting/contactPoint:ContactPoint',
      'grafana:oss/dataSource:DataSource',
      'grafana:oss/dataSource:DataSource',
      'pulumi:providers:grafana',
    ]);
    expect(declared.settings.grafana.basicAuth?.password).toBe(PASSWORD);
    expect(judge(declared, resources)).toEqual([]);
  });

  test.each([
    ['the open options of a data source', /:DataSource /, '"httpMethod":"POST"', 'jsonDataEncoded'],
    ['the URL of a data source', /:DataSource /, 'https://prometheus.example.com', 'url'],
    ['the URL of a contact point', /:ContactPoint /, 'https://alertmanager', 'alertmanagers.0.url'],
    ['a dashboard', /:Dashboard /, '"title":"Verdict"', 'configJson'],
    ['the title of a folder', /:Folder /, 'Feature Store', 'title'],
  ])('is refused with one in %s', (_where, resource, text, path) => {
    const { declared, resources } = stack;
    for (const secret of [TOKEN, PASSWORD]) {
      const said = judge(declared, edited(resources, resource, text, `${text}${secret}`)).join('\n');
      expect(said).toMatch(
        new RegExp(`^secrets-stay-secret: .*\\(${RegExp.escape(path)}\\) holds a secret`, 'm'),
      );
      expect(said).not.toContain(secret);
    }
  });
});

test('secrets of a data source belong where the SDK itself encrypts them, and nowhere else', async () => {
  const inputs = {
    type: 'prometheus',
    name: 'a',
    uid: 'b',
    url: 'c',
    username: 'd',
    databaseName: 'e',
    basicAuthUsername: 'f',
    jsonDataEncoded: '{}',
    secureJsonDataEncoded: '{}',
    httpHeaders: { Authorization: 'g' },
  };
  const [source] = await registeredBy(() => new grafana.oss.DataSource('source', inputs));
  if (source === undefined) throw new Error('nothing was registered');
  const props = source.props as Record<string, unknown>;
  const { secret } = readGrafana(source) ?? {};
  const keys = Object.keys(inputs);
  expect(keys.filter((key) => secret?.([key]))).toEqual(keys.filter((key) => isSecret(props[key])));
});
