import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildRules, renderRules } from '../../rules/index.ts';
import { yaml } from '../../rules/render.ts';
import { renderTests } from '../../rules/tests.ts';
import { failures, writeFiles } from './promtool.ts';

const API = 'inference-api';
const set = buildRules({ services: [{ name: API, interval: '10s', copies: true }] });

/** Three pods of 10 requests a second each: nine of ten take 40 ms, none is over 50 ms, none fails. */
const pods = ['10.1.0.1:8080', '10.1.0.2:8080', '10.1.0.3:8080'];
const STEPS = 180;
function traffic(instance: string, index: number) {
  // Each started at another time, so that one counter is far from the next.
  const at = (share: number) => `${index * 1_000_000 * share}+${100 * share}x${STEPS}`;
  const labels = `job="${API}", instance="${instance}", pod="api-${index}"`;
  const bucket = (le: string, share: number) => ({
    series: `inference_request_duration_seconds_bucket{${labels}, le="${le}"}`,
    values: at(share),
  });
  return [
    { series: `inference_requests_total{${labels}, status="200"}`, values: at(1) },
    { series: `inference_request_duration_seconds_count{${labels}}`, values: at(1) },
    bucket('0.025', 0),
    bucket('0.05', 1),
    bucket('+Inf', 1),
  ];
}

/** The series of three pods of which some are down from the start, and some are gone. */
const up = (states: readonly (0 | 1)[]) =>
  states.map((state, index) => ({
    series: `up{job="${API}", instance="${pods[index]}"}`,
    values: `${state}x${STEPS}`,
  }));

const alert = (name: string, more: object) => ({
  eval_time: '20m',
  alertname: name,
  exp_alerts: [more],
});
const quiet = (name: string) => ({ eval_time: '20m', alertname: name, exp_alerts: [] });

test('three copies give the numbers of three, and each loss its alert', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'copies-'));
  try {
    const rules = renderRules(set);
    const of = (name: string) => {
      const found = set.alerts.find((each) => each.name === name);
      if (found === undefined) throw new Error(`there is no alert ${name}`);
      return found;
    };
    const fired = (name: string, description: string) => {
      const { labels, annotations } = of(name);
      return alert(name, { exp_labels: labels, exp_annotations: { ...annotations, description } });
    };
    const lost = fired(
      'InferenceAPICopiesLost',
      '1 of 3 copies of inference-api are down: they have not answered Prometheus for 10 minutes.',
    );
    const down = fired('InferenceAPIDown', 'No instance of inference-api answers Prometheus: 0 are up.');
    const calm = quiet('InferenceAPICopiesLost');
    const cases = [
      {
        input_series: [...up([1, 1, 1]), ...pods.flatMap(traffic)],
        promql_expr_test: [
          {
            expr: 'round(inference_api:requests:rate5m, 0.001)',
            eval_time: '20m',
            exp_samples: [{ labels: '{}', value: 30 }],
          },
          {
            expr: 'histogram_quantile(0.95, sum by (le) (rate(inference_request_duration_seconds_bucket[5m]))) < 0.05',
            eval_time: '20m',
            exp_samples: [{ labels: '{}', value: 0.04875 }],
          },
        ],
        alert_rule_test: [calm, quiet('InferenceAPIDown')],
      },
      {
        input_series: up([0, 1, 1]),
        alert_rule_test: [lost, quiet('InferenceAPIDown'), quiet('TargetDown')],
      },
      { input_series: up([0, 0, 0]), alert_rule_test: [calm, down] },
      { input_series: [{ series: 'up{job="other"}', values: `1x${STEPS}` }], alert_rule_test: [calm, down] },
    ].map((each) => ({ interval: '10s', ...each }));
    const [first = ''] = writeFiles(folder, {
      'copies.test.yaml': yaml({
        rule_files: ['services.yaml', 'inference-api.yaml', 'monitoring.yaml'],
        evaluation_interval: '15s',
        tests: cases,
      }),
      ...rules,
    });
    const proofs = writeFiles(
      join(folder, 'proofs'),
      renderTests(set, new Set(['InferenceAPICopiesLost', 'TargetDown'])),
    ).filter((file) => file.endsWith('.test.yaml'));
    expect(proofs.length).toBeGreaterThan(0);
    expect(await failures([first, ...proofs])).toBe('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
