import * as pulumi from '@pulumi/pulumi';
import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExternalGrafana } from '../../components/external-grafana.ts';
import { buildDashboards, dashboardsSettings, externalGrafana } from '../../dashboards/index.ts';
import { FakeGrafana } from '../fakes/grafana.ts';
import { plugin } from '../providers/plugins.ts';
import { TestStack } from '../providers/stack.ts';

/** A Grafana that runs already is set up through the real engine. */
const TOKEN = 'glsa_canary-4711';
const PASSWORD = 'canary-4712';
const stand = await plugin('grafana');
console.log(stand.line);

const grafana = new FakeGrafana(TOKEN);
let url: string;
let stack: TestStack;

function program(folders: unknown = {}): PulumiFn {
  const content = externalGrafana({
    settings: dashboardsSettings.parse({ folders }),
    dashboards: buildDashboards(),
    prometheusUrl: 'https://prometheus.example.com',
    alertmanagerUrl: 'https://alertmanager.example.com',
  });
  return async () => {
    new ExternalGrafana('grafana', {
      connection: { url, auth: pulumi.secret(TOKEN) },
      content,
      basicAuth: { user: 'grafana', password: pulumi.secret(PASSWORD) },
    });
  };
}

beforeAll(async () => {
  url = await grafana.listen();
  stack = await TestStack.open(stand, {});
});
afterAll(async () => {
  await grafana.close();
  stack?.forget();
});

test('folders, rights, dashboards, data sources and the contact point come into being', async () => {
  await stack.up(program());
  expect([...grafana.folders.keys()].sort()).toEqual([
    'feature-store-business',
    'feature-store-models',
    'feature-store-operations',
  ]);
  expect(grafana.permissions.get('feature-store-models')).toEqual([
    { role: 'Viewer', permission: 1 },
    { role: 'Editor', permission: 1 },
    { role: 'Admin', permission: 4 },
  ]);
  expect(grafana.dashboards.size).toBe(8);
  expect(grafana.dashboards.get('ml-pipeline')).toMatchObject({ folderUid: 'feature-store-models' });
  expect(grafana.dataSources.get('feature-store-prometheus')).toMatchObject({
    url: 'https://prometheus.example.com',
    basicAuthUser: 'grafana',
    secureJsonData: { basicAuthPassword: PASSWORD },
  });
  expect([...grafana.contactPoints.values()]).toMatchObject([
    {
      type: 'prometheus-alertmanager',
      settings: { url: 'https://alertmanager.example.com', basicAuthPassword: PASSWORD },
    },
  ]);
});

test('token and password are encrypted in the state', async () => {
  expect(await stack.exported()).not.toContain('canary');
});

test('a second update changes nothing, and a changed right changes that alone', async () => {
  const again = await stack.up(program());
  expect(Object.keys(again)).toEqual(['same']);
  const changed = await stack.up(program({ models: { title: 'Feature Store: models', editor: 'edit' } }));
  expect(changed.update).toBe(1);
  expect(grafana.permissions.get('feature-store-models')).toContainEqual({ role: 'Editor', permission: 2 });
});

test('a dashboard of theirs with a uid of ours is not overwritten', async () => {
  await stack.destroy();
  expect([grafana.folders.size, grafana.dashboards.size, grafana.dataSources.size]).toEqual([0, 0, 0]);
  grafana.dashboards.set('slos', { uid: 'slos', title: 'theirs' });
  await expect(stack.up(program())).rejects.toThrow(/412/);
  expect(grafana.dashboards.get('slos')).toMatchObject({ title: 'theirs' });
});
