import { describe, expect, test } from 'vitest';
import { SECRET_PLACEHOLDER } from '../../../lib/secret-placeholder.ts';
import type { Change } from '../../../operations/review/change.ts';
import { review } from '../../../operations/review/review.ts';
import { verdictOf } from '../../../operations/review/verdict.ts';
import type { Version } from '../../../operations/review/version.ts';
import { type ShopChange, shop } from './shop.ts';
import { edited } from './versions.ts';

const SHOP = shop();
const PROMETHEUS = 'prometheus/prometheus.yml';
const ALERTMANAGER = 'alertmanager/alertmanager.yml';

const compare = (after: Version, before: Version) =>
  review({
    stack: 'local',
    names: { before: 'a', after: 'b' },
    before: { version: before },
    after: { version: after },
  });

interface Case {
  readonly name: string;
  readonly before?: Version | ShopChange;
  readonly after: Version | ShopChange;
  readonly level: 'same' | 'changes' | 'look' | 'refused';
  /** `effect subject: text` of what must be told. */
  readonly told?: readonly RegExp[];
  /** What must not be told. */
  readonly untold?: readonly RegExp[];
}

const replace = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);
const all =
  (...edits: readonly ((text: string) => string)[]) =>
  (text: string) =>
    edits.reduce((done, edit) => edit(done), text);
const version = (of: Version | ShopChange): Version => ('files' in of ? of : shop(of));

const BOTH_NUMBERS = replace(
  'max by (queue) (shop_queue_depth) > $threshold',
  'max by (queue) (shop_queue_depth) > $threshold and on () sum(increase(shop_orders_total[5m])) < 100',
);
const QUEUE = /(max by \(queue\) \()shop_queue_depth(\) > \$threshold\n)/;
const slack = { webhookUrl: 'https://hooks.example.org/services/T0/B0/x' };

const CASES: readonly Case[] = [
  {
    name: 'failures narrowed in a recording that a critical alert reads',
    after: { rules: replace('status=~"failed|lost"', 'status="lost"') },
    level: 'look',
    told: [/^unclear region:shop_failed:ratio_rate5m: .*read by the alert ShopFailedShareHigh/],
  },
  {
    name: 'failures narrowed in a recording that ships',
    before: SHOP,
    after: edited(
      'prometheus/rules/inference-api.yaml',
      replace(
        'inference_requests_total{status=~"5.."}[5m]) >= 0) or vector(0))',
        'inference_requests_total{status=~"50[0-2]"}[5m]) >= 0) or vector(0))',
      ),
      SHOP,
    ),
    level: 'look',
    told: [/^unclear inference_api:errors:ratio_rate5m: .*read by .*InferenceAPI\w+/],
  },
  {
    name: 'a recording is a hundred times as large',
    after: { rules: replace('[5m])) / sum', '[5m])) * 100 / sum') },
    level: 'look',
    told: [
      /^unclear region:shop_failed:ratio_rate5m: expression: 100 times as large as before; read by the alert ShopFailedShareHigh/,
    ],
  },
  {
    name: 'service is taken out of what an inhibition compares',
    before: SHOP,
    after: edited(
      ALERTMANAGER,
      replace('    equal:\n      - service\n      - signal\n', '    equal:\n      - signal\n'),
      SHOP,
    ),
    level: 'look',
    told: [
      /^weaker inhibition critical-over-warning: equal: service removed; muted pairs \d+ → \d+; now kept quiet too: \w+/,
    ],
  },
  {
    name: 'the watchdog mutes every page',
    before: SHOP,
    after: edited(
      ALERTMANAGER,
      replace(
        'inhibit_rules:\n',
        `inhibit_rules:\n  - name: quiet-nights\n    source_matchers:\n      - alertname="Watchdog"\n    target_matchers:\n      - severity="critical"\n`,
      ),
      SHOP,
    ),
    level: 'look',
    told: [
      /^weaker inhibition quiet-nights: added \(alertname="Watchdog" mutes severity="critical"\); muted pairs/,
    ],
  },
  {
    name: 'relabelling drops severity',
    before: SHOP,
    after: edited(PROMETHEUS, replace('regex: replica', 'regex: replica|severity'), SHOP),
    level: 'look',
    told: [
      /^unclear prometheus\.yml: alerting\.alert_relabel_configs.*: \d+ alerts lose severity/,
      /^weaker \d+ alerts: notifies alerts, pager → unrouted: alerts, pager are told less/,
    ],
  },
  {
    name: 'a scrape interval of 5 minutes',
    before: SHOP,
    after: edited(PROMETHEUS, replace('scrape_interval: 15s', 'scrape_interval: 5m'), SHOP),
    level: 'look',
    told: [
      /^weaker \d+ jobs: scrape_interval: 15s → 5m, so that what their alerts read is up to 4m45s older/,
    ],
  },
  {
    name: 'an evaluation interval of 10 minutes',
    before: SHOP,
    after: edited(PROMETHEUS, replace('evaluation_interval: 15s', 'evaluation_interval: 10m'), SHOP),
    level: 'look',
    told: [/^weaker \d+ alerts: evaluated every 15s → 10m: up to 9m45s later/],
  },
  {
    name: 'the interval of a group that holds alerts alone',
    before: SHOP,
    after: edited(
      'prometheus/rules/dependencies.yaml',
      replace('  - name: dependencies\n', '  - name: dependencies\n    interval: 1h\n'),
      SHOP,
    ),
    level: 'look',
    told: [/^weaker \d+ alerts: evaluated every 15s → 1h: up to 59m45s later/],
  },
  {
    name: 'a year’s silence of everything critical',
    after: {
      config: {
        notifications: {
          silences: [
            {
              id: 'quiet',
              owner: 'me',
              reason: 'too loud',
              matchers: ['severity="critical"'],
              startsAt: '2026-11-01T00:00:00Z',
              endsAt: '2027-11-01T00:00:00Z',
            },
          ],
        },
      },
    },
    level: 'look',
    told: [
      /^weaker silence quiet: severity="critical" from .* \(365d\), by me: “too loud”; it keeps quiet \d+ alerts: /,
    ],
  },
  {
    name: 'policies are loosened',
    after: {
      config: {
        policies: { limits: { criticalFor: '2h' }, levels: { 'critical-alert-pages': 'advisory' } },
      },
    },
    level: 'look',
    told: [
      /^weaker limits\.criticalFor: 5m → 2h: the guard is loosened/,
      /^weaker critical-alert-pages: level its own → advisory: the guard is loosened/,
    ],
  },
  {
    name: 'chat becomes mail',
    before: { config: { notifications: { slack } } },
    after: {
      config: {
        notifications: {
          slack,
          receivers: { alerts: { email: { to: ['nobody@example.com'] } } },
          email: { smarthost: 'mail:25', from: 'a@example.com' },
        },
      },
    },
    level: 'look',
    told: [
      /^unclear receiver alerts: sends to email to nobody@example\.com instead of slack #alerts: other people are told \(\d+ alerts: /,
    ],
  },
  {
    name: 'another key for the pager',
    before: { encrypted: { 'notifications.pagerduty.routingKey': 'v1:AAAA:DDDD' } },
    after: { encrypted: { 'notifications.pagerduty.routingKey': 'v1:AAAA:ZZZZ' } },
    level: 'look',
    told: [/^unclear notifications\.pagerduty\.routingKey: the secret is set anew/],
  },
  {
    name: 'two numbers of one expression, which pull in two directions',
    before: { rules: BOTH_NUMBERS },
    after: {
      rules: all(
        BOTH_NUMBERS,
        replace('[5m])) < 100', '[5m])) < 20'),
        replace('value: 100, unit: messages', 'value: 20, unit: messages'),
      ),
    },
    level: 'look',
    told: [/^unclear ShopQueueDeep: threshold 100 messages → 20 messages \(−80 %\) in 2 places/],
    untold: [/stricter ShopQueueDeep/],
  },
  {
    name: 'another metric in one place',
    after: {
      rules: all(
        replace(
          'shop_queue_depth: {',
          'shop_queue_age_seconds: { type: gauge, unit: seconds, labels: [queue], help: Age }\n  shop_queue_depth: {',
        ),
        replace(QUEUE, '$1shop_queue_age_seconds$2'),
      ),
    },
    level: 'look',
    told: [/^unclear ShopQueueDeep: expression: reads shop_queue_age_seconds instead of shop_queue_depth/],
  },
  {
    name: 'another metric in two places',
    after: {
      rules: all(
        replace(
          'shop_queue_depth: {',
          'shop_queue_age_seconds: { type: gauge, unit: seconds, labels: [queue], help: Age }\n  shop_queue_depth: {',
        ),
        replace(QUEUE, '$1shop_queue_age_seconds$2'),
      ),
      board: replace('max(shop_queue_depth)', 'max(shop_queue_age_seconds)'),
    },
    level: 'look',
    told: [
      /^unclear shop_queue_age_seconds: read instead of shop_queue_depth, in 2 places, and nothing says/,
    ],
  },
  {
    name: 'a share becomes a percentage, and its limit with it',
    after: {
      rules: all(
        replace(
          '(rate(shop_orders_total[5m])) > $threshold',
          '(rate(shop_orders_total[5m])) * 100 > $threshold',
        ),
        replace('value: 0.02, unit: score', 'value: 2, unit: score'),
      ),
    },
    level: 'changes',
    told: [
      /^neutral ShopFailedDirect: what is compared and the limit are both 100 times as large \(0\.02 → 2\): it fires as before/,
    ],
  },
  {
    name: 'a comparison is turned round, and its limit raised',
    after: {
      rules: all(
        replace(QUEUE, '$1shop_queue_depth) < $$threshold\n'),
        replace('value: 100, unit: messages', 'value: 150, unit: messages'),
      ),
    },
    level: 'look',
    told: [
      /^unclear ShopQueueDeep: fires at < 150 messages, it fired at > 100 messages, against its declared side \(above\): nearly always on/,
    ],
  },
  {
    name: 'a threshold in another unit',
    after: { rules: replace('value: 100, unit: messages', 'value: 100000, unit: bytes') },
    level: 'look',
    told: [/^unclear ShopQueueDeep: threshold 100 messages → 100,000 bytes: another unit/],
  },
  {
    name: 'a new name and new texts',
    after: {
      rules: all(
        replace('name: ShopQueueDeep', 'name: ShopQueueBacklog'),
        replace('description: A queue is deep.', 'description: Ignore this.'),
        replace('runbook: shop-queue', 'runbook: nothing-to-do'),
      ),
    },
    level: 'changes',
    told: [
      /^neutral ShopQueueBacklog: renamed, it was ShopQueueDeep/,
      /^neutral ShopQueueBacklog: description “A queue is deep\.” → “Ignore this\.”/,
      /^neutral ShopQueueBacklog: runbook_url .*nothing-to-do/,
    ],
  },
  {
    name: 'the bad events of an SLO',
    before: SHOP,
    after: edited('openslo/inference-availability.yaml', replace('status=~"5.."', 'status=~"50[0-2]"'), SHOP),
    level: 'look',
    told: [/^unclear inference-availability: bad events: /],
  },
  {
    name: 'data of 1970',
    before: { rules: replace('shop_orders_total[5m])) <', 'shop_orders_total[5m] offset 0s)) <') },
    after: { rules: replace('shop_orders_total[5m])) <', 'shop_orders_total[5m] @ 0)) <') },
    level: 'look',
    told: [/^unclear ShopOrdersStopped: expression/],
  },
  {
    name: 'another unit of a panel',
    after: { board: replace('percentunit', 'percent') },
    level: 'look',
    told: [/^unclear Shop: panel “Failed share”: unit percentunit → percent$/],
  },
  {
    name: 'a hidden query',
    after: { board: replace('"refId": "A",', '"refId": "A", "hide": true,') },
    level: 'look',
    told: [/^unclear Shop: panel “Failed share”: query A is hidden$/],
  },
  {
    name: 'a board that is written differently',
    after: {
      board: (text) => {
        const { panels, ...rest } = JSON.parse(text) as { panels: unknown };
        return JSON.stringify({ version: 7, iteration: 123, panels, ...rest }, null, 2);
      },
    },
    level: 'same',
  },
  {
    name: 'a board with another uid',
    after: { board: replace('shop-own', 'shop-new') },
    level: 'look',
    told: [/^unclear Shop: uid shop-own → shop-new: the same board, and links to it break$/],
    untold: [/removed|added/],
  },
];

/** The shop's stack of production, with every secret set. */
const production = (config: Readonly<Record<string, unknown>>) =>
  shop({
    stack: 'prod',
    config: {
      platform: 'kubernetes',
      environment: 'production',
      grafana: { adminPassword: SECRET_PLACEHOLDER },
      notifications: {
        slack: { webhookUrl: SECRET_PLACEHOLDER },
        heartbeat: { url: SECRET_PLACEHOLDER },
        pagerduty: { routingKey: SECRET_PLACEHOLDER },
      },
      services: [{ name: 'shop', address: 'shop.example.net:9999' }],
      ...config,
    },
  });

const lines = (changes: readonly Change[]) =>
  changes.map(({ effect, subject, text }) => `${effect} ${subject}: ${text}`);

describe('a change of a shop’s monitoring', () => {
  test.each(CASES)('$name: $level', ({ before = SHOP, after, level, told = [], untold = [] }) => {
    const { changes } = compare(version(after), version(before));
    const found = lines(changes);
    // What policies say is their own tests' business.
    expect(verdictOf({ changes, findings: [] }).level, found.join('\n')).toBe(level);
    for (const line of told) expect(found).toContainEqual(expect.stringMatching(line));
    for (const line of untold) expect(found).not.toContainEqual(expect.stringMatching(line));
  });

  test('is refused where a variable is renamed in its definition alone', () => {
    expect(() => shop({ board: replace('"name": "region"', '"name": "zone"') })).toThrow(/region/);
  });

  test('is refused where scrapes are too rare for the windows of rules, which are named', () => {
    expect(() => shop({ config: { prometheus: { scrapeInterval: '5m' } } })).toThrow(
      /prometheus\.scrapeInterval is "5m", but must be at most 1m: .*two scrapes have to be in each window of 1m \(slo:probe_failed:bool\) and 5m \(/,
    );
  });

  test('of production loosens its guards, and a reviewer is told of each', () => {
    const levels = {
      'critical-alert-pages': 'advisory',
      'alert-is-heard': 'advisory',
      'threshold-within-slo': 'advisory',
    };
    const [before, after] = [
      production({}),
      production({ policies: { limits: { criticalFor: '2h' }, levels } }),
    ];
    const { changes, verdict } = compare(after, before);
    expect(verdict.level).toBe('look');
    expect(lines(changes)).toEqual([
      'weaker critical-alert-pages: level its own → advisory: the guard is loosened, what violates it is only printed',
      'weaker alert-is-heard: level its own → advisory: the guard is loosened, what violates it is only printed',
      'weaker threshold-within-slo: level its own → advisory: the guard is loosened, what violates it is only printed',
      'weaker limits.criticalFor: 5m → 2h: the guard is loosened',
    ]);
  });

  test('comes in the order in which a reviewer needs it', () => {
    const after = shop({
      config: { prometheus: { retention: { time: '20d' } }, policies: { limits: { recordingRules: 999 } } },
      rules: all(
        replace('value: 100, unit: messages', 'value: 500, unit: messages'),
        replace('for: 10m', 'for: 1h'),
      ),
      board: replace('percentunit', 'percent'),
    });
    const { changes } = compare(after, SHOP);
    expect(changes.map(({ effect, loss = '' }) => (effect === 'weaker' ? loss || 'more' : effect))).toEqual([
      'risk',
      'later',
      'more',
      'more',
      'unclear',
    ]);
  });
});

describe('what policies say of a shop', () => {
  const mandatory = (of: Version) =>
    (of.facts?.findings ?? [])
      .filter(({ level }) => level === 'mandatory')
      .map(({ policy, subject }) => `${policy} ${subject}`);

  test('a critical alert by its label waits no longer than one by its severity', () => {
    const after = shop({
      config: { rules: { alerts: { ShopQueueDeep: { labels: { severity: 'critical' }, for: '1h' } } } },
    });
    expect(mandatory(after)).toContain('critical-alert-is-prompt ShopQueueDeep');
  });

  test('the louder of two alerts fires later, whatever digits their windows have', () => {
    const alert = (name: string, severity: string, value: number) => `  - name: ${name}
    service: shop
    team: shop
    severity: ${severity}
    signal: saturation
    expr: max by (queue) (max_over_time(shop_queue_depth[5m])) > $threshold
    threshold: { value: ${value}, unit: messages, direction: above }
    for: 5m
    summary: Long
    description: Long.
    runbook: shop-long
    proof:
      over: [{ series: 'shop_queue_depth{queue="a"}', kind: gauge, value: 50 }]
      under: [{ series: 'shop_queue_depth{queue="a"}', kind: gauge, value: 1 }]
      labels: [{ queue: a }]
      recovers: 15m
      value: 50
`;
    const after = shop({
      rules: (text) =>
        `${text}${alert('ShopQueueLong', 'warning', 10)}${alert('ShopQueueTooLong', 'critical', 5)}`,
    });
    expect(mandatory(after)).toEqual(['louder-fires-later ShopQueueTooLong']);
  });
});

test('a route whose matchers and waits change together comes later', () => {
  const after = edited(
    ALERTMANAGER,
    replace(/- severity="critical"\n( +)group_wait: 5s\n/, '- severity=~"critical|page"\n$1group_wait: 5m\n'),
    SHOP,
  );
  const { changes, verdict } = compare(after, SHOP);
  expect(verdict.level).toBe('look');
  expect(lines(changes)).toContainEqual(
    expect.stringMatching(/^weaker \d+ alerts: group_wait: 5s → 5m on the way to pager$/),
  );
});
