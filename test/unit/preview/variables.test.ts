import { describe, expect, it } from 'vitest';
import type { VariableModel } from '../../../preview/model/dashboard.ts';
import {
  choose,
  customOptions,
  filterByRegex,
  interpolate,
  parseVariableQuery,
  sortOptions,
  type Variable,
} from '../../../preview/model/variables.ts';

const options = ['/predict/fraud', 'a.b'].map((value) => ({ text: value, value }));

function variable(change: Partial<Variable>): Variable {
  return {
    name: 'x',
    type: 'query',
    label: 'x',
    hidden: false,
    multi: true,
    includeAll: true,
    options,
    all: false,
    values: ['/predict/fraud', 'a.b'],
    ...change,
  };
}

const promql = (text: string, change: Partial<Variable>) =>
  interpolate(text, [variable(change)], {}, 'promql');

describe('interpolation', () => {
  it('escapes what PromQL and its regular expressions would read', () => {
    expect(promql('{e=~"$x"}', {})).toBe('{e=~"(/predict/fraud|a\\\\.b)"}');
    expect(promql('{e=~"$x"}', { values: ['a.b'] })).toBe('{e=~"a\\\\.b"}');
    expect(promql('{e="$x"}', { values: ['a"b.c'], multi: false, includeAll: false })).toBe('{e="a\\"b.c"}');
  });

  it('writes the value of All as it is, else every option', () => {
    expect(promql('${x}', { all: true, allValue: '.*' })).toBe('.*');
    expect(promql('[[x]]', { all: true })).toBe('(/predict/fraud|a\\\\.b)');
  });

  it.each([
    ['raw', '/predict/fraud,a.b'],
    ['csv', '/predict/fraud,a.b'],
    ['pipe', '/predict/fraud|a.b'],
    ['regex', '(\\/predict\\/fraud|a\\.b)'],
    ['json', '["/predict/fraud","a.b"]'],
    ['glob', '{/predict/fraud,a.b}'],
    ['singlequote', "'/predict/fraud','a.b'"],
    ['queryparam', 'var-x=%2Fpredict%2Ffraud&var-x=a.b'],
    ['text', '/predict/fraud + a.b'],
  ])('${x:%s} is %s', (format, text) => {
    expect(interpolate(`\${x:${format}}`, [variable({})])).toBe(text);
  });

  it('writes a single value as JSON only where there may be several', () => {
    expect(interpolate('${x:json}', [variable({ values: ['a.b'], multi: false })])).toBe('a.b');
    expect(interpolate('${x:json}', [variable({ values: ['a.b'] })])).toBe('["a.b"]');
  });

  it('prefers built-ins and leaves what it does not know', () => {
    expect(interpolate('$__range $unknown ${other:csv}', [], { __range: '3600s' })).toBe(
      '3600s $unknown ${other:csv}',
    );
  });

  it('writes texts in titles', () => {
    const one = variable({ values: ['0.95'], options: [{ text: 'P95', value: '0.95' }] });
    expect(interpolate('Latency at $x', [one], {}, 'text')).toBe('Latency at P95');
    expect(interpolate('Latency at $x', [variable({ all: true })], {}, 'text')).toBe('Latency at All');
  });
});

describe('queries and options', () => {
  it.each([
    ['label_values(up, job)', { kind: 'label_values', label: 'job', match: 'up' }],
    ['label_values(job)', { kind: 'label_values', label: 'job' }],
    ['label_values(a{b="c",d=~"e,f"}, g)', { kind: 'label_values', label: 'g', match: 'a{b="c",d=~"e,f"}' }],
    ['label_names()', { kind: 'label_names' }],
    ['metrics(^redis_)', { kind: 'metrics', pattern: '^redis_' }],
    ['query_result(topk(3, up))', { kind: 'query_result', expr: 'topk(3, up)' }],
    ['up{job="x"}', { kind: 'series', match: 'up{job="x"}' }],
  ])('%s', (text, query) => {
    expect(parseVariableQuery(text)).toEqual(query);
  });

  it('sorts, filters and cuts', () => {
    expect(sortOptions(['b10', 'b9', 'A'], 1)).toEqual(['A', 'b10', 'b9']);
    expect(sortOptions(['b10', 'b9', 'A'], 4)).toEqual(['b10', 'b9', 'A']);
    expect(sortOptions(['b', 'A'], 5)).toEqual(['A', 'b']);
    expect(filterByRegex(['host-1:80', 'host-2:80', 'x'], '/host-(\\d):/')).toEqual([
      { text: '1', value: '1' },
      { text: '2', value: '2' },
    ]);
    expect(filterByRegex(['a=1'], '/(?<text>\\w)=(?<value>\\d)/')).toEqual([{ text: 'a', value: '1' }]);
    expect(customOptions('Median : 0.5, P95 : 0.95,plain')).toEqual([
      { text: 'Median', value: '0.5' },
      { text: 'P95', value: '0.95' },
      { text: 'plain', value: 'plain' },
    ]);
  });
});

describe('what is chosen', () => {
  const model: VariableModel = {
    name: 'x',
    type: 'query',
    multi: true,
    includeAll: true,
    current: { value: ['$__all'] },
  };

  it('is the address, then the dashboard, then the first option', () => {
    expect(choose(model, options, ['a.b'])).toMatchObject({ all: false, values: ['a.b'] });
    expect(choose(model, options)).toMatchObject({ all: true, values: ['/predict/fraud', 'a.b'] });
    expect(choose({ name: 'x', type: 'query' }, options)).toMatchObject({
      all: false,
      values: ['/predict/fraud'],
    });
  });

  it('drops values that are no longer there', () => {
    expect(choose(model, options, ['gone'])).toMatchObject({ all: true });
    expect(choose({ ...model, multi: false }, options, ['a.b', '/predict/fraud'])).toMatchObject({
      values: ['a.b'],
    });
  });
});
