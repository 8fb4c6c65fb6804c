import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { SECRET_PLACEHOLDER } from '../../../lib/secret-placeholder.ts';
import { simulate } from '../../../notifications/index.ts';
import { pagersOf } from '../../../policies/index.ts';
import { addressing, replicasOf } from '../../../stack/addressing.ts';
import { drafted } from '../../../stack/draft.ts';
import { renderFiles } from '../../../stack/files.ts';
import { policyFindings } from '../../../stack/policies.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const DOCUMENT = read('docs/kubernetes.md')
  .split('## From nothing to a running stack')[1]
  ?.split('\n## ')[0] as string;
const grouped = (text: string) => {
  const { config } = load(text) as { config: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.split(':')[1] ?? key, value]));
};
const said = grouped(/```yaml\n([\s\S]*?)```/.exec(DOCUMENT)?.[1] ?? '');
const given = grouped(read('Pulumi.prod.yaml'));

/** The stack as it is once the page was followed up to the first `make up`. */
function firstStack() {
  const notifications = {
    ...(given.notifications as object),
    ...(said.notifications as object),
    slack: { webhookUrl: SECRET_PLACEHOLDER },
    heartbeat: { url: SECRET_PLACEHOLDER },
  };
  const grafana = { adminPassword: SECRET_PLACEHOLDER };
  const settings = parseSettings({ ...given, ...said, notifications, grafana }, { stack: 'prod' });
  const files = renderFiles({
    settings,
    platform: addressing(settings, '/project'),
    replicas: replicasOf(settings),
    user: NO_USER_FILES,
  });
  return { settings, files };
}

describe('docs/kubernetes.md, From nothing, followed to the letter', () => {
  const { settings, files } = firstStack();

  test('what is watched and the URLs come before any secret, and the pager’s key comes last', () => {
    const secrets = [...DOCUMENT.matchAll(/make secret STACK=prod NAME=(\S+)/g)].map(([, name]) => name);
    expect(secrets.at(-1)).toBe('notifications.pagerduty.routingKey');
    expect(DOCUMENT.indexOf('```yaml')).toBeLessThan(DOCUMENT.indexOf('make secret'));
    expect(DOCUMENT.indexOf('make health')).toBeLessThan(DOCUMENT.indexOf('pagerduty.routingKey'));
  });

  test('no service is at an address that nobody gave', () => {
    const named = settings.services.flatMap(({ addresses }) => addresses);
    expect(named.length).toBeGreaterThan(0);
    for (const address of named) expect(address).toMatch(/\.svc:\d+$/);
    expect(settings.kafka.address).toBeUndefined();
    expect(settings.redis.address).toBe('redis.shop.svc:6379');
  });

  test('whatever fires pages nobody', () => {
    const alerts = files.ruleSet.alerts.map(({ name, labels }) => ({ ...labels, alertname: name }));
    const heard = alerts.flatMap(
      (alert) => simulate(files.alertmanagerConfig, [alert], new Date())[0]?.notified ?? [],
    );
    expect(heard).toContain('alerts');
    for (const pager of pagersOf(settings.notifications)) expect(heard).not.toContain(pager);
    expect(JSON.stringify(files.alertmanagerConfig)).not.toContain('pagerduty_configs');
  });

  test('no policy refuses it', () => {
    const findings = policyFindings(drafted(settings, files, '/project'), files);
    expect(findings.filter(({ level }) => level === 'mandatory')).toEqual([]);
  });

  test('its messages link to what the settings name', () => {
    for (const { name, annotations } of files.ruleSet.alerts) {
      expect(annotations.runbook_url, name).toMatch(/^https:\/\/runbooks\.example\.com\//);
      if (annotations.dashboard_url !== undefined)
        expect(annotations.dashboard_url, name).toMatch(/^https:\/\/grafana\.example\.com\/d\//);
    }
  });
});
