import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { templateFiles } from '../../notifications/templates.ts';
import { buildRules, renderRules } from '../../rules/index.ts';
import { yaml } from '../../rules/render.ts';
import { renderTests } from '../../rules/tests.ts';
import { ensureTools } from '../../tools/install.ts';
import { failures, writeFiles } from './promtool.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'own-services-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COUNT = 90;
const set = buildRules({
  services: Array.from({ length: COUNT }, (_, index) => ({ name: `shop-${index}`, copies: true })),
});

test('the alerts of many services arrive under one name, each with its service, in several groups', async () => {
  const files = writeFiles(folder, renderRules(set));
  const own = files.filter((file) => /\/services(-\d+)?\.yaml$/.test(file));
  expect(own).toHaveLength(3);
  const { promtool } = await ensureTools(['promtool']);
  await run(promtool, ['check', 'rules', '--lint-fatal', ...own]);
  const down = Array.from({ length: COUNT }, (_, index) => ({
    exp_labels: { severity: 'critical', service: `shop-${index}`, team: 'platform', signal: 'availability' },
    exp_annotations: {
      summary: `shop-${index} is down`,
      description: `No instance of shop-${index} answers Prometheus: 0 are up.`,
      runbook_url: 'https://runbook.company.com/service-down',
    },
  }));
  const [storm = ''] = writeFiles(folder, {
    'storm.test.yaml': yaml({
      rule_files: own,
      evaluation_interval: '15s',
      tests: [
        {
          interval: '15s',
          input_series: [{ series: 'up{job="other"}', values: '1x20' }],
          alert_rule_test: [
            { eval_time: '45s', alertname: 'ServiceDown', exp_alerts: [] },
            { eval_time: '2m', alertname: 'ServiceDown', exp_alerts: down },
          ],
        },
      ],
    }),
  });
  // The proofs of one service of each group, whatever the names under which its alerts arrive.
  const proofs = writeFiles(
    join(folder, 'proofs'),
    renderTests(
      set,
      new Set(
        [0, 45, 89].flatMap((index) =>
          ['Down', 'ProbeFailing', 'CopiesLost'].map((kind) => `Shop${index}${kind}`),
        ),
      ),
    ),
  ).filter((file) => file.endsWith('.test.yaml'));
  expect(proofs).toHaveLength(9);
  expect(await failures([storm, ...proofs])).toBe('');
});

test('PagerDuty’s one line says how many there are, and names ten', async () => {
  const message = (count: number) => {
    const alerts = set.alerts
      .filter(({ alertname }) => alertname === 'ServiceDown')
      .slice(0, count)
      .map(({ labels, annotations }) => ({
        status: 'firing',
        labels: { ...labels, alertname: 'ServiceDown' },
        annotations,
        startsAt: '2026-03-18T10:00:00Z',
        endsAt: '0001-01-01T00:00:00Z',
      }));
    return { status: 'firing', alerts, groupLabels: {}, commonLabels: {}, commonAnnotations: {} };
  };
  const { amtool } = await ensureTools(['amtool']);
  const line = async (count: number) => {
    const [data = ''] = writeFiles(folder, { [`${count}.json`]: JSON.stringify(message(count)) });
    writeFiles(folder, templateFiles({}));
    const { stdout } = await run(amtool, [
      'template',
      'render',
      `--template.glob=${join(folder, 'templates', '*.tmpl')}`,
      `--template.data=${data}`,
      '--template.text={{ template "fsm.pagerduty.description" . }}',
    ]);
    return stdout.trim();
  };
  expect(await line(2)).toBe('shop-0 is down; shop-1 is down');
  const ten = Array.from({ length: 10 }, (_, index) => `shop-${index} is down`).join('; ');
  expect(await line(10)).toBe(ten);
  expect(await line(COUNT)).toBe(`${COUNT} alerts: ${ten}`);
});
