import { describe, expect, it } from 'vitest';
import type { Panel, ValueMapping } from '../../../preview/model/dashboard.ts';
import {
  applyFieldConfig,
  asText,
  boundsOf,
  display,
  mapValue,
  thresholdAt,
  thresholdSteps,
} from '../../../preview/model/field.ts';
import { type Frame, legend, type QueryData, toFrames } from '../../../preview/model/frame.ts';
import { reduce } from '../../../preview/model/reduce.ts';
import { transform } from '../../../preview/model/transform.ts';

const vector = (...rows: [Record<string, string>, string][]): QueryData => ({
  resultType: 'vector',
  result: rows.map(([metric, value]) => ({ metric, value: [100, value] })),
});

const columns = (frame: Frame | undefined) =>
  Object.fromEntries(
    (frame?.fields ?? []).map((field) => [field.displayName ?? field.legend ?? field.name, field.values]),
  );

describe('legends', () => {
  it('fills in labels, and nothing for those that are not there', () => {
    expect(legend('{{ endpoint }} {{gone}}!', { endpoint: '/a' }, 'up')).toBe('/a !');
  });

  it('names the series without a format', () => {
    expect(legend('', { __name__: 'up', job: 'a' }, 'up')).toBe('up{job="a"}');
    expect(legend('__auto', { job: 'a' }, 'up')).toBe('a');
    expect(legend('__auto', {}, 'sum(up)')).toBe('sum(up)');
  });
});

describe('frames', () => {
  it('makes a table with a column a label', () => {
    const data = vector([{ job: 'a' }, '1'], [{ job: 'b', zone: 'z' }, '2']);
    const [frame] = toFrames({ refId: 'B', format: 'table' }, 'up', data, 2);
    expect(columns(frame)).toEqual({
      Time: [100_000, 100_000],
      job: ['a', 'b'],
      zone: [null, 'z'],
      'Value #B': [1, 2],
    });
  });

  it('takes each bucket less the one below it', () => {
    const data: QueryData = {
      resultType: 'matrix',
      result: [
        {
          metric: { le: '+Inf' },
          values: [
            [1, '10'],
            [2, '12'],
          ],
        },
        {
          metric: { le: '0.5' },
          values: [
            [1, '7'],
            [2, '7'],
          ],
        },
        { metric: { le: '0.1' }, values: [[1, '2']] },
      ],
    };
    const [frame] = toFrames({ format: 'heatmap' }, 'x', data);
    expect(columns(frame)).toEqual({ Time: [1000, 2000], '0.1': [2, null], '0.5': [5, 7], '+Inf': [3, 5] });
  });
});

describe('transformations', () => {
  it('merges queries by their labels and arranges the columns', () => {
    const a = toFrames(
      { refId: 'A', format: 'table' },
      'x',
      vector([{ job: 'a' }, '1'], [{ job: 'b' }, '2']),
      2,
    );
    const b = toFrames({ refId: 'B', format: 'table' }, 'y', vector([{ job: 'b' }, '20']), 2);
    const { frames, unknown } = transform(
      [...a, ...b],
      [
        { id: 'merge' },
        {
          id: 'organize',
          options: {
            excludeByName: { Time: true },
            indexByName: { 'Value #B': 0, job: 1 },
            renameByName: { 'Value #B': 'Errors', job: 'Job' },
          },
        },
      ],
    );
    expect(unknown).toEqual([]);
    expect(Object.entries(columns(frames[0]))).toEqual([
      ['Errors', [null, 20]],
      ['Job', ['a', 'b']],
      ['Value #A', [1, 2]],
    ]);
  });

  it('reduces, filters, sorts, limits and calculates', () => {
    const frames = toFrames(
      { refId: 'A', format: 'table' },
      'x',
      vector([{ k: 'a' }, '3'], [{ k: 'b' }, '1'], [{ k: 'c' }, '2']),
    );
    const run = (id: string, options: object) => columns(transform(frames, [{ id, options }]).frames[0]);
    expect(run('sortBy', { sort: [{ field: 'Value', desc: true }] }).k).toEqual(['a', 'c', 'b']);
    expect(run('limit', { limitField: 2 }).k).toEqual(['a', 'b']);
    expect(run('reduce', { reducers: ['max', 'mean'] })).toEqual({ Field: ['Value'], Max: [3], Mean: [2] });
    expect(
      run('filterByValue', {
        type: 'include',
        filters: [{ fieldName: 'Value', config: { id: 'greater', options: { value: 1 } } }],
      }).k,
    ).toEqual(['a', 'c']);
    expect(
      run('calculateField', {
        mode: 'binary',
        alias: 'twice',
        binary: { left: 'Value', operator: '*', right: '2' },
      }).twice,
    ).toEqual([6, 2, 4]);
  });

  it('spreads labels to columns', () => {
    const frames = toFrames({ refId: 'A' }, 'x', vector([{ job: 'a' }, '1'], [{ job: 'b' }, '2']));
    expect(columns(transform(frames, [{ id: 'labelsToFields' }]).frames[0])).toEqual({
      Time: [100_000, 100_000],
      job: ['a', 'b'],
      Value: [1, 2],
    });
  });

  it('says what it does not know', () => {
    expect(transform([], [{ id: 'heatmap' }, { id: 'other', disabled: true }]).unknown).toEqual(['heatmap']);
  });
});

describe('field options', () => {
  const panel: Panel = {
    type: 'timeseries',
    fieldConfig: {
      defaults: { unit: 's', custom: { lineWidth: 1 } },
      overrides: [
        {
          matcher: { id: 'byName', options: 'P99' },
          properties: [
            { id: 'custom.lineWidth', value: 3 },
            { id: 'unit', value: 'ms' },
          ],
        },
        { matcher: { id: 'byRegexp', options: '/^P5/' }, properties: [{ id: 'displayName', value: 'half' }] },
      ],
    },
  };
  const frames = ['P99', 'P50'].flatMap((name) => toFrames({ legendFormat: name }, 'x', vector([{}, '1'])));

  it('applies overrides to the fields they match, and to no other', () => {
    const [a, b] = applyFieldConfig(frames, panel).map(({ fields }) => fields[1]);
    expect([a?.config.unit, a?.config.custom?.lineWidth, a?.displayName]).toEqual(['ms', 3, 'P99']);
    expect([b?.config.unit, b?.config.custom?.lineWidth, b?.displayName]).toEqual(['s', 1, 'half']);
    expect(panel.fieldConfig?.defaults?.custom).toEqual({ lineWidth: 1 });
  });

  it('finds the threshold that a value has reached', () => {
    const steps = [
      { value: null, color: 'green' },
      { value: 10, color: 'red' },
    ];
    expect([thresholdAt(steps, 9.9)?.color, thresholdAt(steps, 10)?.color]).toEqual(['green', 'red']);
    const percent = {
      thresholds: {
        mode: 'percentage',
        steps: [
          { value: null, color: 'green' },
          { value: 50, color: 'red' },
        ],
      },
    };
    expect(thresholdSteps(percent, { min: 100, max: 300 })[1]?.value).toBe(200);
  });

  it('maps values, ranges, patterns and what is missing', () => {
    const mappings: ValueMapping[] = [
      { type: 'value', options: { '1': { text: 'Up' } } },
      { type: 'range', options: { from: 2, to: null, result: { text: 'Many' } } },
      { type: 'regex', options: { pattern: '^v(\\d)', result: { text: 'version $1' } } },
      { type: 'special', options: { match: 'null+nan', result: { text: 'Gone' } } },
    ];
    expect([1, 7, 'v3', null, Number.NaN, 0].map((value) => mapValue({ mappings }, value)?.text)).toEqual([
      'Up',
      'Many',
      'version 3',
      'Gone',
      'Gone',
      undefined,
    ]);
  });

  it('shows a value in its unit and colour', () => {
    const [frame] = applyFieldConfig(frames.slice(0, 1), {
      type: 'stat',
      fieldConfig: {
        defaults: {
          unit: 'percentunit',
          min: 0,
          max: 1,
          color: { mode: 'thresholds' },
          thresholds: {
            steps: [
              { value: null, color: 'red' },
              { value: 0.9, color: '#112233' },
            ],
          },
        },
      },
    });
    const field = frame?.fields[1];
    if (!field) throw new Error('no field');
    const shown = display(field, 0.95, 0, boundsOf([field], field.config), { theme: 'dark' });
    expect([asText(shown), shown.color, shown.share]).toEqual(['95%', '#112233', 0.95]);
  });
});

describe('calculations', () => {
  it.each([
    ['lastNotNull', 2],
    ['last', null],
    ['first', null],
    ['firstNotNull', 4],
    ['min', 1],
    ['max', 4],
    ['mean', 7 / 3],
    ['sum', 7],
    ['count', 3],
    ['median', 2],
    ['range', 3],
    ['diff', -2],
    ['unheard of', null],
  ])('%s is %s', (calc, result) => {
    expect(reduce([null, 4, 1, 2, null], calc)).toBe(result);
  });
});
