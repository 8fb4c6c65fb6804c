import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { notificationsSettings } from '../../notifications/settings.ts';
import { templateFiles } from '../../notifications/templates.ts';
import { buildRules } from '../../rules/index.ts';
import { SettingsError } from '../../stack/settings/index.ts';
import { checkTemplates } from '../../stack/templates.ts';

const root = mkdtempSync(join(tmpdir(), 'templates-'));
afterAll(() => rmSync(root, { recursive: true }));
const files = { ruleSet: buildRules(), alertmanager: templateFiles({}) };

const check = (notifications: unknown) =>
  checkTemplates({ stack: 'try', notifications: notificationsSettings.parse(notifications) }, files, root);

async function said(title: string): Promise<readonly string[]> {
  const failed = await check({ slack: { title } }).catch((error: unknown) => error);
  if (failed === undefined) return [];
  expect(failed).toBeInstanceOf(SettingsError);
  return (failed as SettingsError).problems;
}

describe('a template that Alertmanager would drop messages for', () => {
  test.each([
    ['[{{ .CommonLabels.cluster | toUpper }}] {{ .CommonLabels.alertname', 'line 1: unclosed action'],
    ['{{ .CommonLabels.alertname | upper }}', 'line 1: function "upper" not defined'],
    ['{{ .Labels.alertname }}', `line 1, column 10: <.Labels.alertname>: can't evaluate field Labels`],
    ['{{ template "slack.titel" . }}', 'template "slack.titel" not defined'],
    // With two alerts it would do.
    ['{{ (index .Alerts 1).Labels.alertname }}', 'out of range'],
    ['{{ reReplaceAll "(?!x)" "" .CommonLabels.alertname }}', 'invalid or unsupported Perl syntax'],
    ['a\n{{ .Nothing }}', 'line 2, column 3'],
  ])('%s', async (title, reason) => {
    const [sentence, ...others] = await said(title);
    expect(others).toEqual([]);
    expect(sentence).toContain(
      `notifications.slack.title is ${JSON.stringify(title)}, but must be a template that Alertmanager can execute`,
    );
    expect(sentence).toContain(reason);
    expect(sentence).toMatch(
      /\. Change it: make set STACK=try NAME='notifications\.slack\.title' VALUE='<value>'$/,
    );
  });

  test('every one is named, those of receivers too', async () => {
    const receivers = { desk: { slack: { title: '{{ end }}', channel: '#{{.Nowhere}}' } } };
    const failed = await check({ receivers, slack: { title: '{{' } }).catch((error: Error) => error.message);
    for (const key of ['slack.title', 'receivers.desk.slack.title', 'receivers.desk.slack.channel'])
      expect(failed).toContain(`notifications.${key} is `);
  });
});

test.each([
  'Streaming Feature Store Alert',
  '[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }} {{ .GroupLabels.alertname }}',
  '{{ range .Alerts.Firing }}{{ .Labels.instance }} {{ .Annotations.summary }}{{ end }}',
  '{{ template "fsm.subject" . }}',
  '{{ with .CommonLabels.gone }}{{ . }}{{ else }}{{ len .Alerts }}{{ end }}',
])('%s is taken, and not executed again', async (title) => {
  expect(await said(title)).toEqual([]);
  if (!title.includes('{{')) return;
  const passed = () => readdirSync(join(root, '.monitoring', 'try', 'templates-checked'));
  const once = passed();
  expect(once).toHaveLength(1);
  expect(await said(title)).toEqual([]);
  expect(passed()).toEqual(once);
});
