import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyMetrics } from '../../../catalogue/verify.ts';
import { parseExposition, repeatedSeries } from '../../../lib/exposition.ts';

const one = (page: string) => parseExposition(page).samples[0];

describe('a page that Prometheus takes is read', () => {
  test.each([
    ['a 1\n', { name: 'a', labels: {}, value: 1 }],
    ['\ta\t{ b = "c" , }\t1.0e-3 1700000000000\n', { name: 'a', labels: { b: 'c' }, value: 0.001 }],
    ['a{b="x\\"y\\\\z\\n}{"} +Inf\n', { name: 'a', labels: { b: 'x"y\\z\n}{' }, value: Infinity }],
    [
      '{"http.server.duration_bucket",le="+Inf"} 4\n',
      { name: 'http.server.duration_bucket', labels: { le: '+Inf' }, value: 4 },
    ],
    ['a{"k8s.pod"="x"} 1\n', { name: 'a', labels: { 'k8s.pod': 'x' }, value: 1 }],
    ['# a comment\n#\n# HELP\n\na 1', { name: 'a', labels: {}, value: 1 }],
    [
      '# TYPE a counter\na_total 8 # {trace_id="x y"} 0.13 1.7e+09\n# EOF\n',
      { name: 'a_total', labels: {}, value: 8 },
    ],
    ['# TYPE a counter\na_total 8 1.5 # {} 1\na_created 1\n# EOF', { name: 'a_total', labels: {}, value: 8 }],
    ['{"a b"} 1\n', { name: 'a b', labels: {}, value: 1 }],
  ])('%j', (page, sample) => expect(one(page)).toEqual(sample));
});

describe('a page that Prometheus refuses is refused, with its line', () => {
  test.each([
    ['a 1\na{zone=eu} 1\n', 'line 2 is no sample: the value of the label zone is not in quotes'],
    ['a{b="c" 1\n', 'line 1 is no sample: neither a comma nor } after the label b'],
    ['a{b="c",b="d"} 1\n', 'the label b is there twice'],
    ['a 0x1p3\n', 'is no number'],
    ['a 1_0\n', 'is no number'],
    ['a 1e999\n', 'is no number'],
    ['a 1\r\n', 'is no number'],
    ['a 1 now\n', 'is no timestamp in milliseconds'],
    ['a 1 # {trace_id="x"} 1\n', 'an exemplar, which only OpenMetrics has'],
    ['\uFEFFa 1\n', 'line 1 is no sample: no name of a metric'],
    ['{b="c"} 1\n', 'no name of a metric'],
    ['{} 1\n', 'no name of a metric'],
    ['# TYPE a stateset\n', 'line 1 cannot be read: “stateset” is no type of a metric'],
    ['# TYPE a gauge\n# TYPE a gauge\n', 'a second type of a'],
    ['a 1\n# EOF\nb 2\n# EOF\n', 'something follows # EOF'],
    ['a  1\n# EOF\n', 'is no number'],
    ['\na 1\n# EOF\n', 'an empty line'],
  ])('%j', (page, said) => expect(() => parseExposition(page)).toThrow(said));
});

test('any series is read as it was written', () => {
  const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed());
  const label = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/).filter((name) => name !== '__name__');
  const quoted = (value: string) =>
    `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,8}$/),
      fc.dictionary(label, text, { noNullPrototype: true }),
      fc.double({ noNaN: true }),
      fc.boolean(),
      (name, labels, value, open) => {
        const pairs = Object.entries(labels).map(([key, each]) => `${key}=${quoted(each)}`);
        const number = Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
        const page = `${name}{${pairs.join(',')}} ${number}\n${open ? '# EOF\n' : ''}`;
        expect(parseExposition(page).samples).toEqual([
          { name, labels, value: Number(number.replace('Inf', 'Infinity')) },
        ]);
      },
    ),
  );
});

test('any text ends in a page or an error of ours', () => {
  const piece = fc.constantFrom(
    'a',
    '{',
    '}',
    '"',
    '\\',
    '=',
    ',',
    ' ',
    '\t',
    '\n',
    '#',
    '1',
    ' # EOF\n',
    '# TYPE ',
    'le',
    '\r',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      try {
        parseExposition(pieces.join(''));
      } catch (error) {
        expect((error as Error).name).toBe('ExpositionError');
      }
    }),
  );
});

test.each([' ', '\t', '{', '"', '\\', '#', 'a', 'a{b="', '# TYPE ', ',', '\n'])(
  'a long run of %j is read in time that grows with its length alone',
  (piece) => {
    const page = `a${piece.repeat(200_000)}`;
    try {
      parseExposition(page);
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(1_000_000);
    }
  },
);

test('a series that is there twice is told, whatever the order of its labels', () => {
  const { samples } = parseExposition('a{b="1",c="2"} 1\na{c="2",b="1"} 2\na{b="1"} 1\n');
  expect(repeatedSeries(samples)).toEqual(['a{b="1",c="2"}']);
});

test('a page of other names is held against the catalogue by the names that it is given', () => {
  const page =
    '# TYPE kminion_kafka_consumer_group_topic_lag gauge\n' +
    'kminion_kafka_consumer_group_topic_lag{group_id="a",topic_name="b"} 1\n';
  const metricNames = { kminion_kafka_consumer_group_topic_lag: 'kafka_consumer_lag_sum' };
  const options = { service: 'kminion', metricNames };
  expect(
    verifyMetrics(page, { ...options, metricLabels: { group_id: 'consumergroup', topic_name: 'topic' } }),
  ).toEqual([]);
  expect(verifyMetrics(page, options)).toContain('kafka_consumer_lag_sum: the label “topic” is missing');
});

test('a native histogram is told apart from one that lacks buckets', () => {
  const page = (...buckets: readonly string[]) =>
    [
      '# TYPE feature_fetch_duration_seconds histogram',
      ...buckets.map((le) => `feature_fetch_duration_seconds_bucket{le="${le}"} 1`),
      'feature_fetch_duration_seconds_sum 1',
      'feature_fetch_duration_seconds_count 1',
      '',
    ].join('\n');
  const said = (text: string) =>
    verifyMetrics(text, { service: 'inference-api' }).filter((line) =>
      line.startsWith('feature_fetch_duration_seconds: '),
    );
  expect(said(page('+Inf')).join()).toContain('a native histogram keeps its buckets out of pages in text');
  expect(said(page())).toEqual(said(page('+Inf')));
  expect(said(page('0.001', '+Inf')).join()).toMatch(
    /^feature_fetch_duration_seconds: buckets are missing at/,
  );
});
