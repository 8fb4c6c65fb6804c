import { expect, test } from 'vitest';
import { addressing, replicasOf } from '../../../stack/addressing.ts';
import { renderFiles } from '../../../stack/files.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';

/** Where alerts lead in a stack: the links in its rules, and that in the message of the alert that is fixed. */
function linksOf(input: object) {
  const settings = parseSettings(input, { stack: 'local' });
  const { rules, alertmanager } = renderFiles({
    settings,
    platform: addressing(settings, '/srv'),
    replicas: replicasOf(settings),
    user: NO_USER_FILES,
  });
  const found = Object.values(rules).flatMap((text) => text.match(/(?<=dashboard_url: ).+(?=\/d\/)/g) ?? []);
  const fixed = /"InferenceAPIHighLatency"\) "([^"]+)"/.exec(alertmanager['templates/slack.tmpl'] ?? '')?.[1];
  return { annotations: [...new Set(found)], fixed };
}

const EXTERNAL = {
  mode: 'external',
  url: 'https://grafana.example.com/',
  auth: 'glsa_canary',
  prometheusUrl: 'https://prometheus.example.com',
  alertmanagerUrl: 'https://alertmanager.example.com',
};

test.each([
  ['the Grafana of the stack', {}, 'http://127.0.0.1:3000'],
  ['one that runs already', { grafana: EXTERNAL }, 'https://grafana.example.com'],
  ['the one that is named', { rules: { dashboardBaseUrl: 'https://g.example' } }, 'https://g.example'],
])('messages link to %s', (_, input, base) => {
  expect(linksOf(input)).toEqual({ annotations: [base], fixed: `${base}/d/inference-api` });
});

test('without a Grafana there is nothing to link to', () => {
  expect(linksOf({ grafana: { mode: 'off' } })).toEqual({ annotations: [], fixed: undefined });
});
