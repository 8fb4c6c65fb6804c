import { describe, expect, it } from 'vitest';
import type { Dashboard, DashboardEntry } from '../../../preview/model/dashboard.ts';
import type { Field, Frame } from '../../../preview/model/frame.ts';
import { type LinkContext, resolveLink } from '../../../preview/model/links.ts';
import { classic, classicByName, color, mix, readableOn, scheme } from '../../../preview/model/palette.ts';
import { changesBetween } from '../../../preview/shoot/changes.ts';

const field: Field = {
  name: 'Value',
  type: 'number',
  values: [1, 2],
  labels: { endpoint: '/a b' },
  displayName: 'P95',
  config: {},
};
const frame: Frame = {
  refId: 'A',
  fields: [{ name: 'Endpoint', type: 'string', values: ['/x', '/y'], config: {} }, field],
};
const context: LinkContext = {
  variables: [
    {
      name: 'topic',
      type: 'query',
      label: '',
      hidden: false,
      multi: true,
      includeAll: true,
      options: [],
      all: false,
      values: ['a', 'b'],
    },
  ],
  raw: { from: 'now-1h', to: 'now' },
  range: { from: 1, to: 2 },
  dashboard: { uid: 'u', title: 'T' },
  frame,
  field,
  row: 1,
  text: '2 s',
};

describe('data links', () => {
  it.each([
    [
      '/d/x?${__url_time_range}&var-endpoint=${__field.labels.endpoint}',
      '/d/x?from=now-1h&to=now&var-endpoint=%2Fa%20b',
    ],
    ['/d/x?${topic:queryparam}', '/d/x?var-topic=a&var-topic=b'],
    ['/d/x?${__all_variables}', '/d/x?var-topic=a&var-topic=b'],
    ['/d/x?e=${__data.fields.Endpoint}&v=${__value.raw}', '/d/x?e=%2Fy&v=2'],
    ['/d/x?e=${__data.fields["Endpoint"]}', '/d/x?e=%2Fy'],
    ['https://a.b/${__series.name}?t=${__value.text}&f=${__from}', 'https://a.b/P95?t=2%20s&f=1'],
  ])('%s', (url, expected) => {
    expect(resolveLink({ title: 'x', url }, context).url).toBe(expected);
  });
});

describe('colours', () => {
  it('knows Grafana names and shades, a shade darker on light', () => {
    expect(color('green', 'dark')).toBe('#73BF69');
    expect(color('green', 'light')).toBe('#56A64B');
    expect(color('semi-dark-red', 'dark')).toBe('#E02F44');
    expect(color('#123456', 'dark')).toBe('#123456');
    expect([classic(0, 'dark'), classic(1, 'dark')]).toEqual(['#73BF69', '#F2CC0C']);
  });

  it('gives a name the same colour each time, one that can be seen', () => {
    expect(classicByName('fraud', 'dark')).toBe(classicByName('fraud', 'dark'));
    expect(readableOn(classicByName('fraud', 'dark'))).toMatch(/^#/);
    expect(mix(['#000000', '#ffffff'], 0.5)).toBe('rgb(128, 128, 128)');
  });

  it('starts a heat map near the background', () => {
    expect(scheme('Oranges', 'dark')[0]).toBe('#7f2704');
    expect(scheme('Oranges', 'light')[0]).toBe('#fff5eb');
    expect(scheme('Spectral', 'dark')[0]).toBe('#5e4fa2');
    expect(scheme('Spectral', 'dark', true)[0]).toBe('#9e0142');
  });
});

describe('changes between two sets of dashboards', () => {
  const entry = (uid: string, json: Partial<Dashboard>): DashboardEntry => ({
    uid,
    title: uid,
    folder: '',
    fileName: `${uid}.json`,
    json: { uid, title: uid, ...json },
  });
  const base = { type: 'stat', gridPos: { x: 0, y: 0, w: 4, h: 4 } };

  it('tells added, removed, changed and moved panels, and settings', () => {
    const before = [
      entry('a', {
        panels: [
          { ...base, id: 1, title: 'same' },
          { ...base, id: 2, title: 'old' },
          { ...base, id: 3 },
          { ...base, id: 4 },
        ],
      }),
      entry('gone', {}),
    ];
    const after = [
      entry('a', {
        refresh: '1m',
        panels: [
          { ...base, id: 1, title: 'same' },
          { ...base, id: 2, title: 'new' },
          { ...base, id: 3, gridPos: { ...base.gridPos, y: 9 } },
          { ...base, id: 5 },
        ],
      }),
      entry('fresh', {}),
    ];
    const changes = changesBetween(before, after);
    expect(changes.map(({ uid, kind }) => [uid, kind])).toEqual([
      ['a', 'changed'],
      ['fresh', 'added'],
      ['gone', 'removed'],
    ]);
    expect(changes[0]?.settings).toEqual(['refresh']);
    expect(changes[0]?.panels.map(({ id, kind, parts }) => [id, kind, parts])).toEqual([
      [2, 'changed', ['title']],
      [3, 'moved', ['gridPos']],
      [5, 'added', []],
      [4, 'removed', []],
    ]);
  });

  it('knows panels without an id by title and place', () => {
    const panels = (...titles: string[]) => titles.map((title) => ({ ...base, title }));
    const before = entry('a', { panels: panels('kept', 'gone', 'twice', 'twice') });
    const after = entry('a', {
      panels: [...panels('new', 'kept', 'twice'), { ...base, title: 'twice', description: 'x' }],
    });
    expect(changesBetween([before], [after])[0]?.panels).toEqual([
      { title: 'new', kind: 'added', parts: [] },
      { title: 'twice', kind: 'changed', parts: ['description'] },
      { title: 'gone', kind: 'removed', parts: [] },
    ]);
  });

  it('finds nothing where nothing changed', () => {
    expect(
      changesBetween(
        [entry('a', { panels: [{ ...base, id: 1 }] })],
        [entry('a', { panels: [{ ...base, id: 1 }] })],
      ),
    ).toEqual([]);
  });
});
