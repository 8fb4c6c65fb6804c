import { describe, expect, test } from 'vitest';
import { arrivals } from '../../../operations/review/arrivals.ts';
import type { Change } from '../../../operations/review/change.ts';
import { pairAlerts } from '../../../operations/review/diff/alerts.ts';
import { diff } from '../../../operations/review/diff/index.ts';
import { type Model, modelOf } from '../../../operations/review/model.ts';
import {
  groupsIn,
  type Json,
  withAlert,
  withAlertmanager,
  withBoard,
  withLabel,
} from '../../mutation/versions.ts';
import { BASE, versionOf } from './versions.ts';

const base = modelOf(BASE);

const lines = (changes: readonly Change[]) =>
  changes.map(({ effect, subject, text }) => `${effect} ${subject}: ${text}`);

/** The worst that is said of a change. */
const effectOf = (before: Model, after: Model): string => {
  const [first] = diff(before, after);
  return first?.effect ?? 'nothing';
};

describe('a board', () => {
  const UID = 'inference-api';
  type Edit = (board: Json) => void;

  /** A board with two panels that have what the cases change. */
  const plain = withBoard(base, UID, (board) => {
    board.time = { from: 'now-6h', to: 'now' };
    board.refresh = '30s';
    board.panels = [
      {
        id: 1,
        type: 'timeseries',
        title: 'Requests',
        targets: [{ refId: 'A', expr: 'up', legendFormat: '{{job}}' }],
        options: {
          legend: { displayMode: 'table', calcs: ['lastNotNull'], placement: 'right' },
          tooltip: { mode: 'multi', sort: 'none' },
        },
        fieldConfig: {
          defaults: {
            decimals: 2,
            color: { mode: 'fixed', fixedColor: 'blue' },
            thresholds: { steps: [{ color: 'green', value: null }] },
            mappings: [{ type: 'value', options: { 0: { text: 'Down', color: 'red' } } }],
            custom: { lineWidth: 1, showPoints: 'auto' },
          },
          overrides: [],
        },
      },
      { id: 2, type: 'row', title: 'More', collapsed: true, panels: [] },
    ];
  });
  const panel = (board: Json): Json => (board.panels as Json[])[0] as Json;
  const part = (of: Json, ...keys: readonly string[]): Json =>
    keys.reduce((group, key) => group[key] as Json, of);
  const set =
    (key: string, value: unknown, ...keys: readonly string[]): Edit =>
    (board) => {
      part(panel(board), ...keys)[key] = value;
    };
  const ofBoard =
    (key: string, value: unknown): Edit =>
    (board) => {
      board[key] = value;
    };
  const both =
    (...edits: readonly Edit[]): Edit =>
    (board) => {
      for (const edit of edits) edit(board);
    };
  const COMPUTED = set('transformations', [{ id: 'reduce', options: {} }]);
  const SECOND = { refId: 'B', expr: 'up' };

  const CASES: readonly (readonly [string, Edit, string, first?: Edit])[] = [
    ['figures of a legend', set('calcs', ['min'], 'options', 'legend'), 'unclear'],
    ['a figure less', set('calcs', [], 'options', 'legend'), 'unclear'],
    ['a legend that is hidden', set('displayMode', 'hidden', 'options', 'legend'), 'unclear'],
    ['a legend as a list', set('displayMode', 'list', 'options', 'legend'), 'neutral'],
    ['a legend below', set('placement', 'bottom', 'options', 'legend'), 'neutral'],
    ['no tooltip', set('mode', 'none', 'options', 'tooltip'), 'unclear'],
    ['a tooltip in another order', set('sort', 'desc', 'options', 'tooltip'), 'neutral'],
    ['fewer decimals', set('decimals', 0, 'fieldConfig', 'defaults'), 'unclear'],
    ['more decimals', set('decimals', 3, 'fieldConfig', 'defaults'), 'neutral'],
    ['another colour of a line', set('fixedColor', 'red', 'fieldConfig', 'defaults', 'color'), 'neutral'],
    ['colours by limit', set('mode', 'thresholds', 'fieldConfig', 'defaults', 'color'), 'unclear'],
    [
      'another colour of a limit',
      set('steps', [{ color: 'red', value: null }], 'fieldConfig', 'defaults', 'thresholds'),
      'unclear',
    ],
    [
      'another colour of what is down',
      set(
        'mappings',
        [{ type: 'value', options: { 0: { text: 'Down', color: 'green' } } }],
        'fieldConfig',
        'defaults',
      ),
      'unclear',
    ],
    ['a line that is not drawn', set('lineWidth', 0, 'fieldConfig', 'defaults', 'custom'), 'unclear'],
    ['a thick line', set('lineWidth', 3, 'fieldConfig', 'defaults', 'custom'), 'neutral'],
    ['lone samples', set('showPoints', 'never', 'fieldConfig', 'defaults', 'custom'), 'unclear'],
    [
      'a legend of other words',
      (board) => {
        (panel(board).targets as Json[])[0] = { refId: 'A', expr: 'up', legendFormat: 'of {{job}}' };
      },
      'neutral',
    ],
    [
      'a legend that tells nothing apart',
      (board) => {
        (panel(board).targets as Json[])[0] = { refId: 'A', expr: 'up', legendFormat: 'all' };
      },
      'unclear',
    ],
    [
      'one query more',
      (board) => {
        (panel(board).targets as Json[]).push(SECOND);
      },
      'neutral',
    ],
    [
      'one query more, with which a panel computes',
      (board) => {
        (panel(board).targets as Json[]).push(SECOND);
      },
      'unclear',
      COMPUTED,
    ],
    [
      'a panel in a closed row',
      (board) => {
        const [first, row] = board.panels as [Json, Json];
        board.panels = [{ ...row, panels: [first] }];
      },
      'unclear',
    ],
    [
      'a filter of every query',
      (board) => {
        board.templating = { list: [{ name: 'filter', type: 'adhoc', filters: [{ key: 'job' }] }] };
      },
      'unclear',
      (board) => {
        board.templating = { list: [] };
      },
    ],
    [
      'a variable that nobody sees',
      (board) => {
        board.templating = { list: [{ name: 'job', type: 'query', hide: 2 }] };
      },
      'unclear',
      (board) => {
        board.templating = { list: [{ name: 'job', type: 'query', hide: 0 }] };
      },
    ],
    ['a longer range, of which it shows the last', ofBoard('time', { from: 'now-1d', to: 'now' }), 'neutral'],
    [
      'a longer range, of which it shows the largest',
      ofBoard('time', { from: 'now-1d', to: 'now' }),
      'unclear',
      set('calcs', ['max'], 'options', 'legend'),
    ],
    ['a slower refresh', ofBoard('refresh', '5m'), 'unclear'],
    ['no refresh', ofBoard('refresh', ''), 'unclear'],
    ['a faster refresh', ofBoard('refresh', '10s'), 'neutral'],
    ['another time zone', ofBoard('timezone', 'Asia/Tokyo'), 'unclear'],
    ['another time', ofBoard('timepicker', { nowDelay: '5m' }), 'unclear'],
  ];

  const named = CASES.map(([name, edit, effect, first = () => {}]) => ({ name, edit, effect, first }));

  test.each(named)('$name: $effect', ({ edit, effect, first }) => {
    const before = withBoard(plain, UID, first);
    const after = withBoard(plain, UID, both(first, edit));
    const changes = diff(before, after);
    expect(changes.length, lines(changes).join('\n')).toBeGreaterThan(0);
    expect(changes[0]?.effect, lines(changes).join('\n')).toBe(effect);
  });
});

describe('an inhibition', () => {
  const rule = (name: string, source: string, target: string, equal: readonly string[] = []): Json => ({
    name,
    source_matchers: [source],
    target_matchers: [target],
    equal: [...equal],
  });
  const adding = (added: Json) =>
    withAlertmanager(base, (config) => (config.inhibit_rules as Json[]).push(added));

  test('that is added, and mutes something only with labels of data, is unclear and names it', () => {
    const after = adding(rule('rack', 'rack="a"', 'severity="critical"'));
    expect(lines(diff(base, after))).toEqual([
      expect.stringMatching(
        /^unclear inhibition rack: added \(rack="a" mutes severity="critical"\); no pair of alerts is known to be muted or freed by it; \w+.* may be, where data brings rack$/,
      ),
    ]);
  });

  test('that is added and can mute nothing is harmless', () => {
    for (const added of [
      rule('gone', 'alertname="NoSuchAlert"', 'severity="critical"'),
      rule('gone', 'severity="critical"', 'severity="fatal"'),
      rule('gone', 'severity="critical"', 'severity="warning"', ['severity']),
    ])
      expect(lines(diff(base, adding(added)))).toEqual([
        expect.stringMatching(
          /^neutral inhibition gone: added .*; no pair of alerts is muted or freed by it$/,
        ),
      ]);
  });

  test('that compares less than before is never stricter, whatever it frees', () => {
    const after = withAlertmanager(base, (config) => {
      const [first] = config.inhibit_rules as Json[];
      if (first === undefined) throw new Error('there is no inhibition');
      first.source_matchers = [...(first.source_matchers as string[]), 'rack="a"'];
      first.equal = ['service'];
    });
    expect(['unclear', 'weaker']).toContain(effectOf(base, after));
  });

  test('under another name is told and harmless', () => {
    const after = withAlertmanager(base, (config) => {
      const [first] = config.inhibit_rules as Json[];
      if (first !== undefined) first.name = 'renamed';
    });
    expect(lines(diff(base, after))).toEqual([
      'neutral inhibition renamed: renamed, it was critical-over-warning: it mutes what it muted',
    ]);
  });

  test('that an alert meets by its new labels is told, though no rule changed', () => {
    const relabelled = withLabel(
      withLabel(base, 'CPUHigh', 'service', 'redis'),
      'CPUHigh',
      'signal',
      'availability',
    );
    const loud = withLabel(relabelled, 'CPUHigh', 'severity', 'critical');
    expect(lines(diff(relabelled, loud))).toContainEqual(
      expect.stringMatching(
        /^weaker CPUHigh: while it fires, InferenceAPIHighLatency is kept quiet \(inhibition redis-down-over-fixed-latency\)$/,
      ),
    );
  });

  test('of a page by a new alert is unclear; of what all hear of anyway it is not', () => {
    const own = (severity: string, service: string) => {
      const alert = base.alerts.get('RedisDown');
      if (alert === undefined) throw new Error('there is no alert RedisDown');
      const labels = { ...alert.labels, severity, service };
      const sent = { ...alert.sent, severity, service, alertname: 'OwnAlert' };
      return {
        ...base,
        alerts: new Map(base.alerts).set('OwnAlert', {
          ...alert,
          name: 'OwnAlert',
          expr: 'vector(1)',
          labels,
          sent,
        }),
        labelSets: [...base.labelSets, sent],
      };
    };
    expect(lines(diff(base, own('critical', 'redis')))).toContainEqual(
      expect.stringMatching(/^unclear OwnAlert: while it fires, .*InferenceAPIHighLatency/),
    );
    expect(lines(diff(base, own('critical', 'feature-store')))).toEqual([
      expect.stringMatching(/^stricter OwnAlert: added/),
      expect.stringMatching(/^neutral OwnAlert: while it fires, FeatureStoreProbeFailing is kept quiet/),
    ]);
  });

  test('that a new service brings keeps nobody’s page quiet', () => {
    const after = modelOf(versionOf({ services: [{ name: 'checkout', address: '10.0.0.8:9000' }] }));
    const found = diff(base, after).filter(({ area }) => area === 'notification');
    expect(lines(found)).toContainEqual(
      expect.stringMatching(/^neutral inhibition checkout-down-over-its-targets: added/),
    );
    expect(found.filter(({ effect }) => effect !== 'neutral' && effect !== 'stricter')).toEqual([]);
  });
});

describe('who is told', () => {
  test('is unclear with a label that routes or inhibitions ask for', () => {
    const { labels } = base.alerts.get('CPUHigh') ?? { labels: {} };
    const effect = (label: string) =>
      effectOf(base, withAlert(base, 'CPUHigh', { labels: { ...labels, [label]: 'x' } }));
    expect(effect('tier')).toBe('neutral');
    expect(effect('slo')).toBe('unclear');
    expect(effect('job')).toBe('unclear');
  });

  const withRoute = (model: Model, ...added: readonly Json[]) =>
    withAlertmanager(model, (config) => {
      const root = config.route as Json;
      root.routes = [...added, ...(root.routes as Json[])];
    });

  test('is unclear where a new route takes what data labels, and proven where it takes nothing from anybody', () => {
    const zone = { matchers: ['zone="a"'], receiver: 'unrouted' };
    expect(lines(diff(base, withRoute(base, zone)))).toContainEqual(
      expect.stringMatching(/^unclear routes: .*; where data brings zone, .* may be told less or later$/),
    );
    expect(
      lines(diff(base, withRoute(base, { ...zone, continue: true, matchers: ['severity="fatal"'] }))),
    ).toEqual([expect.stringMatching(/^neutral routes: .*; every alert takes the same way$/)]);
  });

  test('stays unclear beside a change that tells more', () => {
    const louder = withAlertmanager(
      withRoute(base, { matchers: ['zone="a"'], receiver: 'unrouted' }),
      (config) => {
        const warning = groupsIn(config.route).find(
          ({ matchers }) => JSON.stringify(matchers) === JSON.stringify(['severity="info"']),
        );
        if (warning !== undefined) (warning.routes as Json[]).unshift({ receiver: 'alerts', continue: true });
      },
    );
    const effects = diff(base, louder).map(({ effect }) => effect);
    expect(effects).toContain('stricter');
    expect(effects).toContain('unclear');
  });

  test('counts each of two routes that ask for the same', () => {
    const twice = (wait: string) =>
      withRoute(
        base,
        { matchers: ['severity="critical"'], receiver: 'pager', group_wait: wait, continue: true },
        { matchers: ['severity="critical"'], receiver: 'alerts', group_wait: '5s' },
      );
    expect(lines(diff(twice('5s'), twice('20m')))).toEqual([
      expect.stringMatching(/^weaker route severity="critical": group_wait: 5s → 20m$/),
    ]);
  });

  test('hears later of an alert that its new severity leads to a slower route', () => {
    const slow = withAlertmanager(base, (config) => {
      const critical = groupsIn(config.route).find(
        ({ matchers }) => JSON.stringify(matchers) === JSON.stringify(['severity="critical"']),
      );
      if (critical !== undefined) critical.group_wait = '20m';
    });
    expect(lines(diff(slow, withLabel(slow, 'CPUHigh', 'severity', 'critical')))).toContainEqual(
      'weaker CPUHigh: group_wait: 1m → 20m on the way to alerts',
    );
  });

  test('is kept quiet by a silence that an alert meets by its new severity', () => {
    if (base.declared === undefined) throw new Error('the version declares nothing');
    const silence = {
      id: 'move',
      owner: 'me',
      reason: 'the move',
      matchers: ['severity="critical"'],
      startsAt: '2030-01-01T00:00:00Z',
      endsAt: '2099-01-01T00:00:00Z',
    };
    const before = { ...base, declared: { ...base.declared, silences: [silence] } };
    expect(lines(diff(before, withLabel(before, 'CPUHigh', 'severity', 'critical')))).toContainEqual(
      'weaker silence move: keeps quiet CPUHigh too, until 2099-01-01T00:00:00Z',
    );
  });
});

test('a recording under a name that is scraped and read is unclear', () => {
  const [, rule] = [...base.recordings][0] ?? [];
  if (rule === undefined) throw new Error('there is no recording rule');
  const recordings = new Map(base.recordings).set('up', { ...rule, record: 'up' });
  expect(lines(diff(base, { ...base, recordings }))).toEqual([
    expect.stringMatching(/^unclear up: added: one more series under a name that .* read$/),
  ]);
});

describe('services of one’s own, whose alerts share a name', () => {
  const services = ['checkout', 'payment'].map((name) => ({ name, address: `${name}.example.com:9000` }));
  const own = (more: object = {}) => modelOf(versionOf({ services, ...more }));

  test('are named where an inhibition mutes one of them', () => {
    const before = own();
    const after = withAlertmanager(before, (config) =>
      (config.inhibit_rules as Json[]).push({
        name: 'redis',
        source_matchers: ['alertname="RedisDown"'],
        target_matchers: ['alertname="ServiceDown"', 'service="checkout"'],
        equal: [],
      }),
    );
    const [first] = diff(before, after);
    expect(first?.effect).toBe('weaker');
    expect(lines(diff(before, after)).join()).toMatch(/CheckoutDown/);
    expect(lines(diff(before, after)).join()).not.toMatch(/PaymentDown|ServiceDown,/);
  });

  test('are named where a silence keeps them quiet', () => {
    const silences = [
      {
        id: 'move',
        owner: 'shop',
        reason: 'a move',
        matchers: ['alertname="ServiceDown"'],
        startsAt: '2099-12-24T00:00:00Z',
        endsAt: '2099-12-25T00:00:00Z',
      },
    ];
    expect(lines(diff(own(), own({ notifications: { silences } }))).join()).toMatch(
      /keeps quiet 2 alerts: CheckoutDown, PaymentDown/,
    );
  });

  test('arrive each with its own labels', () => {
    const before = own();
    const both = pairAlerts(before, before).both.filter(({ was }) => was.alertname === 'ServiceDown');
    expect(arrivals(before, before, both)).toEqual(
      both.map(({ was }) => ({ alert: was.name, was: was.sent, now: was.sent })),
    );
  });
});
