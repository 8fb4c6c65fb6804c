import { describe, expect, test } from 'vitest';
import { scrapeTimeout } from '../../../components/prometheus/scrape.ts';
import { seconds } from '../../../lib/promql/parse.ts';
import { problems } from './stack.ts';

const every = (interval: string, name = 'checkout') => ({
  services: [{ name, address: '10.0.0.8:9000', interval }],
});

describe('a scrape interval', () => {
  test('that outlasts the lookback is refused with its key, the most that is allowed, the windows and the command', () => {
    expect(problems(every('10m'))).toEqual([
      'services[0].interval is "10m", but must be at most 2m30s: Prometheus takes no sample for current that is 5 minutes ' +
        'old, so that the target would seem to be gone between two scrapes; two scrapes have to be in each window of 10m ' +
        "(ServiceDeployed, ConfigurationChanged, ServiceOptimised). Change it: make set STACK=try NAME='services[0].interval' VALUE='2m30s'",
    ]);
    expect(problems(every('5m'))).toHaveLength(1);
    expect(problems(every('4m'))).toEqual([]);
  });

  test('has to bring two samples into each window of the rules that read the service', () => {
    expect(problems(every('61s', 'inference-api'))).toEqual([
      expect.stringContaining(
        'services[0].interval is "61s", but must be at most 1m: two scrapes have to be in each window of 2m (InferenceAPILatencyUnconfirmed, InferenceAPILatencySLOBroken)',
      ),
    ]);
    expect(problems(every('1m', 'inference-api'))).toEqual([]);
    // No rule with so short a window reads it.
    expect(problems(every('61s'))).toEqual([]);
  });

  test('of everything else is held against the rules that read the stack itself and its probes', () => {
    expect(problems({ prometheus: { scrapeInterval: '5m' } })).toEqual([
      expect.stringMatching(
        /^prometheus\.scrapeInterval is "5m", but must be at most 1m: .* 1m \(slo:probe_failed:bool\) and 5m \(/,
      ),
    ]);
    expect(problems({ prometheus: { scrapeInterval: '1m' } })).toEqual([]);
    const own = {
      job_name: 'switches',
      scrape_interval: '6m',
      static_configs: [{ targets: ['10.0.0.5:9100'] }],
    };
    expect(problems({ prometheus: { scrapeConfigs: [own] } })).toEqual([
      expect.stringContaining(
        'prometheus.scrapeConfigs[0].scrape_interval is "6m", but must be at most 2m30s',
      ),
    ]);
  });

  test('of nothing is refused: Prometheus would take its default', () => {
    expect(problems({ prometheus: { scrapeInterval: '0s', evaluationInterval: '0s' } })).toEqual([
      expect.stringContaining(
        'prometheus.scrapeInterval is "0s", but must be a Prometheus duration over zero',
      ),
      expect.stringContaining(
        'prometheus.evaluationInterval is "0s", but must be a Prometheus duration over zero',
      ),
    ]);
  });
});

test('an evaluation interval leaves nothing between two windows unseen', () => {
  expect(problems({ prometheus: { evaluationInterval: '10m' } })).toEqual([
    expect.stringMatching(
      /^prometheus\.evaluationInterval is "10m", but must be at most 2m: what a rule records is gone .*; what happens between two evaluations is in no window of 2m \(InferenceAPILatencyUnconfirmed, InferenceAPILatencySLOBroken\) and 5m .* Change it: /,
    ),
  ]);
  expect(problems({ prometheus: { evaluationInterval: '121s' } })).toHaveLength(1);
  expect(problems({ prometheus: { evaluationInterval: '2m' } })).toEqual([]);
});

test.each(['500ms', '1s', '9s', '10s', '15s', '1m', '1m30s', '90000ms', '1h'])(
  'the timeout of a scrape each %s is no longer than that, nor than 10 s',
  (interval) => {
    const timeout = seconds(scrapeTimeout(interval));
    expect(timeout).toBe(Math.min(seconds(interval), 10));
  },
);
