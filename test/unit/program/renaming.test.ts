import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { problems, rendered } from './stack.ts';

const service = (more: object, name = 'inference-api') => ({
  services: [{ name, address: 'a:9000', ...more }],
});
const SECONDS = 'inference_request_duration_seconds';
const LAG = 'kminion_kafka_consumer_group_topic_lag';

describe('metricNames', () => {
  test('misspelt names the nearest', () => {
    expect(problems(service({ metricNames: { http_seconds: 'inference_request_duration_second' } }))).toEqual(
      [
        'services[0].metricNames.http_seconds is "inference_request_duration_second", which is no metric that a rule reads; did you mean ' +
          `${SECONDS}? Change it: make set STACK=try NAME='services[0].metricNames.http_seconds' VALUE='${SECONDS}'`,
      ],
    );
  });
  test('the wrong way round is turned round', () => {
    expect(problems(service({ metricNames: { [SECONDS]: 'http_seconds' } }))[0]).toContain(
      `is "http_seconds", which is the wrong way round: the name that the service exposes comes first, and that of the catalogue is its value. Write services[0].metricNames: { http_seconds: ${SECONDS} }`,
    );
  });
  test('that would make two series one is refused', () => {
    expect(problems(service({ metricNames: { a: SECONDS, b: SECONDS } }))[0]).toContain(
      `services[0].metricNames.b is "${SECONDS}", which a is renamed to already: series of both would become one`,
    );
  });
  test('takes a metric of the user’s own, and a part of a histogram', () => {
    const own = { metrics: { shop_orders_total: { type: 'counter' } } };
    const names = { orders: 'shop_orders_total', b: `${SECONDS}_bucket` };
    expect(problems({ ...service({ metricNames: names }), rules: { own } })).toEqual([]);
  });
  test('with dots fits that name alone', () => {
    expect(rendered(service({ metricNames: { 'http.server': SECONDS } })).prometheus).toContain(
      'http\\.server(',
    );
  });
});

describe('metricLabels', () => {
  test.each([
    [
      { uri: 'endpont' },
      'is "endpont", which is no label of the metrics of inference-api; did you mean endpoint?',
    ],
    [{ endpoint: 'uri' }, 'is "uri", which is the wrong way round'],
    [{ a: 'endpoint', b: 'endpoint' }, 'which a is renamed to already: one of the two would be lost'],
    [{ status: 'endpoint' }, 'takes away the label status, which rules need'],
    [{ host: 'instance' }, 'a label that Prometheus or the stack sets itself'],
  ])('%j is refused', (metricLabels, said) => {
    const found = problems(service({ metricLabels }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(said);
  });
});

describe('kminion', () => {
  test('has a preset of names and labels', () => {
    const { scrape_configs } = load(rendered(service({ preset: 'kminion' }, 'kminion')).prometheus) as {
      scrape_configs: readonly { job_name: string; metric_relabel_configs?: readonly object[] }[];
    };
    expect(scrape_configs.find(({ job_name }) => job_name === 'kminion')?.metric_relabel_configs).toEqual([
      {
        source_labels: ['__name__'],
        regex: `${LAG}(_bucket|_sum|_count)?`,
        target_label: '__name__',
        replacement: `kafka_consumer_lag_sum\${1}`,
      },
      { source_labels: ['group_id'], regex: '(.+)', target_label: 'consumergroup' },
      { source_labels: ['topic_name'], regex: '(.+)', target_label: 'topic' },
      { regex: 'group_id|topic_name', action: 'labeldrop' },
    ]);
  });
  test('renamed without its labels is refused: all groups would be one', () => {
    const metricNames = { [LAG]: 'kafka_consumer_lag_sum' };
    expect(problems(service({ metricNames }, 'lag'))).toEqual([
      expect.stringMatching(
        /all its series would become one\. Add metricLabels: \{ group_id: consumergroup, topic_name: topic \}, or use the preset: .*'kminion'/,
      ),
    ]);
    const metricLabels = { group_id: 'consumergroup', topic_name: 'topic' };
    expect(problems(service({ metricNames, metricLabels }, 'lag'))).toEqual([]);
  });
});

test('the example of docs/bring-your-own.md works as it stands', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/bring-your-own.md'), 'utf8');
  const [, section = ''] = page.split('## Services with other names');
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(section) ?? [];
  const { config } = load(text) as { config: Record<string, unknown> };
  const settings = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace('feature-store-monitoring:', ''), value]),
  );
  expect(Object.keys(settings)).toEqual(['services']);
  expect(problems(settings)).toEqual([]);
});

test('a name with dots is written as make set takes it, and sentences do not run into each other', () => {
  const service = {
    name: 'checkout',
    address: 'a:1',
    metricNames: { 'http.requests': 'zzz_nothing_like_it' },
  };
  expect(problems({ services: [service] })).toEqual([
    'services[0].metricNames["http.requests"] is "zzz_nothing_like_it", which is no metric that a rule reads. ' +
      `Change it: make set STACK=try NAME='services[0].metricNames["http.requests"]' VALUE='<metric of the catalogue>'`,
  ]);
});
