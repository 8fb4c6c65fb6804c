import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { buildDashboards, DashboardsError, ownDashboards } from '../../../dashboards/index.ts';
import { addressing, replicasOf } from '../../../stack/addressing.ts';
import { renderFiles } from '../../../stack/files.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';

const taken = buildDashboards();
let written: Record<string, string>;

beforeEach(() => {
  written = {};
});

const write = (name: string, content: unknown): void => {
  written[`dashboards.d/${name}`] = typeof content === 'string' ? content : JSON.stringify(content);
};

const load = () => ownDashboards({ files: written, taken });

function problems(): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof DashboardsError) return error.problems;
    throw error;
  }
  return [];
}

const MINE = {
  id: 7,
  uid: 'mine',
  title: 'Mine',
  panels: [{ type: 'stat', datasource: { uid: 'prometheus' } }],
};

test('a file becomes a dashboard of the extra folder, without the number that it had elsewhere', () => {
  write('of mine.json', MINE);
  const [mine, ...rest] = load().dashboards;
  expect(rest).toEqual([]);
  expect(mine).toMatchObject({ uid: 'mine', title: 'Mine', folder: 'extra', fileName: 'mine.json' });
  expect(mine?.json.id).toBeNull();
});

test.each([
  ['{\n  "uid": "a",\n  "title": }', ':3:12: broken JSON: value expected'],
  ['{\n  "uid": "a",\n}', ':3:1: broken JSON: property name expected'],
  ['{"uid": "a"', ':1:12: broken JSON: close brace expected'],
  ['', ':1:1: broken JSON: value expected'],
])('broken JSON is placed: %j', (text, message) => {
  write('broken.json', text);
  expect(problems()).toHaveLength(1);
  expect(problems()[0]).toContain(`broken.json${message}`);
});

test.each([
  ['[]', 'is a JSON object, this is an array'],
  [{ ...MINE, uid: 'a b' }, 'uid is "a b"'],
  [{ ...MINE, uid: 'x'.repeat(41) }, 'allowed are 1 to 40'],
  [{ ...MINE, title: ' ' }, 'title is " "'],
  [{ ...MINE, panels: undefined }, 'panels is missing'],
  [{ kind: 'Dashboard', spec: {} }, 'schema v2'],
  [
    { ...MINE, panels: [{ targets: [{ datasource: { uid: 'abc' } }] }] },
    "data source 'abc' is not provisioned",
  ],
  [{ ...MINE, notes: 'x'.repeat(1_048_576) }, 'at most 1048576 are allowed'],
  [{ ...MINE, uid: 'slos' }, "uid 'slos' is taken by the built-in dashboard 'SLOs'"],
])('a file that cannot be provisioned is refused: %#', (content, message) => {
  write('bad.json', content);
  expect(problems().join('\n')).toContain(message);
  expect(problems()[0]).toMatch(/bad\.json: /);
});

test('two files may not share a uid or a title, and every mistake is told at once', () => {
  write('a.json', MINE);
  write('b.json', { ...MINE, title: 'Other' });
  write('c.json', { ...MINE, uid: 'other' });
  write('d.json', '{');
  const found = problems();
  expect(found).toHaveLength(3);
  expect(found[0]).toContain("uid 'mine' is taken by 'Mine' (");
  expect(found[0]).toContain('dashboards.d/a.json)');
  expect(found[1]).toContain("title 'Mine' is taken by 'Mine' (");
  expect(found[2]).toContain('broken JSON');
});

const KUBERNETES = { platform: 'kubernetes', trial: true };

function filesOf(input: unknown) {
  const settings = parseSettings(input, { stack: 'dev' });
  return renderFiles({
    settings,
    platform: addressing(settings, '/srv'),
    replicas: replicasOf(settings),
    user: { ...NO_USER_FILES, dashboards: written },
  });
}

test('what is deployed has no white space, which counts for nothing', () => {
  const spaces = ' '.repeat(1_048_576);
  write('mine.json', `${spaces}${JSON.stringify(MINE)}`);
  expect(filesOf(KUBERNETES).dashboards['extra/mine.json']).toBe(
    `${JSON.stringify({ ...MINE, id: null })}\n`,
  );
});

test('on Kubernetes, dashboards that do not fit one ConfigMap are refused with the files to make smaller', () => {
  const of = (uid: string, bytes: number) => ({ ...MINE, uid, title: uid, notes: 'x'.repeat(bytes) });
  write('small.json', of('small', 1));
  write('big one.json', of('one', 500_000));
  write('bigger.json', of('two', 600_000));
  expect(() => filesOf(KUBERNETES)).toThrow(
    /one ConfigMap holds them all: at most 1048576 .*: \S+\/bigger\.json \(600\d+\), \S+\/big one\.json \(500\d+\), \S+\/small\.json/,
  );
  expect(Object.keys(filesOf({ platform: 'docker' }).dashboards)).toContain('extra/one.json');
});

test('data sources named by a variable or built into Grafana are known', () => {
  write('mine.json', {
    ...MINE,
    annotations: { list: [{ datasource: { type: 'grafana', uid: '-- Grafana --' } }] },
    panels: [{ datasource: { uid: '$' + '{datasource}' } }, { datasource: null }],
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus' }] },
  });
  expect(problems()).toEqual([]);
});

/** A dashboard of one graph. */
function board(change: object = {}, panel: object = {}, target: object = {}) {
  return {
    uid: 'orders',
    title: 'Orders',
    schemaVersion: 39,
    panels: [
      {
        id: 1,
        type: 'timeseries',
        title: 'Orders',
        datasource: { type: 'prometheus', uid: 'prometheus' },
        fieldConfig: { defaults: { unit: 'reqps' }, overrides: [] },
        gridPos: { h: 8, w: 12, x: 0, y: 0 },
        targets: [{ refId: 'A', expr: 'sum(rate(inference_requests_total[$__rate_interval]))', ...target }],
        ...panel,
      },
    ],
    templating: { list: [] },
    ...change,
  };
}

const asking = (expr: string, change: object = {}) => board(change, {}, { expr });
const variables = (...list: object[]) => ({ templating: { list } });
const refusal = (content: unknown, inputs: Record<string, string> = {}) => {
  try {
    ownDashboards({ files: { 'dashboards.d/a.json': JSON.stringify(content) }, taken, inputs, stack: 'try' });
  } catch (error) {
    if (error instanceof DashboardsError) return error.problems;
    throw error;
  }
  return [];
};
const made = (content: unknown, inputs: Record<string, string> = {}) => {
  const { dashboards, warnings } = ownDashboards({
    files: { 'dashboards.d/a.json': JSON.stringify(content) },
    taken,
    inputs,
  });
  return { json: JSON.parse(JSON.stringify(dashboards[0]?.json)), warnings };
};

test('a sound dashboard is taken as it is, without a word', () => {
  expect(made(board())).toEqual({ json: { ...board(), id: null }, warnings: [] });
});

describe('the form it comes in', () => {
  const forms: Record<string, unknown> = {
    'an answer of the API': { meta: { slug: 'orders', folderUid: 'x' }, dashboard: board() },
    'the body of an import': { dashboard: board(), folderUid: 'x', overwrite: true, message: 'again' },
    'an answer of grafana.com': { id: 1860, name: 'Orders', revision: 3, json: board() },
    'a resource of the classic schema': {
      apiVersion: 'dashboard.grafana.app/v1beta1',
      kind: 'Dashboard',
      metadata: { name: 'orders' },
      spec: { ...board(), uid: undefined },
    },
  };
  test.each(Object.entries(forms))('%s is unwrapped', (_, content) => {
    expect(made(content).json).toEqual({ ...board(), id: null });
  });

  const others: [string, unknown, string][] = [
    [
      'a v2 resource',
      { apiVersion: 'dashboard.grafana.app/v2', kind: 'Dashboard', spec: { title: 'x' } },
      'schema v2',
    ],
    ['a v2 resource in an answer', { dashboard: { elements: {}, layout: {} }, meta: {} }, 'schema v2'],
    ['a v2 model alone', { title: 'x', elements: {}, layout: {} }, 'schema v2'],
    ['an error of the API', { message: 'Dashboard not found', status: 'not-found' }, '“Dashboard not found”'],
    ['a library panel', { name: 'Latency', uid: 'x', model: { type: 'stat' } }, 'this is a library panel'],
    ['a search', [{ uid: 'a' }, { uid: 'b' }], 'an array of 2: put each dashboard into a file of its own'],
    ['a text', 'orders', 'a dashboard is a JSON object, this is "orders"'],
    ['nothing', null, 'a dashboard is a JSON object, this is null'],
  ];
  test.each(others)('%s is told for what it is', (_, content, says) => {
    expect(refusal(content).join()).toContain(says);
  });

  test('rows of Grafana before 5 are migrated there, and read here', () => {
    const old = board({ schemaVersion: 14, panels: undefined, rows: [{ panels: board().panels }] });
    expect(made(old).json.rows).toHaveLength(1);
    const broken = board({ schemaVersion: 14, panels: undefined, rows: [{ panels: asking('sum(').panels }] });
    expect(refusal(broken).join()).toContain("panel 'Orders', query A: syntax error");
  });

  test.each([
    ['dashboards.d/Node Exporter (Übersicht).json', 'node-exporter-ubersicht'],
    ['dashboards.d/team/orders.JSON', 'orders'],
    ['dashboards.d/日本.json', /^dashboard-[0-9a-f]{8}$/],
    [`dashboards.d/${'x'.repeat(60)}.json`, /^x{31}-[0-9a-f]{8}$/],
  ])('%s without a uid gets one from its name, which is told', (shown, uid) => {
    const { dashboards, warnings } = ownDashboards({
      files: { [shown]: JSON.stringify(board({ uid: null })) },
      taken,
    });
    expect(dashboards[0]?.uid).toMatch(uid);
    expect(warnings).toEqual([
      `${shown}: it has no uid, and gets '${dashboards[0]?.uid}' from the name of the file.`,
    ]);
  });

  test('uids that differ in capitals alone would be one file for some systems', () => {
    write('a.json', board());
    write('b.json', board({ uid: 'ORDERS', title: 'Others' }));
    expect(problems()).toEqual([
      "dashboards.d/b.json: uid 'orders' is taken by 'Orders' (dashboards.d/a.json); give this one a uid of its own",
    ]);
  });

  test.each([
    ['of lists', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'more than 100 levels'],
    ['of objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'more than 100 levels'],
    ['that never ends', '['.repeat(200_000), 'broken JSON'],
  ])('a depth %s ends in a sentence', (_, text, says) => {
    write('deep.json', text);
    expect(problems().join()).toContain(says);
  });

  test.each([
    [{ panels: [null, 3, 'x', [], {}] }],
    [
      {
        panels: [
          { targets: 'none' },
          { targets: [null, { expr: 5 }] },
          { title: {}, type: 7, fieldConfig: 3 },
        ],
      },
    ],
    [{ templating: [] }],
    [{ templating: { list: [null, { name: 5 }, { name: 'a', type: 'query', query: { query: 7 } }] } }],
    [{ annotations: { list: [null, { target: 3, expr: {} }] }, links: 'x' }],
    [
      {
        panels: [{ fieldConfig: { defaults: 4, overrides: [null, { properties: null }] }, gridPos: 'wide' }],
      },
    ],
    [{ __inputs: [null, 3], __elements: 'x', rows: [null, { panels: 3 }] }],
  ])('odd contents make nothing throw: %#', (change) => {
    expect(() => made(board(change))).not.toThrow();
  });

  test('whatever JSON it is, it is taken or refused in sentences', () => {
    const key = fc.constantFrom(
      'uid',
      'title',
      'panels',
      'targets',
      'expr',
      'datasource',
      'templating',
      'list',
      'name',
      'type',
      'query',
      '__inputs',
      'rows',
      'fieldConfig',
      'defaults',
      'overrides',
      'libraryPanel',
      'dashboard',
      'spec',
      'gridPos',
    );
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, 1, '', '$a', '${DS_X}', 'sum(', 'prometheus'),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(key, tie('any'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, any, { maxKeys: 8 }), (json) => {
        for (const problem of refusal(json)) expect(problem).toMatch(/^dashboards\.d\/a\.json: /);
      }),
      { numRuns: 500 },
    );
  });
});

describe('data sources', () => {
  const through = (uid: unknown) => board({}, { datasource: uid });

  test.each(['${DS_PROMETHEUS}', '$datasource', '${datasource}', '${datasource:raw}', '[[datasource]]'])(
    '%s that nothing answers is refused, with the panel and the command',
    (uid) => {
      for (const source of [uid, { type: 'prometheus', uid }]) {
        const [problem, ...rest] = refusal(through(source));
        expect(rest).toEqual([]);
        expect(problem).toContain(
          `data source '${uid}' of panel 'Orders' is answered by nothing: there is no input of that name, and the dashboard has no variable. Say which it is: make set STACK=try NAME='dashboards.inputs["`,
        );
      }
    },
  );

  test('one that a variable nearly answers is refused with its name', () => {
    const found = refusal({
      ...through('$datasourc'),
      ...variables({ name: 'datasource', type: 'datasource', query: 'prometheus' }),
    });
    expect(found.join()).toContain("its variables are datasource; did you mean '$datasource'?");
  });

  test('one that a variable or the settings answer is taken', () => {
    const variable = variables({ name: 'ds', type: 'datasource', query: 'prometheus' });
    for (const uid of ['$ds', '${ds}', '[[ds]]'])
      expect(refusal({ ...through(uid), ...variable })).toEqual([]);
    const { json, warnings } = made(through({ type: 'prometheus', uid: '${DS_PROMETHEUS}' }), {
      DS_PROMETHEUS: 'prometheus',
    });
    expect(json.panels[0].datasource).toEqual({ type: 'prometheus', uid: 'prometheus' });
    expect(warnings).toEqual([]);
  });

  test('one under the uid that it had elsewhere is refused, until the settings say which it is', () => {
    expect(refusal(through({ type: 'prometheus', uid: 'P1809F7CD' })).join()).toContain(
      `data source 'P1809F7CD' is not provisioned (panel 'Orders'); known are 'prometheus' and 'alertmanager', and variables such as '\${datasource}'. Say which it is here: make set STACK=try NAME='dashboards.inputs["P1809F7CD"]' VALUE='prometheus'`,
    );
    const { json } = made(through({ type: 'prometheus', uid: 'P1809F7CD' }), { P1809F7CD: 'prometheus' });
    expect(json.panels[0].datasource.uid).toBe('prometheus');
  });

  test('a variable of data sources that the stack does not have, or that leaves ours out, is told', () => {
    const of = (change: object) =>
      made({ ...board(), ...variables({ name: 'ds', type: 'datasource', ...change }) }).warnings;
    expect(of({ query: 'loki' })).toContain(
      "dashboards.d/a.json: variable 'ds' offers data sources of type loki, and the stack provisions none.",
    );
    expect(of({ query: 'prometheus', regex: '/^mimir/' }).join()).toContain(
      'leaves the stack’s data source out',
    );
    expect(of({ query: 'prometheus', regex: '/prom/i' }).join()).not.toContain('leaves');
  });
});

describe('inputs of an export for sharing', () => {
  const input = (name: string, pluginId: string) => ({ name, label: pluginId, type: 'datasource', pluginId });
  const downloaded = (...inputs: object[]) => ({
    ...board({}, { datasource: '${DS_PROMETHEUS}' }),
    __inputs: inputs,
    __requires: [{ type: 'grafana', id: 'grafana', name: 'Grafana', version: '10.0.0' }],
    ...variables({
      name: 'gpu',
      type: 'query',
      datasource: { uid: '${DS_PROMETHEUS}' },
      query: 'label_values(up, gpu)',
    }),
  });

  test('the one Prometheus is the stack’s', () => {
    const { json } = made(downloaded(input('DS_PROMETHEUS', 'prometheus')));
    expect(json.panels[0].datasource).toBe('prometheus');
    expect(json.templating.list[0].datasource).toEqual({ uid: 'prometheus' });
    expect(JSON.stringify(json)).not.toMatch(/__inputs|__requires|DS_/);
  });

  test('what else it asks for is asked for by name, with the command, and nothing twice', () => {
    const two = downloaded(input('DS_PROMETHEUS', 'prometheus'), input('DS_LOKI', 'loki'));
    expect(refusal(two)).toEqual([
      "dashboards.d/a.json: it asks for a data source of type loki (__inputs: DS_LOKI, “loki”): say which in the settings: make set STACK=try NAME='dashboards.inputs[\"DS_LOKI\"]' VALUE='<uid of the data source>'",
    ]);
    expect(refusal(two, { DS_LOKI: 'my-loki' })).toEqual([]);
  });

  test('two of Prometheus are two questions', () => {
    const two = downloaded(input('DS_PROMETHEUS', 'prometheus'), input('DS_OTHER', 'prometheus'));
    expect(refusal(two)).toHaveLength(2);
    expect(refusal(two, { DS_PROMETHEUS: 'prometheus', DS_OTHER: 'prometheus' })).toEqual([]);
  });

  test('a constant has its own value, or is asked for', () => {
    const constant = (value: string) => ({
      ...asking('sum(up{job="${VAR_JOB}"})'),
      __inputs: [{ name: 'VAR_JOB', type: 'constant', label: 'job', value }],
    });
    expect(made(constant('redis')).json.panels[0].targets[0].expr).toBe('sum(up{job="redis"})');
    expect(refusal(constant('')).join()).toContain('it asks for a value (__inputs: VAR_JOB, “job”)');
  });

  test('an answer in the body of an import counts', () => {
    const body = {
      dashboard: downloaded(input('DS_PROMETHEUS', 'prometheus'), input('DS_OTHER', 'prometheus')),
      inputs: ['DS_PROMETHEUS', 'DS_OTHER'].map((name) => ({
        name,
        type: 'datasource',
        value: 'prometheus',
      })),
    };
    expect(refusal(body)).toEqual([]);
  });

  test('an input that was left out of the file is refused wherever it stands', () => {
    expect(refusal(board({ links: [{ url: 'https://example.com/${VAR_CLUSTER}' }] })).join()).toContain(
      "nothing answers '${VAR_CLUSTER}': make set",
    );
  });

  test('an answer that nobody asks for is told', () => {
    expect(made(board(), { DS_OLD: 'prometheus' }).warnings).toEqual([
      'dashboards.inputs.DS_OLD answers nothing: no file of your own asks for it.',
    ]);
  });
});

describe('library panels', () => {
  const panel = {
    id: 4,
    gridPos: { h: 8, w: 12, x: 0, y: 0 },
    libraryPanel: { uid: 'ab12', name: 'Latency of orders' },
  };
  const model = { type: 'stat', title: 'Latency', targets: [{ refId: 'A', expr: 'up' }], gridPos: { w: 1 } };

  test.each([
    ['on the board', board({ panels: [panel] })],
    ['in a folded row', board({ panels: [{ type: 'row', title: 'r', collapsed: true, panels: [panel] }] })],
    ['in an answer of the API', { dashboard: board({ panels: [panel] }), meta: {} }],
  ])('one that the file does not bring is refused: %s', (_, content) => {
    expect(refusal(content)).toEqual([
      "dashboards.d/a.json: panel 4 is the library panel 'Latency of orders', which no file brings: choose “Unlink library panel” in its menu in Grafana, save, and export the dashboard again",
    ]);
  });

  test.each([
    ['by uid', { ab12: { uid: 'ab12', name: 'Latency of orders', kind: 1, model } }],
    ['as a list', [{ uid: 'ab12', name: 'Latency of orders', kind: 1, model }]],
  ])('one that an export brings is put in: %s', (_, __elements) => {
    const { json } = made(board({ panels: [panel], __elements }));
    expect(json.panels).toEqual([{ ...model, id: 4, gridPos: panel.gridPos }]);
    expect(json.__elements).toBeUndefined();
  });

  test('one that has its model beside the link is a panel of its own', () => {
    const { json } = made(board({ panels: [{ ...panel, ...model }] }));
    expect(json.panels[0].libraryPanel).toBeUndefined();
  });

  test('its query is parsed too', () => {
    const __elements = {
      ab12: { uid: 'ab12', model: { ...model, targets: [{ refId: 'B', expr: 'sum(' }] } },
    };
    expect(refusal(board({ panels: [panel], __elements })).join()).toContain(
      "panel 'Latency', query B: syntax error",
    );
  });
});

describe('queries', () => {
  test.each([
    ['sum(rate(inference_requests_total[5m])', 'syntax error at character 39, its end, of: sum(rate('],
    ['sum by (job) (up))', 'syntax error at character 18, near “)”, of: '],
    ['up{job="a"', 'syntax error at character 11, its end, of: '],
    ['sum(\n  rate(up[5m]) +\n)', 'syntax error at line 3, character 1, near “)”, of: '],
    ['rate(inference_requests_total)', 'rate() needs a range such as [5m] at character 1, near “rate('],
    ['sum(inference_requests_total[5m])', 'sum takes no range at character 5'],
    ['up[5m]', 'a range cannot be drawn, take a rate of it at character 1'],
    ['up[5m] > 1', '> takes no range at character 1'],
    ['sum(rate(up[$__rate_interval]) by (job)', 'syntax error at character 32, near “by (job)”, of: '],
    ['count($metric{job="$job"}', 'syntax error at character 26, its end, of: '],
  ])('%j is refused with panel, query and place', (expr, says) => {
    const names = variables({ name: 'metric', type: 'custom' }, { name: 'job', type: 'custom' });
    const [problem, ...rest] = refusal(asking(expr, names));
    expect(rest).toEqual([]);
    expect(problem).toContain(`dashboards.d/a.json: panel 'Orders', query A: ${says}`);
  });

  const names = ['job', 'by', 'window', 'k', 'agg', 'metric', 'filter', 'minutes', 'query', 'offset'];
  const defined = variables(...names.map((name) => ({ name, type: 'custom', query: 'a' })));
  test.each([
    'sum(rate(inference_requests_total{endpoint=~"$job"}[$__rate_interval]))',
    'sum by ($by) (up)',
    'sum by (${by:csv}, job) (up)',
    'rate(up[$window]) / rate(up[${minutes}m:$__interval])',
    'topk($k, up) > $k',
    '$agg(up)',
    '$agg by ($by) (rate(${metric}_total[[[window]]]))',
    'up{$filter}',
    'up{job="a", $filter}',
    '$query',
    'up offset $offset',
    'increase(up[$__range]) / $__range_s * $__interval_ms',
    'label_replace(up, "dst", "$1-${2}", "job", "(.*)-(.*)")',
    'label_replace(up, "dst", "$name", "job", "(?P<name>.*)")',
    'up # of $nobody, "and so on',
    'up{job=~"^a$|b$"}',
    'histogram_quantile(0.$k, sum by (le) (rate(up[1h])))',
    'sum(max_over_time((up offset 5m)[1h:]))',
    'absent(up) or vector(0) and on() hour() > 8',
  ])('%s is PromQL once the variables are filled in', (expr) => {
    expect(refusal(asking(expr, defined))).toEqual([]);
  });

  test.each([
    ['up{job=~"$jop"}', { name: 'job', type: 'custom' }, "there is no variable 'jop': did you mean 'job'?"],
    ['rate(up[$window])', undefined, "there is no variable 'window': the dashboard has none"],
    ['up{job=~"[[zone]]"}', undefined, "there is no variable 'zone'"],
    ['up{job=~"${zone:pipe}"}', undefined, "there is no variable 'zone'"],
  ])('%s reads a variable that nobody defines', (expr, variable, says) => {
    const [problem] = refusal(asking(expr, variables(...(variable ? [variable] : []))));
    expect(problem).toContain(`panel 'Orders', query A: ${says}`);
  });

  test('those of annotations, variables and folded rows are parsed too', () => {
    const content = board({
      annotations: {
        list: [{ name: 'Deploys', datasource: { type: 'prometheus' }, expr: 'a{', target: { expr: 'b(' } }],
      },
      panels: [{ type: 'row', title: 'r', panels: asking('c{').panels }],
      ...variables(
        { name: 'job', type: 'query', query: 'label_values(up{, job)' },
        { name: 'top', type: 'query', query: { query: 'query_result(topk(5, up)', refId: 'x' } },
        { name: 'all', type: 'query', query: 'label_values(job)' },
        { name: 'names', type: 'query', query: 'metrics(node_.*)' },
      ),
    });
    expect(refusal(content).map((each) => each.slice('dashboards.d/a.json: '.length).split(':')[0])).toEqual([
      "panel 'Orders', query A",
      "annotation 'Deploys'",
      "annotation 'Deploys'",
      "variable 'job'",
      "variable 'top'",
    ]);
  });

  test('what goes to another data source, and what is empty, is left alone', () => {
    const loki = { refId: 'A', datasource: { type: 'loki', uid: 'my-loki' }, expr: '{app="x"} |= "y"' };
    const content = board({}, { targets: [loki, { refId: 'B', expr: '' }, { refId: 'C', expr: '# later' }] });
    expect(refusal(content, { DS_LOKI: 'my-loki' })).toEqual([]);
  });

  test('a metric that nobody has is named, with the nearest, and nothing is refused', () => {
    const { warnings } = made(asking('sum(rate(inference_request_total[$__rate_interval]))'));
    expect(warnings).toEqual([
      "dashboards.d/a.json: 1 metric is not in the catalogue and not recorded by a rule: 'inference_request_total' (panel 'Orders', query A; did you mean 'inference_requests_total'?). The panel stays empty unless your Prometheus has it.",
    ]);
  });

  test('many are one sentence, what is mistyped first', () => {
    const panels = Array.from({ length: 30 }, (_, index) => ({
      ...board().panels[0],
      id: index,
      title: `p${index}`,
      gridPos: { h: 8, w: 12, x: 0, y: 8 * index },
      targets: [{ refId: 'A', expr: index === 29 ? 'redis_upp' : `DCGM_FI_DEV_${index}` }],
    }));
    const { warnings } = made(board({ panels }));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(
      "30 metrics are not in the catalogue and not recorded by a rule: 'redis_upp' (panel 'p29', query A; did you mean 'redis_up'?), 'DCGM_FI_DEV_0' (panel 'p0', query A), ",
    );
    expect(warnings[0]).toContain(' and 10 more. ');
  });

  test('what the rules record and what the user declares is known', () => {
    const files = { 'dashboards.d/a.json': JSON.stringify(asking('orders_open')) };
    const metric = { type: 'gauge', labels: [], help: 'Open orders.' } as const;
    const vocabulary = { metrics: { orders_open: metric }, recorded: {} };
    expect(ownDashboards({ files, taken, vocabulary: vocabulary as never }).warnings).toEqual([]);
  });
});

describe('what may be wrong is told and refuses nothing', () => {
  test.each([
    [
      'a kind that Grafana does not have',
      board({}, { type: 'natel-discrete-panel' }),
      "panel 'Orders' is of the kind 'natel-discrete-panel', a plugin that the stack’s Grafana does not have.",
    ],
    [
      'a newer Grafana',
      board({ schemaVersion: 99 }),
      'it was saved by a newer Grafana (schemaVersion 99; ours has 42), which may have more than ours can show.',
    ],
    [
      'an alert of old',
      board({}, { alert: { name: 'x' } }),
      "panel 'Orders' has an alert of Grafana before 11, which nothing evaluates: write it as a rule in rules.d/.",
    ],
    ['no unit', board({}, { fieldConfig: {} }), "panel 'Orders' has no unit (panel-units)."],
    [
      'a window of its own',
      asking('rate(inference_requests_total[5m])'),
      "panel 'Orders' has the window 5m instead of $__rate_interval (target-rate-interval).",
    ],
    [
      'a counter without a rate',
      asking('sum(inference_requests_total)'),
      "panel 'Orders', query A: “inference_requests_total” is a counter, read it through rate() or increase() (target-promql).",
    ],
    [
      'a legend of no label',
      board({}, {}, { legendFormat: '{{endpoint}}' }),
      "panel 'Orders' legend names label 'endpoint'; the result has none (target-legend).",
    ],
    [
      'a variable that nothing uses',
      board(variables({ name: 'zone', type: 'custom' })),
      "no panel uses variable 'zone' (template-used).",
    ],
  ])('%s', (_, content, says) => {
    expect(made(content).warnings).toEqual([`dashboards.d/a.json: ${says}`]);
  });

  test.each([
    ['labels of a counter', 'label_values(inference_requests_total, endpoint)', undefined],
    [
      'values of a counter',
      'query_result(inference_requests_total)',
      '“inference_requests_total” is a counter, read it through rate() or increase()',
    ],
    [
      'a label that a counter has not',
      'label_values(inference_requests_total{zone="a"}, endpoint)',
      'unknown label “zone” in inference_requests_total: there are endpoint, status, job, instance; where targets bring it, declare it once for the stack, in the settings: rules.targetLabels: [zone]',
    ],
  ])('a variable that asks for %s', (_, query, says) => {
    const used = board(
      variables({ name: 'endpoint', type: 'query', query }),
      {},
      {
        expr: 'sum(rate(inference_requests_total{endpoint=~"$endpoint"}[$__rate_interval]))',
      },
    );
    expect(made(used).warnings.filter((text) => text.includes('target-promql'))).toEqual(
      says === undefined ? [] : [`dashboards.d/a.json: variable 'endpoint': ${says} (target-promql).`],
    );
  });

  test('one sentence a lint, however many panels', () => {
    const panels = [1, 2, 3].map((id) => ({
      ...board({}, { fieldConfig: {} }).panels[0],
      id,
      title: `p${id}`,
      gridPos: { h: 8, w: 8, x: 0, y: 8 * id },
    }));
    expect(made(board({ panels })).warnings).toEqual([
      "dashboards.d/a.json: panel 'p1' has no unit, and 2 more like it (panel-units).",
    ]);
  });

  test('kinds of old that Grafana replaces, and panels in folded rows, are no news', () => {
    const graph = { ...board({}, { type: 'graph', fieldConfig: undefined }).panels[0], id: 7, title: 'Old' };
    expect(
      made(
        board({
          panels: [
            ...board().panels,
            { type: 'row', id: 9, title: 'r', gridPos: { h: 1, w: 24, x: 0, y: 8 }, panels: [graph] },
          ],
        }),
      ).warnings,
    ).toEqual([]);
  });

  test('they are told by whatever renders the stack', () => {
    write('a.json', board({}, { fieldConfig: {} }));
    expect(filesOf({}).warnings).toEqual(["dashboards.d/a.json: panel 'Orders' has no unit (panel-units)."]);
    write('a.json', asking('sum('));
    expect(() => filesOf({})).toThrow(DashboardsError);
    write('a.json', { ...board({}, { datasource: '${DS_X}' }) });
    expect(() => filesOf({})).toThrow("make set STACK=dev NAME='dashboards.inputs");
    expect(
      filesOf({ dashboards: { inputs: { DS_X: 'prometheus' } } }).dashboards['extra/orders.json'],
    ).toContain('"datasource":"prometheus"');
  });
});
