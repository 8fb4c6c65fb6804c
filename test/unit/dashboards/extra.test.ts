import { beforeEach, expect, test } from 'vitest';
import { buildDashboards, DashboardsError, ownDashboards } from '../../../dashboards/index.ts';
import { addressing, replicasOf } from '../../../program/addressing.ts';
import { renderFiles } from '../../../program/files.ts';
import { NO_USER_FILES } from '../../../program/user-files.ts';
import { parseSettings } from '../../../settings/index.ts';

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
  [{ ...MINE, uid: undefined }, 'uid is undefined; allowed are 1 to 40 letters'],
  [{ ...MINE, uid: 'a b' }, 'uid is "a b"'],
  [{ ...MINE, uid: 'x'.repeat(41) }, 'allowed are 1 to 40'],
  [{ ...MINE, title: ' ' }, 'title is " "'],
  [{ ...MINE, panels: undefined }, 'panels is missing'],
  [{ ...MINE, __inputs: [{ name: 'DS' }] }, 'Export for sharing externally'],
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
  expect(found[0]).toContain('/a.json)');
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
  });
  expect(problems()).toEqual([]);
});
