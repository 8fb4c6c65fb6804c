import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Route } from '../../../notifications/config.ts';
import { notificationsSettings, pagersIn } from '../../../notifications/index.ts';
import {
  checkPolicies,
  describeFinding,
  estimatedSamples,
  estimatedSeries,
  groupFindings,
  ingressPage,
  machinePage,
  namespacePage,
  POLICIES,
  type Policy,
  type PolicyFacts,
  pagersOf,
  policiesSettings,
  rangePage,
  routePage,
  sender,
  type WorkloadFacts,
} from '../../../policies/index.ts';
import type { ResolvedAlert } from '../../../rules/index.ts';
import { scrapedJobs } from '../../../stack/intervals.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { alertmanagerOf, facts, rules, workload } from './facts.ts';

const settings = policiesSettings.parse({});

/** The stack with one alert changed. */
const withAlert = (name: string, change: (alert: ResolvedAlert) => Partial<ResolvedAlert>): PolicyFacts => ({
  ...facts,
  rules: {
    ...rules,
    alerts: rules.alerts.map((alert) => (alert.name === name ? { ...alert, ...change(alert) } : alert)),
  },
});
const withWorkload = (change: Partial<WorkloadFacts>): PolicyFacts => ({
  ...facts,
  workloads: [{ ...workload, ...change }],
});
const threshold = (value: number) => (alert: ResolvedAlert) => ({ threshold: { ...alert.threshold, value } });

const INTERVALS: PolicyFacts['alertmanager']['time_intervals'] = [
  { name: 'night', time_intervals: [{ times: [{ start_time: '00:00', end_time: '06:00' }] }] },
  { name: 'morning', time_intervals: [{ times: [{ start_time: '07:15', end_time: '08:30' }] }] },
  { name: 'twentieth', time_intervals: [{ days_of_month: ['20'] }] },
  { name: 'always', time_intervals: [{ weekdays: ['sunday:saturday'] }] },
];

const silence = (of: { readonly matchers: readonly string[]; readonly endsAt: string }) => ({
  id: 'quiet',
  owner: 'me',
  reason: 'too loud',
  startsAt: '2027-01-01T00:00:00Z',
  ...of,
});

/** For each policy what violates it: name, the stack, the subject, and part of how to comply. */
const VIOLATED: Readonly<Record<string, readonly [PolicyFacts, string, string][]>> = {
  'critical-alert-is-prompt': [
    [withAlert('RedisDown', () => ({ for: '6m' })), 'RedisDown', 'shorten rules.alerts.RedisDown.for'],
    // The label decides who is told, whatever the alert was declared to be.
    [
      withAlert('CPUHigh', ({ labels }) => ({ for: '1h', labels: { ...labels, severity: 'critical' } })),
      'CPUHigh',
      'shorten rules.alerts.CPUHigh.for',
    ],
  ],
  'long-silence-is-shown': [
    [
      {
        ...facts,
        silences: [silence({ matchers: ['alertname="CPUHigh"'], endsAt: '2027-01-09T00:00:00Z' })],
      },
      'quiet',
      'for 8d, by me: “too loud”',
    ],
    [
      {
        ...facts,
        silences: [silence({ matchers: ['severity=~"critical|page"'], endsAt: '2027-01-01T01:00:00Z' })],
      },
      'quiet',
      'silences every critical alert for 1h',
    ],
  ],
  'window-covers-scrapes': [
    [
      {
        ...facts,
        shortWindows: [{ rule: 'CPUHigh', window: '1m', interval: '20s', key: 'prometheus.scrapeInterval' }],
      },
      'CPUHigh',
      'has a window of 1m over what is scraped every 20s: widen the window to four scrapes, or shorten prometheus.scrapeInterval',
    ],
  ],
  'label-is-steady': [
    [
      withAlert('CPUHigh', ({ labels }) => ({ labels: { ...labels, load: 'at {{ $value }}' } })),
      'CPUHigh',
      'say the value in rules.alerts.CPUHigh.annotations',
    ],
  ],
  'inhibition-is-sound': [
    [
      {
        ...facts,
        alertmanager: {
          ...facts.alertmanager,
          inhibit_rules: [
            {
              name: 'nights',
              source_matchers: ['alertname="Watchdog"'],
              target_matchers: ['severity="critical"'],
            },
          ],
        },
      },
      'nights',
      'lets Watchdog (none), which always fires, mute',
    ],
    [
      {
        ...facts,
        alertmanager: {
          ...facts.alertmanager,
          inhibit_rules: [
            {
              name: 'upside-down',
              source_matchers: ['severity="warning"'],
              target_matchers: ['severity="critical"'],
            },
          ],
        },
      },
      'upside-down',
      '(warning), which is less urgent, mute',
    ],
  ],
  'alert-has-runbook': [
    [
      withAlert('CPUHigh', ({ annotations }) => ({ annotations: { ...annotations, runbook_url: '' } })),
      'CPUHigh',
      'has no runbook_url that ends in /cpu-high',
    ],
  ],
  'alert-names-service': [
    [
      withAlert('CPUHigh', ({ labels }) => ({ labels: { ...labels, service: '' } })),
      'CPUHigh',
      'set rules.alerts.CPUHigh.labels.service',
    ],
  ],
  'alert-is-labelled': [
    [
      withAlert('CPUHigh', ({ labels }) => ({ labels: { ...labels, severity: 'high' } })),
      'CPUHigh',
      'has severity="high": give rules.alerts.CPUHigh.labels.severity one of critical, warning',
    ],
    [
      withAlert('CPUHigh', ({ labels: { signal: _, ...labels } }) => ({ labels })),
      'CPUHigh',
      'has no label signal',
    ],
  ],
  'alert-has-owner': [
    [withAlert('InferenceAPIHighLatency', () => ({ team: '' })), 'InferenceAPIHighLatency', 'has no team'],
    [
      withAlert('CPUHigh', ({ labels }) => ({ labels: { ...labels, team: '' } })),
      'CPUHigh',
      'set rules.alerts.CPUHigh.labels.team',
    ],
    [
      { ...facts, rules: { ...rules, slos: rules.slos.map((slo) => ({ ...slo, team: '' })) } },
      'stream-lag',
      'set rules.slos.stream-lag.team',
    ],
  ],
  'alert-says-what-is-wrong': [
    [
      withAlert('CPUHigh', ({ annotations }) => ({ annotations: { ...annotations, summary: ' ' } })),
      'CPUHigh',
      'set rules.alerts.CPUHigh.annotations.summary',
    ],
  ],
  'threshold-within-slo': [
    [withAlert('ConsumerLagHigh', threshold(20_000)), 'ConsumerLagHigh', 'the SLO stream-lag demands 10000'],
    [withAlert('CacheHitRateLow', threshold(0.6)), 'CacheHitRateLow', 'tighten'],
  ],
  'threshold-beyond-objective': [
    [
      withAlert('ConsumerLagHigh', threshold(500)),
      'ConsumerLagHigh',
      'within what stream-lag promises (1000)',
    ],
    [
      withAlert('InferenceAPIAvailabilityLow', threshold(0.9995)),
      'InferenceAPIAvailabilityLow',
      'within what inference-availability promises (0.999)',
    ],
  ],
  'louder-fires-later': [
    [
      withAlert('InferenceLatencyBudgetBurnFast', threshold(2)),
      'InferenceLatencyBudgetBurnFast',
      'before InferenceLatencyBudgetBurnSlow (warning) at 3',
    ],
  ],
  'page-asks-who-opens-it': [
    [
      { ...facts, pages: [ingressPage('prometheus', 'prom.example.org', { 'cert-manager.io/issuer': 'a' })] },
      'prometheus',
      'answers everybody at prom.example.org: let the controller ask',
    ],
    [
      { ...facts, pages: [namespacePage('prometheus', 'tools')] },
      'prometheus',
      'answers everybody at every pod of namespace tools: take the namespace out of kubernetes.clientNamespaces',
    ],
    [
      { ...facts, pages: [routePage('prometheus', 'prom.example.org')] },
      'prometheus',
      'answers everybody at prom.example.org: let the Gateway ask, with a filter such as ExternalAuth',
    ],
    [
      { ...facts, pages: [rangePage('alertmanager', '10.0.0.0/8', undefined)] },
      'alertmanager',
      'answers everybody at every address of 10.0.0.0/8: take the range out of kubernetes.clientCidrs',
    ],
    [
      { ...facts, pages: [machinePage('alertmanager', '0.0.0.0')] },
      'alertmanager',
      'leave docker.publishAddress at 127.0.0.1',
    ],
  ],
  'default-password-is-unreachable': [
    [
      { ...facts, defaultPassword: true, pages: [ingressPage('grafana', 'grafana.example.org')] },
      'grafana',
      'is open at grafana.example.org with the default password: set one with make secret',
    ],
    [
      { ...facts, defaultPassword: true, pages: [machinePage('grafana', '0.0.0.0')] },
      'grafana',
      'is open at 0.0.0.0 with the default password',
    ],
  ],
  'retention-covers-slo': [
    [{ ...facts, retention: '29d' }, 'stream-lag', 'set prometheus.retention.time to 30d'],
  ],
  'retention-size-covers-slo': [
    [
      { ...facts, retentionSize: '10GB', scraped: [{ job: 'checkout', targets: 1000, interval: '15s' }] },
      'Prometheus',
      'Set it to 152GB with a larger volume',
    ],
  ],
  'rule-is-as-declared': [
    [
      declaring(withAlert('CacheHitRateLow', ({ expr }) => ({ expr: expr.replace('0.7', '0.1') }))),
      'CacheHitRateLow',
      'change it in rules.alerts.CacheHitRateLow, not after rendering',
    ],
    [
      declaring(withAlert('CPUHigh', ({ labels }) => ({ labels: { ...labels, team: 'nobody' } }))),
      'CPUHigh',
      'has label team “nobody”, and “platform” is declared',
    ],
    [
      declaring({
        ...facts,
        rules: { ...rules, alerts: rules.alerts.filter(({ name }) => name !== 'CPUHigh') },
      }),
      'CPUHigh',
      'set rules.alerts.CPUHigh.off',
    ],
    [
      {
        ...facts,
        declared: { ...rules, alerts: rules.alerts.filter(({ name }) => name !== 'CPUHigh') },
      },
      'CPUHigh',
      'write it into rules.d/',
    ],
    [
      declaring({
        ...facts,
        rules: { ...rules, recordings: rules.recordings.slice(1) },
      }),
      rules.recordings[0]?.record ?? '',
      'declared and not deployed',
    ],
    [
      declaring({
        ...facts,
        rules: {
          ...rules,
          recordings: [
            ...rules.recordings,
            { record: 'all:requests:rate5m', group: 'x', expr: 'sum(up)', help: '' },
          ],
        },
      }),
      'all:requests:rate5m',
      'is not the recording rule that is declared',
    ],
  ],
  'critical-alert-pages': [
    [
      { ...facts, pagers: [] },
      'RedisDown',
      'wakes nobody, since nothing that it reaches pages (pager, alerts)',
    ],
    [
      withRoute({
        matchers: ['severity="critical"'],
        routes: [
          { receiver: 'pager', active_time_intervals: ['night'], continue: true },
          { receiver: 'alerts' },
        ],
      }),
      'RedisDown',
      'at some hour',
    ],
    [
      withRoute({ receiver: 'pager', matchers: ['alertname="RedisDown"'], mute_time_intervals: ['night'] }),
      'RedisDown',
      'at some hour',
    ],
    [maintained({ from: '00:00', to: '06:00' }), 'RedisDown', 'for 42 hours a week, over the limit of 24'],
  ],
  'warning-never-pages': [
    [
      withRoute({ receiver: 'pager', matchers: ['severity="warning"'], continue: true }),
      'CPUHigh',
      'is warning and pages through “pager”',
    ],
    [
      withRoute({ receiver: 'pager', matchers: ['severity="info"'], continue: true }),
      'ServiceDeployed',
      'is info and pages',
    ],
  ],
  'alert-is-heard': [
    [
      {
        ...facts,
        sent: sender(
          'alerting: { alert_relabel_configs: [{ action: drop, source_labels: [alertname], regex: CPU.* }] }',
        ),
      },
      'CPUHigh',
      'alert_relabel_configs of prometheus.yml drop it',
    ],
    [
      withRoute({ receiver: 'alerts', matchers: ['alertname="CPUHigh"'], mute_time_intervals: ['always'] }),
      'CPUHigh',
      'reaches nobody at any hour',
    ],
  ],
  'receiver-sends': [
    [
      {
        ...facts,
        alertmanager: { ...facts.alertmanager, receivers: [{ name: 'alerts', slack_configs: [] }] },
      },
      'alerts',
      'set the secret of notifications.receivers.alerts',
    ],
  ],
  'dead-mans-switch': [
    [
      { ...facts, rules: { ...rules, alerts: rules.alerts.filter(({ name }) => name !== 'Watchdog') } },
      'Watchdog',
      'remove rules.alerts.Watchdog.off',
    ],
    [
      withRoute({ receiver: 'alerts', matchers: ['alertname="Watchdog"'] }),
      'Watchdog',
      'shares its receiver',
    ],
    [
      withAlert('InferenceAPIDown', ({ labels }) => ({
        severity: 'none',
        labels: { ...labels, severity: 'none' },
      })),
      'InferenceAPIDown',
      'would feed the heartbeat in place of Watchdog',
    ],
  ],
  'image-is-pinned': [
    [withWorkload({ program: { image: 'prom/prometheus' } }), 'prometheus', 'name a version'],
    [withWorkload({ program: { image: 'localhost:5000/prom/prometheus' } }), 'prometheus', 'name a version'],
    [withWorkload({ program: { image: 'prom/prometheus:latest' } }), 'prometheus', 'prom/prometheus:v1.2.3'],
    [{ ...facts, images: { redis: 'docker.io/library/redis' } }, 'redis', 'name a version'],
  ],
  'least-privilege': [
    [withWorkload({ rights: ['is privileged'] }), 'prometheus', 'is privileged: leave its security settings'],
  ],
  'no-root': [[withWorkload({ user: 0 }), 'prometheus', 'give it a user of its own']],
  'read-only-root': [[withWorkload({ readOnlyRoot: false }), 'prometheus', '`scratch`']],
  'resources-are-bounded': [
    [withWorkload({ resources: { cpuMillis: 0, memoryMebibytes: 1 } }), 'prometheus', 'set cpuMillis'],
    [
      withWorkload({ resources: { cpuMillis: 1, memoryMebibytes: 64, memoryLimitMebibytes: 32 } }),
      'prometheus',
      'has no bounds',
    ],
  ],
  'secrets-stay-secret': [
    [{ ...facts, files: { 'a.yml': 'password: hunter2-hunter2' } }, 'a.yml', 'holds a secret in plain text'],
    [
      withWorkload({ args: ['--password=hunter2-hunter2'] }),
      'prometheus',
      'holds a secret in plain text in an argument',
    ],
    [withWorkload({ env: { PASSWORD: 'hunter2-hunter2' } }), 'prometheus', 'in its environment'],
  ],
  'recording-rules-are-few': [
    [
      {
        ...facts,
        rules: {
          ...rules,
          recordings: [...rules.recordings, ...rules.recordings, ...rules.recordings, ...rules.recordings],
        },
      },
      'recording rules',
      'over the limit of 400',
    ],
  ],
  'recorded-series-are-few': [
    [
      {
        ...facts,
        rules: {
          ...rules,
          recordings: [
            ...rules.recordings,
            {
              record: 'all:requests:rate5m',
              group: 'x',
              expr: 'sum by (endpoint, status, pod, instance) (rate(inference_requests_total[5m]))',
              help: '',
            },
          ],
        },
      },
      'all:requests:rate5m',
      'aggregate away a label',
    ],
  ],
};

/** The stack with planned maintenance. */
function maintained(window: {
  from: string;
  to: string;
  weekdays?: 'sunday'[];
  timeZone?: string;
  services?: string[];
}): PolicyFacts {
  const named = { name: 'failover-test', owner: 'platform', reason: 'Redis fails over', ...window };
  return { ...facts, alertmanager: alertmanagerOf({ maintenance: [named] }) };
}

function declaring(stack: PolicyFacts): PolicyFacts {
  return { ...stack, declared: rules };
}

/** The stack with a route that is tried before all others. */
function withRoute(route: Route): PolicyFacts {
  const { alertmanager } = facts;
  const routes = [route, ...(alertmanager.route.routes ?? [])];
  return {
    ...facts,
    alertmanager: { ...alertmanager, route: { ...alertmanager.route, routes }, time_intervals: INTERVALS },
  };
}

test('the stack with every default complies', () => {
  expect(checkPolicies(facts, settings).map(describeFinding)).toEqual([]);
});

test('every policy is violated once at least, under a name of its own', () => {
  expect(Object.keys(VIOLATED).sort()).toEqual(POLICIES.map(({ name }) => name).sort());
});

const NGINX = 'nginx.ingress.kubernetes.io';

test.each<[string, Record<string, string>, string | undefined, boolean]>([
  ['a key that only contains the word', { 'example.org/author': 'alice' }, undefined, false],
  ['an empty value', { [`${NGINX}/auth-url`]: '' }, 'nginx', false],
  ['a value that is none', { [`${NGINX}/auth-type`]: 'none' }, 'nginx', false],
  ['a key that is nearly right', { [`${NGINX}/auth-urls`]: 'https://sso.example.org' }, 'nginx', false],
  ['another controller’s key', { [`${NGINX}/auth-url`]: 'https://sso.example.org' }, 'traefik', false],
  [
    'a certificate that is not asked for',
    { [`${NGINX}/auth-tls-secret`]: 'a/b', [`${NGINX}/auth-tls-verify-client`]: 'off' },
    'nginx',
    false,
  ],
  [
    'a redirect',
    { 'traefik.ingress.kubernetes.io/router.middlewares': 'web-redirect@kubernetescrd' },
    'traefik',
    false,
  ],
  ['a load balancer that asks nobody', { 'alb.ingress.kubernetes.io/auth-type': 'none' }, 'alb', false],
  ['a single sign-on', { [`${NGINX}/auth-url`]: 'https://sso.example.org/auth' }, 'internal-nginx', true],
  ['passwords', { [`${NGINX}/auth-type`]: 'basic' }, undefined, true],
  ['certificates', { [`${NGINX}/auth-tls-secret`]: 'monitoring/ca' }, 'nginx', true],
  [
    'a middleware',
    { 'traefik.ingress.kubernetes.io/router.middlewares': 'web-forward-auth@kubernetescrd' },
    'traefik',
    true,
  ],
  ['a load balancer', { 'alb.ingress.kubernetes.io/auth-type': 'oidc' }, 'alb', true],
  ['a class that does not tell its controller', { 'haproxy.org/auth-type': 'basic-auth' }, 'public', true],
])('an Ingress with %s', (_what, annotations, className, asks) => {
  expect(ingressPage('prometheus', 'prom.example.org', annotations, className).asks).toBe(asks);
});

const extension = (kind: string, name: string) => ({
  type: 'ExtensionRef',
  extensionRef: { group: 'example.org', kind, name },
});

test.each<[string, object[], Record<string, string>, boolean]>([
  ['nothing', [], {}, false],
  ['a filter of headers', [{ type: 'RequestHeaderModifier', requestHeaderModifier: {} }], {}, false],
  ['a middleware that compresses', [extension('Middleware', 'compress')], {}, false],
  ['the author in an annotation', [], { 'example.org/author': 'alice' }, false],
  ['a filter that asks', [{ type: 'ExternalAuth', externalAuth: { protocol: 'HTTP' } }], {}, true],
  ['an extension for it', [extension('AuthenticationFilter', 'users')], {}, true],
  ['a middleware that is named for it', [extension('Middleware', 'forward-auth')], {}, true],
  ['a plugin of Kong', [], { 'konghq.com/plugins': 'oidc' }, true],
])('a route with %s', (_what, filters, annotations, asks) => {
  expect(routePage('prometheus', 'prom.example.org', annotations, filters).asks).toBe(asks);
});

test('a range is its load balancer’s where that asks, and every address is nobody’s', () => {
  const page = (asks: boolean) =>
    routePage('prometheus', 'p.example.org', {}, asks ? [{ type: 'ExternalAuth' }] : []);
  expect(rangePage('prometheus', '10.0.16.0/20', page(true)).asks).toBe(true);
  expect(rangePage('prometheus', '10.0.16.0/20', page(false)).asks).toBe(false);
  expect(rangePage('prometheus', '0.0.0.0/0', page(true)).asks).toBe(false);
  expect(rangePage('prometheus', '10.0.16.0/20', undefined).asks).toBe(false);
});

test.each([
  ['that this machine alone opens', machinePage('prometheus', '127.0.0.1')],
  ['that asks by itself', ingressPage('grafana', 'grafana.example.org')],
  [
    'behind a controller that asks',
    ingressPage('prometheus', 'prom.example.org', { 'nginx.ingress.kubernetes.io/auth-type': 'basic' }),
  ],
])('a page %s complies', (_which, page) => {
  expect(checkPolicies({ ...facts, pages: [page] }, settings)).toEqual([]);
});

test.each([
  [
    'planned maintenance of two hours a week',
    maintained({
      weekdays: ['sunday'],
      from: '03:00',
      to: '05:00',
      timeZone: 'Europe/Berlin',
      services: ['redis'],
    }),
  ],
  ...['morning', 'twentieth'].map((interval): [string, PolicyFacts] => [
    `a warning that is heard in the ${interval} alone`,
    withRoute({ receiver: 'alerts', matchers: ['alertname="CPUHigh"'], active_time_intervals: [interval] }),
  ]),
])('%s complies', (_which, stack) => {
  expect(checkPolicies(stack, settings).map(describeFinding)).toEqual([]);
});

describe.each(POLICIES)('$name', (policy) => {
  const cases = VIOLATED[policy.name] ?? [];

  test.each(cases)('is violated (%#)', (violating, subject, message) => {
    const findings = checkPolicies(violating, settings, { policies: [policy] });
    const finding = findings.find((each) => each.subject === subject);
    expect(finding?.message).toContain(message);
    expect(finding?.level).toBe(policy.level.production);
  });

  test.each(cases)('alone refuses it, and nothing does once it is silent (%#)', (violating) => {
    const refusing = (policies: readonly Policy[]) => [
      ...new Set(checkPolicies(violating, settings, { policies }).map((finding) => finding.policy)),
    ];
    const silent = POLICIES.map((each) => (each === policy ? { ...each, check: () => [] } : each));
    expect(refusing(POLICIES)).toEqual([policy.name]);
    expect(refusing(silent)).toEqual([]);
  });

  test('says what, why and how', () => {
    expect(policy.rule).toMatch(/\.$/);
    expect(policy.reason).toMatch(/\.$/);
    expect(cases.length).toBeGreaterThan(0);
  });
});

describe('levels and exemptions', () => {
  const violating = withAlert('RedisDown', () => ({ for: '6m' }));
  const exemption = {
    policy: 'critical-alert-is-prompt',
    subject: 'RedisDown',
    owner: 'feature-platform',
    reason: 'flaps until the failover is replaced',
    expires: '2027-01-31',
  };
  const at = (day: string) => ({ today: new Date(`${day}T12:00:00Z`) });
  const exempt = policiesSettings.parse({ exemptions: [exemption] });

  test('a level of the stack goes before that of the policy', () => {
    const lenient = policiesSettings.parse({ levels: { 'critical-alert-is-prompt': 'advisory' } });
    expect(checkPolicies(violating, lenient)).toMatchObject([{ level: 'advisory' }]);
  });

  test('outside production some are advisory', () => {
    const writable = withWorkload({ readOnlyRoot: false });
    expect(checkPolicies({ ...writable, production: false }, settings)).toMatchObject([
      { level: 'advisory' },
    ]);
    expect(checkPolicies(writable, settings)).toMatchObject([{ level: 'mandatory' }]);
  });

  test('an exemption holds up to its last day', () => {
    expect(checkPolicies(violating, exempt, at('2027-01-31'))).toEqual([]);
  });

  test('an expired one fails, and what it covered is back', () => {
    const findings = checkPolicies(violating, exempt, at('2027-02-01'));
    expect(findings.map(({ level }) => level)).toEqual(['mandatory', 'mandatory']);
    expect(findings.map(describeFinding).join('\n')).toContain('of feature-platform expired on 2027-01-31');
    expect(checkPolicies(facts, exempt, at('2027-02-01'))).toMatchObject([{ level: 'mandatory' }]);
  });

  test('one that nothing needs is pointed out', () => {
    expect(checkPolicies(facts, exempt, at('2027-01-01'))).toMatchObject([{ level: 'advisory' }]);
  });

  test('it covers its policy and subject alone', () => {
    const other = policiesSettings.parse({ exemptions: [{ ...exemption, subject: 'KafkaDown' }] });
    const findings = checkPolicies(violating, other, at('2027-01-01'));
    expect(findings.map(({ subject }) => subject)).toEqual(['RedisDown', 'KafkaDown']);
  });

  test.each([
    [{ levels: { 'critical-alert-is-promt': 'advisory' } }, 'did you mean critical-alert-is-prompt?'],
    [{ exemptions: [{ ...exemption, policy: 'no-rot' }] }, 'did you mean no-root?'],
    [{ exemptions: [{ ...exemption, expires: 'soon' }] }, 'a day such as 2027-01-31'],
    [{ exemptions: [{ ...exemption, reason: 'because' }] }, 'at least 10 characters'],
    [{ limits: { criticalFor: 'long' } }, 'a Prometheus duration'],
  ])('%j is refused', (input, message) => {
    expect(JSON.stringify(policiesSettings.safeParse(input).error?.issues)).toContain(message);
  });
});

describe('who pages is said by the receiver', () => {
  const asked = (notifications: z.input<typeof notificationsSettings>, production: boolean) =>
    checkPolicies(
      {
        ...facts,
        production,
        alertmanager: alertmanagerOf(notifications),
        pagers: pagersOf(notificationsSettings.parse(notifications)),
      },
      settings,
    );
  const slackOnly = { severities: { critical: ['alerts'] } };
  const opsgenie = {
    receivers: { opsgenie: { webhook: {} } },
    severities: { critical: ['opsgenie', 'alerts'] },
  };

  test.each([
    ['Slack alone', slackOnly],
    ['a webhook', opsgenie],
  ])('outside production none has to: %s', (_, notifications) => {
    expect(asked(notifications, false)).toEqual([]);
  });

  test('in production one line tells of all, and how to comply', () => {
    const lines = groupFindings(asked(slackOnly, true)).map(describeFinding);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^mandatory critical-alert-pages: each of \w+, \w+, \w+, \w+, \w+ and \d+ more is critical and wakes nobody/,
    );
    expect(lines[0]).toContain("make set NAME='notifications.receivers.<name>.pages' VALUE='true'");
  });

  test.each([
    ['a webhook', { ...opsgenie, receivers: { opsgenie: { webhook: {}, pages: true } } }],
    ['a channel', { receivers: { pager: { slack: {}, pages: true } }, severities: { critical: ['pager'] } }],
    [
      'a receiver that every stack has',
      { receivers: { alerts: { pages: true } }, severities: { critical: ['alerts'], warning: ['digest'] } },
    ],
  ])('%s that is taken for a pager is one', (_, notifications) => {
    expect(asked(notifications, true)).toEqual([]);
    expect(pagersIn(alertmanagerOf(notifications))).toEqual(
      pagersOf(notificationsSettings.parse(notifications)).filter((name) =>
        alertmanagerOf(notifications).receivers.some((receiver) => receiver.name === name),
      ),
    );
  });

  test('a PagerDuty service of low urgency may take warnings', () => {
    const desk = {
      receivers: { desk: { pagerduty: {}, pages: false } },
      severities: { warning: ['desk'] },
    };
    expect(asked(desk, true)).toEqual([]);
    expect(pagersIn(alertmanagerOf(desk))).toEqual(['pager']);
  });

  test('news never page', () => {
    expect(asked({ severities: { info: ['pager'] } }, true)[0]?.message).toContain('is info and pages');
  });
});

test('a secret is never part of a finding', () => {
  const leaking = { ...facts, files: { 'a.yml': 'password: hunter2-hunter2' } };
  expect(JSON.stringify(checkPolicies(leaking, settings))).not.toContain('hunter2');
});

test('series are estimated by labels', () => {
  const rule = (expr: string) => ({ record: 'x', group: 'x', expr, help: '' });
  expect(estimatedSeries(rule('sum(up)'), facts)).toBe(1);
  expect(estimatedSeries(rule('sum by (job, instance) (up)'), facts)).toBe(100);
});

describe('the size of what Prometheus keeps', () => {
  const judged = (given: object) => {
    const settings = parseSettings(given, { stack: 'local' });
    const found = {
      ...facts,
      scraped: scrapedJobs(settings),
      retentionSize: settings.prometheus.retention.size,
    };
    return {
      samples: estimatedSamples(found),
      findings: POLICIES.find(({ name }) => name === 'retention-size-covers-slo')?.check(
        found,
        policiesSettings.parse({}).limits,
      ),
    };
  };
  const own = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      name: `own-${index}`,
      address: `10.0.0.1:${9000 + index}`,
    }));

  test('lasts for what ships, and not for a hundred services beside it', () => {
    expect(judged({}).findings).toEqual([]);
    expect(judged({ services: own(100) }).findings).toEqual([
      { subject: 'Prometheus', message: expect.stringMatching(/^would hold about \d+d of the 30 days/) },
    ]);
    expect(judged({ services: own(100), prometheus: { retention: { size: '30GB' } } }).findings).toEqual([]);
  });

  test('is compared with 500 series of each target at its interval', () => {
    const none = judged({}).samples;
    expect(judged({ services: own(30) }).samples - none).toBeCloseTo((30 * 500) / 15);
    const slow = own(30).map((each) => ({ ...each, interval: '60s' }));
    expect(judged({ services: slow }).samples - none).toBeCloseTo((30 * 500) / 60);
    const found = [{ name: 'own', find: { dns: 'own.internal', port: 8080 } }];
    expect(judged({ services: found }).samples - none).toBeCloseTo((3 * 500) / 15);
  });

  test('is not judged where an operator’s Prometheus keeps it', () => {
    const check = POLICIES.find(({ name }) => name === 'retention-size-covers-slo')?.check;
    const limits = policiesSettings.parse({}).limits;
    const many = [{ job: 'own', targets: 1e6, interval: '15s' }];
    expect(check?.({ ...facts, scraped: many }, limits)).toEqual([]);
  });
});
