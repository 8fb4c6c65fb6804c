import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { MonitoringStack } from '../../../../components/monitoring-stack.ts';
import { kubernetesOptions, replicasOf } from '../../../../stack/addressing.ts';
import { renderFiles } from '../../../../stack/files.ts';
import { configOf, parseSettings } from '../../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../../stack/user-files.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const PROJECT = 'feature-store-monitoring';
const SECRETS = {
  grafana: { adminPassword: 'canary-password' },
  notifications: {
    slack: { webhookUrl: 'https://hooks.slack.com/services/canary' },
    pagerduty: { routingKey: '0123456789abcdef0123456789abcdef' },
    heartbeat: { url: 'https://heartbeat.example.org/canary' },
  },
};

/** Pulumi types of everything that production registers, by the stack's own file, and why it refuses to go on. */
async function registered(dashboards?: Readonly<Record<string, string>>) {
  const { kubernetesPlatform } = await import('../../../../platforms/kubernetes/platform.ts');
  const { config } = load(readFileSync(join(ROOT, 'Pulumi.prod.yaml'), 'utf8')) as {
    config: Record<string, unknown>;
  };
  const texts = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  const own = configOf(texts, PROJECT);
  const settings = parseSettings(
    {
      ...own,
      ...SECRETS,
      notifications: { ...(own.notifications as object), ...SECRETS.notifications },
    },
    { stack: 'prod' },
  );
  const platform = kubernetesPlatform(kubernetesOptions(settings));
  const replicas = replicasOf(settings);
  const files = renderFiles({
    settings,
    platform,
    replicas,
    user: NO_USER_FILES,
  });
  const types: string[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      types.push(type);
      return { id: `${name}-id`, state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
  let refused = '';
  try {
    new MonitoringStack('monitoring', {
      settings,
      platform,
      files: { ...files, ...(dashboards && { dashboards }) },
      replicas,
      own: { image: settings.image, path: (file) => file, grafanaStandIn: false },
    });
  } catch (error) {
    refused = (error as Error).message;
  }
  await new Promise(process.nextTick);
  await pulumi.runtime.disconnect();
  return { types, refused };
}

describe('production', () => {
  let types: readonly string[];
  const count = (kind: string) => types.filter((type) => type.endsWith(`:${kind}`)).length;

  beforeAll(async () => {
    ({ types } = await registered());
  });

  test('is under eighty resources, as people have to read them in a preview', () => {
    // The stack itself is one more.
    expect(types.length + 1).toBeLessThan(80);
    expect(types.length).toBeGreaterThan(50);
  });

  test('has what a cluster’s stack is made of', () => {
    expect({
      sets: count('StatefulSet'),
      daemons: count('DaemonSet'),
      deployments: count('Deployment'),
      namespaces: count('Namespace'),
      budgets: count('PodDisruptionBudget'),
      claims: count('PersistentVolumeClaim'),
    }).toEqual({ sets: 3, daemons: 1, deployments: 2, namespaces: 2, budgets: 2, claims: 6 });
  });

  test('registers nothing where a directory is too large for any ConfigMap', async () => {
    const half = 'x'.repeat(600 * 1024);
    const { types, refused } = await registered({ 'one.json': half, 'two.json': half });
    expect(refused).toContain("grafana: directory 'dashboards' has");
    expect(types.filter((type) => type.startsWith('kubernetes:'))).toEqual([]);
  });
});
