import fc from 'fast-check';
import { dump, load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { pullRequestReport } from '../../../operations/review/report/document.ts';
import { review } from '../../../operations/review/review.ts';
import { EXIT_CODES, refusedByEngine, STRICT_EXIT_CODES } from '../../../operations/review/verdict.ts';
import type { Version } from '../../../operations/review/version.ts';
import { BASE, edited, reviewed, told, versionOf } from './versions.ts';

const RULES = 'prometheus/rules/inference-api.yaml';
const DASHBOARD = 'grafana/dashboards/operations/inference-api.json';

describe('an alert', () => {
  test('says a threshold in its unit, by how much, and which way', () => {
    const { changes, verdict } = reviewed(
      versionOf({ rules: { alerts: { InferenceAPIHighLatency: { threshold: '200ms' } } } }),
    );
    expect(changes[0]).toMatchObject({
      area: 'alert',
      subject: 'InferenceAPIHighLatency',
      text: 'threshold 0.15 s → 0.2 s (+33 %), looser',
      effect: 'weaker',
    });
    expect(verdict.level).toBe('look');
    expect(verdict.text).toContain('monitoring gets weaker: needs more to fire (InferenceAPIHighLatency)');
  });

  test.each([
    [
      'InferenceAPIHighLoad',
      { threshold: 400 },
      'threshold 100 requests → 400 requests (+300 %), looser',
      'weaker',
    ],
    ['CacheHitRateLow', { threshold: '80%' }, 'threshold 70 % → 80 % (+14 %), stricter', 'stricter'],
    ['InferenceAPIHighLatency', { for: '5m' }, 'for 2m → 5m, fires later', 'weaker'],
    ['InferenceAPIHighLatency', { for: '1m' }, 'for 2m → 1m, fires sooner', 'stricter'],
    ['InferenceAPIHighLoad', { severity: 'info' }, 'severity warning → info, less urgent', 'weaker'],
    [
      'InferenceAPIHighLoad',
      { severity: 'critical' },
      'severity warning → critical, more urgent',
      'stricter',
    ],
    ['InferenceAPIHighLoad', { labels: { tier: '1' } }, 'label tier="1" added', 'neutral'],
    [
      'InferenceAPIHighLoad',
      { annotations: { summary: 'Inference API has too many requests at a time' } },
      'summary “',
      'neutral',
    ],
  ])('%s %j', (name, override, text, effect) => {
    const { changes } = reviewed(versionOf({ rules: { alerts: { [name]: override } } }));
    const own = changes.filter(({ subject }) => subject === name);
    expect(own.map((change) => change.text).join('\n')).toContain(text);
    expect(own.find((change) => change.text.includes(text))?.effect).toBe(effect);
  });

  test('that is gone is told with what it was, and weakens monitoring', () => {
    const { changes } = reviewed(versionOf({ rules: { alerts: { CacheHitRateLow: { off: true } } } }));
    expect(changes[0]).toMatchObject({ kind: 'removed', effect: 'weaker', subject: 'CacheHitRateLow' });
    expect(changes[0]?.text).toBe('removed (warning, under 70 % for 5m, notifies alerts)');
  });

  test('under another name is renamed, not removed and added', () => {
    const after = edited(RULES, (text) =>
      text.replace('alert: InferenceAPIHighLoad', 'alert: InferenceAPIBusy'),
    );
    expect(told(after)).toEqual([
      'InferenceAPIBusy: renamed, it was InferenceAPIHighLoad: silences and links by name no longer hold',
    ]);
  });

  test('of a service of one’s own is one of its own, whatever the name under which it arrives', () => {
    const shop = (more: object = {}) =>
      versionOf({
        services: ['checkout', 'payment'].map((name, index) => ({ name, address: `10.0.0.8:900${index}` })),
        ...more,
      });
    expect(told(shop({ rules: { alerts: { PaymentDown: { for: '3m' } } } }), shop())).toEqual([
      'PaymentDown: for 1m → 3m, fires later',
    ]);
    const before = edited(
      'prometheus/rules/services.yaml',
      (text) => text.replace('alert: ServiceDown', 'alert: CheckoutDown'),
      shop(),
    );
    expect(told(shop(), before)).toEqual([
      'CheckoutDown: arrives as ServiceDown, it was CheckoutDown: silences and links by name no longer hold',
    ]);
  });

  test('tells where its expression differs', () => {
    const shorter = edited(RULES, (text) => text.replace('[2m]))) > 0.2', '[1m]))) > 0.2'));
    expect(told(shorter)).toEqual(['InferenceAPILatencySLOBroken: expression: [2m] → [1m]']);
    const other = edited(RULES, (text) =>
      text.replace('sum(inference_active_requests) > 100', 'max(inference_active_requests) > 100'),
    );
    expect(told(other)).toEqual([
      'InferenceAPIHighLoad: expression reads and computes something else (both are shown)',
    ]);
  });

  test.each([
    ['sum(inference_active_requests) > 100', 'vector(0) > 100'],
    ['sum(inference_active_requests) > 100', 'sum(inference_active_requests{instance="a"}) > 100'],
  ])('with another expression has to be judged: %s → %s', (was, is) => {
    const { changes, verdict } = reviewed(edited(RULES, (text) => text.replace(was, is)));
    expect(changes.map(({ effect }) => effect)).toEqual(['unclear']);
    expect(verdict).toEqual({
      level: 'look',
      text: 'Look twice: what it does is yours to judge (InferenceAPIHighLoad); 1 change in all.',
    });
  });
});

describe('who is notified', () => {
  test('is told for all alerts with the same change at once', () => {
    const { changes, verdict } = reviewed(
      versionOf({ notifications: { severities: { warning: ['digest'] } } }),
    );
    const audience = changes.find(({ text }) => text.startsWith('notifies alerts → digest'));
    expect(audience).toMatchObject({ area: 'notification', effect: 'weaker' });
    expect(audience?.subject).toMatch(/^\d+ alerts$/);
    expect(audience?.reaches).toContain('CacheHitRateLow');
    expect(verdict.level).toBe('look');
  });

  test('knows the quiet hours', () => {
    const quiet = versionOf({ notifications: { businessHours: { severities: ['info'] } } });
    expect(told(quiet).join('\n')).toMatch(/alerts: notifies digest → digest \(in business-hours\)/);
  });

  test.each(['America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Auckland'])(
    'is told with business hours of %s, too',
    (timeZone) => {
      const office = (warning: string) =>
        versionOf({
          notifications: {
            severities: { warning: [warning] },
            businessHours: { severities: ['warning'], timeZone },
          },
        });
      expect(told(office('digest'), office('alerts')).join('\n')).toContain(
        'notifies alerts (in business-hours) → digest (in business-hours)',
      );
    },
  );

  test('is stricter where a receiver hears more, and weaker where it hears less', () => {
    const office = versionOf({ notifications: { businessHours: { severities: ['warning'] } } });
    const heard = (after: typeof BASE, before: typeof BASE) =>
      reviewed(after, before).changes.find(({ text }) => text.startsWith('notifies '));
    expect(heard(BASE, office)).toMatchObject({
      text: expect.stringMatching(/^notifies alerts \(in business-hours\) → alerts \(/),
      effect: 'stricter',
    });
    expect(heard(office, BASE)).toMatchObject({ effect: 'weaker' });
  });

  test.each([
    ['groupWait', '1h', 'group_wait: 5s → 1h', 'weaker'],
    ['groupWait', '1s', 'group_wait: 5s → 1s', 'stricter'],
    ['groupInterval', '45m', 'group_interval: 1m → 45m', 'weaker'],
    ['repeatInterval', '48h', 'repeat_interval: 1h → 48h', 'weaker'],
  ])('has to wait: %s %s', (key, value, text, effect) => {
    const { changes } = reviewed(versionOf({ notifications: { timings: { critical: { [key]: value } } } }));
    expect(changes).toEqual([
      expect.objectContaining({ subject: 'route severity="critical"', text, effect }),
    ]);
  });

  test('in other office hours has to be judged', () => {
    const office = (to: string) =>
      versionOf({ notifications: { businessHours: { severities: ['warning'], to } } });
    const { changes, verdict } = reviewed(office('12:00'), office('18:00'));
    expect(changes).toEqual([
      expect.objectContaining({ subject: 'time interval business-hours', effect: 'unclear' }),
    ]);
    expect(verdict.level).toBe('look');
  });

  test('knows maintenance', () => {
    const window = {
      name: 'db',
      reason: 'upgrade',
      owner: 'dba',
      severities: ['warning'],
      weekdays: ['saturday'],
      from: '02:00',
      to: '04:00',
    };
    const { changes } = reviewed(versionOf({ notifications: { maintenance: [window] } }));
    expect(changes).toContainEqual(
      expect.objectContaining({
        text: expect.stringMatching(
          /^notifies alerts → alerts \(not in maintenance-db\): alerts is told less \(/,
        ),
        effect: 'weaker',
      }),
    );
  });
});

describe('objectives, targets and data', () => {
  test.each([
    [
      { rules: { slos: { 'inference-latency': { objective: 0.99 } } } },
      'inference-latency: objective 95 % → 99 %, tightened: the budget of 30d is 7.2 h, it was 36 h',
      'stricter',
    ],
    [
      { rules: { slos: { 'inference-latency': { objective: 0.94 } } } },
      'inference-latency: objective 95 % → 94 %, loosened: the budget of 30d is 43.2 h, it was 36 h',
      'weaker',
    ],
    [
      { services: [{ name: 'checkout', address: '10.0.0.8:9000' }] },
      'checkout: job added (checkout:9000)',
      'stricter',
    ],
    [
      { services: [{ name: 'ml-pipeline', off: true }] },
      'ml-pipeline: job removed (ml-pipeline:8083)',
      'weaker',
    ],
    [
      { services: [{ name: 'inference-api', interval: '30s' }] },
      'inference-api: scrape_interval: 10s → 30s, so that what their alerts read is up to 20s older',
      'weaker',
    ],
    [
      { prometheus: { retention: { time: '15d' } } },
      'prometheus: retention 30d → 15d: samples beyond it are deleted',
      'risk',
    ],
    [
      { prometheus: { retention: { size: '5GB' } } },
      'prometheus: retention 10GB → 5GB: samples beyond it are deleted',
      'risk',
    ],
    [{ prometheus: { retention: { time: '60d' } } }, 'prometheus: retention 30d → 60d', 'neutral'],
    [
      { prometheus: { volumeGibibytes: 12 } },
      'prometheus: volume 16 GiB → 12 GiB: a volume that shrinks is replaced',
      'risk',
    ],
    [
      { ports: { prometheus: 19090 } },
      'prometheus: --web.listen-address: 127.0.0.1:9090 → 127.0.0.1:19090',
      'unclear',
    ],
    [
      { grafana: { mode: 'off' } },
      'grafana: removed, and what it keeps in /var/lib/grafana is no longer anybody’s',
      'risk',
    ],
  ])('%j', (config, line, effect) => {
    const found = reviewed(versionOf(config)).changes.find(
      ({ subject, text }) => `${subject}: ${text}` === line,
    );
    expect(found?.effect, told(versionOf(config)).join('\n')).toBe(effect);
  });

  test('a connection more does not change its neighbours', () => {
    const lines = told(versionOf({ services: [{ name: 'checkout', address: '10.0.0.8:9000' }] }));
    expect(lines.filter((line) => line.startsWith('prometheus: '))).toEqual([
      'prometheus: connects to: 10.0.0.8:9000 added',
    ]);
  });

  test('a name server is connected to in two ways', () => {
    const lines = told(versionOf({ dns: { server: '10.0.0.2:53', name: 'shop.example.org' } }));
    expect(lines.filter((line) => line.includes('connects to'))).toEqual([
      'blackbox-exporter: connects to: demo:8090 removed',
      'blackbox-exporter: connects to: 10.0.0.2:53/udp added',
      'blackbox-exporter: connects to: 10.0.0.2:53 added',
    ]);
  });
});

describe('dashboards', () => {
  test('tell a query by panel', () => {
    const after = edited(DASHBOARD, (text) => text.replace(':p95_5m{', ':p99_5m{'));
    expect(told(after)).toEqual([
      expect.stringMatching(/^Inference API: panel “.+”: query A: reads .+p99_5m instead of .+p95_5m$/),
    ]);
  });

  test('tell panels apart that have no ids', () => {
    type Json = { panels: { id?: number; title?: string; description?: string }[] };
    const without = (edit: (json: Json) => void, version = BASE) =>
      edited(
        DASHBOARD,
        (text) => {
          const json = JSON.parse(text) as Json;
          for (const panel of json.panels) delete panel.id;
          edit(json);
          return JSON.stringify(json);
        },
        version,
      );
    const before = without(() => {});
    const after = without(({ panels }) => {
      const [first] = panels.filter(({ title }) => title);
      if (first) first.description = 'Another one.';
    }, before);
    expect(told(after, before)).toEqual([
      expect.stringMatching(/^Inference API: panel “.+”: description (changed|.+ → Another one\.)$/),
    ]);
  });

  test('tell panels that come and go', () => {
    const fewer = edited(DASHBOARD, (text) => {
      const json = JSON.parse(text) as { panels: unknown[] };
      json.panels.pop();
      return JSON.stringify(json);
    });
    expect(told(fewer)).toEqual([expect.stringMatching(/^Inference API: panel “.+” removed \(\w+\)$/)]);
    expect(told(BASE, fewer)).toEqual([expect.stringMatching(/^Inference API: panel “.+” added \(\w+\)$/)]);
  });
});

describe('the interval of a data source', () => {
  const SOURCE = 'grafana/provisioning/datasources/prometheus.yaml';
  const of = (version: Version) =>
    reviewed(version)
      .changes.filter(({ subject }) => subject === SOURCE)
      .map(({ effect, text }) => `${effect} ${text}`);
  const alone = (interval: string) =>
    edited(SOURCE, (text) => text.replace('timeInterval: 15s', `timeInterval: ${interval}`));

  test('that follows the scrape interval is told, with the windows of panels', () => {
    expect(of(versionOf({ prometheus: { scrapeInterval: '30s' } }))).toEqual([
      'neutral datasources[0].jsonData.timeInterval: 15s → 30s, as global.scrape_interval: panels’ $__rate_interval is at least 2m',
    ]);
  });

  test('that does not has to be judged', () => {
    expect([...of(alone('1m')), ...of(alone('5s'))]).toEqual([
      'unclear datasources[0].jsonData.timeInterval: 15s → 1m, beside a global.scrape_interval of 15s: panels’ $__rate_interval is at least 4m',
      'unclear datasources[0].jsonData.timeInterval: 15s → 5s, beside a global.scrape_interval of 15s: panels’ $__rate_interval is at least 20s, which may hold no two samples',
    ]);
  });
});

test('a metric under another name is told once, with its places', () => {
  const rename = (text: string) => text.replaceAll('inference_requests_total', 'inference_calls_total');
  const files = Object.fromEntries(Object.entries(BASE.files).map(([path, text]) => [path, rename(text)]));
  const renamed = told({ ...BASE, files });
  const effects = (version: Version) =>
    reviewed(version)
      .changes.filter(({ area }) => area === 'metric')
      .map(({ effect }) => effect);
  // Only the catalogue can say that it is the same metric.
  expect(effects({ ...BASE, files })).toEqual(['unclear']);
  const { inference_requests_total: metric = '', ...metrics } = BASE.facts?.declared?.metrics ?? {};
  const catalogue = (declared: Readonly<Record<string, string>>): Version => ({
    ...BASE,
    files,
    ...(BASE.facts?.declared && {
      facts: { ...BASE.facts, declared: { ...BASE.facts.declared, metrics: { ...metrics, ...declared } } },
    }),
  });
  expect(effects(catalogue({ inference_calls_total: metric }))).toEqual(['neutral']);
  expect(effects(catalogue({ inference_calls_total: '{"type":"gauge"}' }))).toEqual(['unclear']);
  expect(renamed.filter((line) => line.startsWith('inference_calls_total: '))).toEqual([
    expect.stringMatching(/^inference_calls_total: read instead of inference_requests_total, in \d+ places,/),
  ]);
  expect(renamed.join('\n')).not.toContain('expression is another one');
});

test('a metric that is still read was not renamed: alerts that read another one have to be judged', () => {
  const some = edited(RULES, (text) =>
    text.replaceAll(
      /inference_request_duration_seconds_bucket(\[2m\]|\[5m\]\)\) by)/g,
      'model_inference_duration_seconds_bucket$1',
    ),
  );
  expect(reviewed(some).changes).toEqual([
    expect.objectContaining({ text: expect.stringContaining('in 3 places'), effect: 'unclear' }),
  ]);
});

describe('formatting', () => {
  /** The same expression, spelled by someone else. */
  const respell = (expr: string) => `  ( ${expr.replaceAll(/\s+/g, '\n  ').replaceAll('[5m]', '[300s]')} ) `;

  test('of rules, YAML and JSON is silent', () => {
    const files = Object.fromEntries(
      Object.entries(BASE.files).map(([path, text]) => [
        path,
        /\.json$/.test(path)
          ? JSON.stringify(JSON.parse(text))
          : /\.ya?ml$/.test(path)
            ? dump(load(text), { flowLevel: 3, forceQuotes: true, sortKeys: true })
            : text,
      ]),
    );
    const { changes, verdict } = reviewed({ ...BASE, files });
    expect(changes).toEqual([]);
    expect(verdict).toEqual({ level: 'same', text: expect.stringMatching(/^Nothing changes: \d+ alerts/) });
  });

  test('of any subset of expressions is silent', () => {
    const paths = Object.keys(BASE.files).filter((path) => path.startsWith('prometheus/rules/'));
    fc.assert(
      fc.property(fc.subarray(paths, { minLength: 1 }), (some) => {
        const after = some.reduce(
          (version, path) =>
            edited(
              path,
              (text) => {
                const file = load(text) as { groups: { rules: { expr: string }[] }[] };
                for (const { rules } of file.groups) for (const rule of rules) rule.expr = respell(rule.expr);
                return dump(file);
              },
              version,
            ),
          BASE,
        );
        expect(told(after)).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });
});

describe('the verdict', () => {
  test('refuses what does not build, with what the code says', () => {
    const found = review({
      stack: 'local',
      names: { before: 'base', after: 'head' },
      before: { version: BASE },
      after: { problem: 'inference-api.yaml: alert A: unknown metric' },
    });
    expect(found.verdict.level).toBe('refused');
    expect(found.problem).toContain('unknown metric');
  });

  test('refuses what violates a mandatory policy, and tells what changed all the same', () => {
    const found = reviewed(versionOf({ prometheus: { retention: { time: '15d' } } }));
    expect(found.verdict).toEqual({
      level: 'refused',
      text: 'Refused: 1 mandatory policy is violated: retention-covers-slo (inference-availability, inference-latency, cache-hit-rate, feature-freshness and 2 more).',
    });
    expect(found.changes).toHaveLength(1);
    expect(found.findings.every(({ isNew }) => isNew)).toBe(true);
  });

  test('promises no more than is known', () => {
    expect(reviewed(versionOf({ prometheus: { retention: { time: '60d' } } })).verdict).toEqual({
      level: 'changes',
      text: expect.stringContaining('none of which is known to weaken monitoring or to put data at risk'),
    });
  });

  test('stands without a base that builds', () => {
    const found = review({
      stack: 'local',
      names: { before: 'base', after: 'head' },
      before: { problem: 'it is broken' },
      after: { version: BASE },
    });
    expect(found.verdict.level).toBe('incomparable');
    expect(found.notes[0]).toContain('it is broken');
  });

  test('of a base that only renders says what is not compared', () => {
    const { facts: _, ...rendered } = BASE;
    const found = reviewed(BASE, rendered);
    expect(found.changes).toEqual([]);
    expect(found.notes).toEqual([
      expect.stringContaining('workloads, volumes and retention are not compared'),
      expect.stringContaining(
        'silences, settings of policies, secrets and declared metrics are not compared',
      ),
    ]);
  });

  test('is red where the engine refuses, with its first line', () => {
    const verdict = refusedByEngine('the quota is used up\nof volumes');
    expect(verdict).toEqual({
      level: 'refused',
      text: 'Refused: make preview fails: the quota is used up',
    });
    expect(pullRequestReport({ ...reviewed(BASE), verdict }, []).verdict.state).toBe('bad');
  });

  test('says once what failed, and why', () => {
    expect(refusedByEngine('make preview could not finish:\nthe quota is used up\nMend it.').text).toBe(
      'Refused: make preview could not finish: the quota is used up',
    );
  });

  test('is an error where it is refused, and where someone asks for that', () => {
    expect(EXIT_CODES).toEqual({ same: 0, changes: 0, look: 0, refused: 1, incomparable: 4 });
    expect(STRICT_EXIT_CODES).toEqual({ same: 0, changes: 0, look: 3, refused: 1, incomparable: 4 });
  });
});

test('nothing secret is described', () => {
  const canary = 'canary-4711-canary';
  const version = versionOf({
    grafana: { adminPassword: canary },
    redis: { password: `${canary}-redis` },
    notifications: { slack: { webhookUrl: `https://hooks.slack.com/${canary}` } },
  });
  expect(JSON.stringify(version)).not.toContain('canary');
  expect(JSON.stringify(version)).toContain('/etc/grafana-secrets/admin-password');
});
