import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownDashboard } from '../../../dashboards/public.ts';
import { alertLabels, alertmanagerFiles } from '../../../notifications/public.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { renderRules, serviceRules } from '../../../rules/public.ts';
import { availability, latencyUnder, level, ratio, sloRules } from '../../../rules/slo/public.ts';
import build from '../../../tsconfig.build.json' with { type: 'json' };
import tsconfig from '../../../tsconfig.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..', '..', '..');
const { './package.json': _, ...entries } = manifest.exports;

test('each entry point is compiled, and the compiler finds it for the examples', () => {
  const sources = Object.values(entries).map(({ default: path }) =>
    normalize(path).replace(/^dist\/(.*)\.js$/, '$1.ts'),
  );
  expect(build.files).toEqual(sources);
  expect(tsconfig.compilerOptions.paths).toEqual(
    Object.fromEntries(
      Object.keys(entries).map((entry, index) => [
        entry.replace(/^\./, manifest.name),
        [`./${sources[index]}`],
      ]),
    ),
  );
});

test('what the published code imports is a dependency of the package', () => {
  const seen = new Set(build.files);
  const packages = new Set<string>();
  for (const file of seen) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, from = ''] of text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gm)) {
      if (from.startsWith('.')) seen.add(normalize(join(file, '..', from)));
      else if (!from.startsWith('node:')) packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? from);
    }
  }
  expect(packages).toContain('@pulumi/kubernetes');
  expect([...packages].filter((name) => !(name in manifest.dependencies))).toEqual([]);
});

const QUEUE = {
  metrics: { queue_depth: { type: 'gauge' as const, labels: ['queue'] } },
  alerts: [
    {
      name: 'QueueDeep',
      service: 'mailer',
      severity: 'critical' as const,
      signal: 'lag' as const,
      expr: 'max(queue_depth) > $threshold',
      threshold: { value: 10, unit: 'messages' as const, direction: 'above' as const },
      summary: 'Mail waits',
      description: 'The queue holds {{ $value }} messages.',
      runbook: 'mail-queue',
      proof: {
        over: [{ series: 'queue_depth{queue="a"}', kind: 'gauge' as const, value: 11 }],
        under: [{ series: 'queue_depth{queue="a"}', kind: 'gauge' as const, value: 10 }],
      },
    },
  ],
};

describe('rules of a service that is no feature store', () => {
  test('are exactly its own', () => {
    const set = serviceRules({ rules: QUEUE });
    expect(set.alerts.map(({ name }) => name)).toEqual(['QueueDeep']);
    expect(set.recordings).toEqual([]);
    expect(set.slos).toEqual([]);
    expect(Object.keys(renderRules(set))).toEqual(['own.yaml']);
    expect(Object.keys(set.metrics)).toContain('up');
    expect(Object.keys(set.metrics)).not.toContain('inference_requests_total');
  });

  test('come from files too, and an SLO brings its own alone', () => {
    const file = `
version: prometheus/v1
service: mailer
slos:
  - name: sent
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(mail_failed_total[{{.window}}]))
        total_query: sum(rate(mail_total[{{.window}}]))
    alerting: { name: MailFails }
`;
    const set = serviceRules({ files: { 'mail.yaml': file } });
    expect(new Set(set.groups.map(({ name }) => name))).toEqual(
      new Set(set.slos.map(({ name }) => `slo-${name}`)),
    );
    expect(set.slos).toHaveLength(1);
    expect(set.alerts).toHaveLength(2);
    expect(new Set(set.recordings.map(({ labels }) => labels?.service))).toEqual(new Set(['mailer']));
  });

  test('may have a metric under a name that the feature store has, with other labels', () => {
    const metrics = { inference_requests_total: { type: 'counter' as const, labels: ['tenant'] } };
    expect(serviceRules({ rules: { metrics } }).metrics.inference_requests_total?.labels).toEqual(['tenant']);
  });

  test('are refused with what is wrong', () => {
    const wrong = { ...QUEUE, metrics: {} };
    expect(() => serviceRules({ rules: wrong })).toThrow(/QueueDeep.*queue_depth/);
  });
});

describe('SLOs', () => {
  const objective = {
    name: 'mail-sent',
    service: 'mailer',
    objective: 0.99,
    indicator: availability('mail_total{job="mailer"}', 'result="failed"'),
  };

  test('make their recordings and burn alerts, and nothing else', () => {
    const { groups, alerts, recordings } = sloRules([objective], {
      runbookBaseUrl: 'https://r.example.org/',
    });
    expect(groups.map(({ name }) => name)).toEqual(['slo-mail-sent']);
    expect(alerts.map(({ name }) => name)).toEqual(['MailSentBudgetBurnFast', 'MailSentBudgetBurnSlow']);
    expect(alerts[0]?.annotations.runbook_url).toBe('https://r.example.org/mail-sent');
    expect(recordings.every(({ labels }) => labels?.slo === 'mail-sent')).toBe(true);
  });

  test('say how they are measured', () => {
    expect(objective.indicator).toMatchObject({
      bad: 'sum(rate(mail_total{job="mailer", result="failed"}[$window]))',
      total: 'sum(rate(mail_total{job="mailer"}[$window]))',
    });
    expect(latencyUnder('mail_seconds', 0.5)).toMatchObject({
      bad: 'sum(rate(mail_seconds_count[$window])) - sum(rate(mail_seconds_bucket{le="0.5"}[$window]))',
    });
    expect(latencyUnder('mail_seconds{job="mailer",}', 2).bad).toContain(
      'mail_seconds_bucket{job="mailer", le=~"2([.]0)?"}',
    );
    expect(ratio('a_total', 'b_total', 'mails')).toMatchObject({ noun: 'mails', kind: 'events' });
    const { recordings } = sloRules([
      { ...objective, indicator: level('max(queue_depth)', { op: '<', value: 10, unit: 'messages' }) },
    ]);
    expect(recordings.map(({ record }) => record)).toContain('slo:slice_bad:bool');
  });

  test.each([
    [[objective, objective], /mail-sent” is defined twice/],
    [[{ ...objective, objective: 99 }], /the objective is 99, but must be a share/],
    [[{ ...objective, name: 'Mail' }], /a name has lower-case letters/],
    [[{ ...objective, objective: 0.5 }], /can never fire/],
  ])('are refused with what is wrong: %#', (objectives, message) => {
    expect(() => sloRules(objectives)).toThrow(message);
  });

  test('refuse a selector that is none', () => {
    expect(() => availability('rate(a_total[5m])', 'code="500"')).toThrow(/is no selector of one metric/);
  });
});

test('a dashboard of others names no feature store', () => {
  const { json, folder } = ownDashboard({
    uid: 'mail',
    title: 'Mail',
    question: 'Is mail sent?',
    variables: [],
    rows: [],
  });
  expect(folder).toBe('extra');
  expect(JSON.stringify(json)).not.toMatch(/feature.?store|platform_events/i);
});

test('notifications of alerts of others', () => {
  const options = {
    alerts: alertLabels(serviceRules({ rules: QUEUE }).alerts),
    production: false,
    secretsDirectory: '/secrets',
    standInUrl: 'http://127.0.0.1:1/webhook',
  };
  const webhookUrl = 'https://hooks.slack.com/services/T0417/B0417/slack0417';
  const settings = { slack: { channel: '#mail', webhookUrl } };
  const { files, secretFiles } = alertmanagerFiles({ ...options, settings });
  expect(files['alertmanager.yml']).toContain('#mail');
  expect(files['alertmanager.yml']).not.toContain(webhookUrl);
  expect(Object.values(secretFiles)).toContain(webhookUrl);
  expect(() => alertmanagerFiles({ ...options, settings: { slack: { channel: 'mail' } } })).toThrow(
    /notifications\.slack\.channel: a channel such as #alerts/,
  );
});
