import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import {
  buildDashboards,
  type Dashboard,
  dashboardsSettings,
  externalGrafana,
  ownDashboards,
  renderDashboards,
  renderProvisioning,
} from '../../../dashboards/index.ts';

const settings = dashboardsSettings.parse({});
const dashboards = buildDashboards();
const files = renderProvisioning({ settings, dashboards, dashboardsPath: '/etc/dashboards' });
const parsed = (path: string) => load(files[path] ?? '') as Record<string, Record<string, unknown>[]>;

test('the data source is the one that dashboards open with', () => {
  const [prometheus, alertmanager] = parsed('datasources/prometheus.yaml').datasources ?? [];
  expect(prometheus).toMatchObject({
    uid: 'prometheus',
    type: 'prometheus',
    url: 'http://prometheus:9090',
    isDefault: true,
    editable: false,
    jsonData: {
      timeInterval: '15s',
      httpMethod: 'POST',
      manageAlerts: true,
      alertmanagerUid: 'alertmanager',
    },
  });
  expect(alertmanager).toMatchObject({ uid: 'alertmanager', jsonData: { implementation: 'prometheus' } });
});

test('a password is read from its file by Grafana, and stands in no provisioning file', () => {
  const secured = renderProvisioning({
    settings,
    dashboards,
    dashboardsPath: '/d',
    basicAuth: { user: 'grafana', passwordFile: '/etc/secrets/prometheus' },
  });
  expect(secured['datasources/prometheus.yaml']).toContain(
    'basicAuthPassword: $__file{/etc/secrets/prometheus}',
  );
});

test('each folder has a provider, and each dashboard lies where a provider looks', () => {
  const providers = parsed('dashboards/feature-store.yaml').providers ?? [];
  const paths = providers.map(({ options }) => (options as { path: string }).path);
  expect(new Set(providers.map(({ name }) => name)).size).toBe(providers.length);
  expect(new Set(providers.map(({ folderUid }) => folderUid)).size).toBe(providers.length);
  for (const path of Object.keys(renderDashboards(dashboards))) {
    expect(paths).toContain(`/etc/dashboards/${path.split('/')[0]}`);
  }
  // Without deletion, a dashboard whose file goes stays, as one that any editor may change.
  for (const provider of providers)
    expect(provider).toMatchObject({ allowUiUpdates: false, disableDeletion: false, type: 'file' });
});

test('a folder without a dashboard has no provider: its directory is not there', () => {
  const names = (parsed('dashboards/feature-store.yaml').providers ?? []).map(({ name }) => name);
  expect(names).toEqual(['feature-store-operations', 'feature-store-models', 'feature-store-business']);
});

test('an existing Grafana gets folders with rights, dashboards in them, and data sources', () => {
  const external = externalGrafana({
    settings: dashboardsSettings.parse({
      folders: { business: { title: 'Business', viewer: 'none', editor: 'edit' } },
    }),
    dashboards,
    prometheusUrl: 'https://prometheus.example.org',
    alertmanagerUrl: 'https://alerts.example.org',
  });
  expect(external.folders.map(({ name }) => name)).toEqual(['operations', 'models', 'business']);
  expect(external.folders.find(({ name }) => name === 'business')).toMatchObject({
    title: 'Business',
    permissions: [
      { role: 'Editor', permission: 'Edit' },
      { role: 'Admin', permission: 'Admin' },
    ],
  });
  const folders = external.folders.map(({ uid }) => uid);
  expect(external.dashboards).toHaveLength(dashboards.length);
  for (const { folderUid } of external.dashboards) expect(folders).toContain(folderUid);
  expect(external.dataSources.map(({ url }) => url)).toEqual([
    'https://prometheus.example.org',
    'https://alerts.example.org',
  ]);
});

test('a folder of the user’s own is a folder of its name, on disk and in Grafana, with the rights of the user’s', () => {
  const board = (index: number) =>
    JSON.stringify({ uid: `own-${index}`, title: index === 2 ? 'Carts' : 'Orders', panels: [] });
  const paths = ['a.json', 'shop/b.json', 'shop/c d.json', 'Shop/d.json', 'shop/eu/e.json'];
  const own = ownDashboards({
    files: Object.fromEntries(paths.map((path, index) => [`boards/${path}`, board(index)])),
    taken: dashboards,
    root: './boards/',
  });
  const all = [...dashboards, ...own.dashboards];
  const rights = dashboardsSettings.parse({ folders: { extra: { viewer: 'none' } } });
  const { providers } = load(
    renderProvisioning({ settings: rights, dashboards: all, dashboardsPath: '/d' })[
      'dashboards/feature-store.yaml'
    ] ?? '',
  ) as { providers: { folder: string; folderUid: string; options: { path: string } }[] };
  const ours = providers.slice(3);
  expect(ours.map(({ folder }) => folder)).toEqual(['Feature Store: your own', 'shop', 'Shop', 'shop/eu']);
  const rendered = Object.keys(renderDashboards(all));
  for (const { options, folderUid } of ours) {
    expect(folderUid).toMatch(/^feature-store-extra[a-z0-9-]{0,21}$/);
    expect(rendered.some((path) => `/d/${path}`.startsWith(`${options.path}/`))).toBe(true);
  }
  expect(rendered).toContain('extra-shop/own-1.json');
  expect(new Set(rendered.map((path) => path.toLowerCase())).size).toBe(all.length);
  const external = externalGrafana({
    settings: rights,
    dashboards: all,
    prometheusUrl: 'https://prometheus.example.org',
    alertmanagerUrl: 'https://alerts.example.org',
  });
  expect(external.folders.slice(3).map(({ uid, title }) => [uid, title])).toEqual(
    ours.map(({ folderUid, folder }) => [folderUid, folder]),
  );
  for (const { permissions } of external.folders.slice(3))
    expect(permissions.map(({ role }) => role)).toEqual(['Editor', 'Admin']);
});

function ownDashboard(text: string): Dashboard {
  const [dashboard] = ownDashboards({ files: { 'dashboards.d/mine.json': text }, taken: [] }).dashboards;
  return dashboard as Dashboard;
}

test('in an existing Grafana, a dashboard of the user reads our data sources under their names there', () => {
  const extra = ownDashboard(
    JSON.stringify({
      uid: 'mine',
      title: 'Mine',
      panels: [
        { datasource: 'Prometheus', targets: [{ datasource: { type: 'prometheus', uid: 'prometheus' } }] },
        { datasource: { type: 'alertmanager', uid: 'alertmanager' } },
        { datasource: { uid: '-- Grafana --' }, title: 'prometheus' },
      ],
    }),
  );
  const external = externalGrafana({
    settings,
    dashboards: [extra],
    prometheusUrl: 'https://prometheus.example.org',
    alertmanagerUrl: 'https://alerts.example.org',
  });
  expect(JSON.parse(external.dashboards[0]?.configJson ?? '').panels).toEqual([
    {
      datasource: 'feature-store-prometheus',
      targets: [{ datasource: { type: 'prometheus', uid: 'feature-store-prometheus' } }],
    },
    { datasource: { type: 'alertmanager', uid: 'feature-store-alertmanager' } },
    { datasource: { uid: '-- Grafana --' }, title: 'prometheus' },
  ]);
});

test.each([
  ['prometheus', 'alertmanager'],
  ['feature-store-prometheus', 'feature-store-alertmanager'],
])(
  'a dashboard that was exported with %s and %s reads ours in either Grafana',
  (prometheus, alertmanager) => {
    const variable = (name: string, type: string, value: string) => ({
      name,
      type,
      current: { selected: false, text: value, value },
    });
    const extra = ownDashboard(
      JSON.stringify({
        uid: 'mine',
        title: 'Mine',
        templating: {
          list: [variable('source', 'datasource', prometheus), variable('job', 'query', prometheus)],
        },
        panels: [{ datasource: { type: 'prometheus', uid: prometheus } }, { datasource: alertmanager }],
      }),
    );
    expect(extra.json).toMatchObject({
      templating: { list: [{ current: { value: 'prometheus' } }, { name: 'job' }] },
      panels: [{ datasource: { type: 'prometheus', uid: 'prometheus' } }, { datasource: 'alertmanager' }],
    });
    const external = externalGrafana({
      settings,
      dashboards: [extra],
      prometheusUrl: 'https://prometheus.example.org',
      alertmanagerUrl: 'https://alerts.example.org',
    });
    expect(JSON.parse(external.dashboards[0]?.configJson ?? '')).toMatchObject({
      templating: {
        list: [
          { current: { text: 'Feature Store: Prometheus', value: 'feature-store-prometheus' } },
          { name: 'job', current: { text: prometheus, value: prometheus } },
        ],
      },
      panels: [
        { datasource: { type: 'prometheus', uid: 'feature-store-prometheus' } },
        { datasource: 'feature-store-alertmanager' },
      ],
    });
  },
);

test('a right alone can be set: the title of its folder stays', () => {
  const { folders } = dashboardsSettings.parse({ folders: { business: { viewer: 'none' } } });
  expect(folders.business).toMatchObject({ title: 'Feature Store: business', viewer: 'none' });
});

test.each([
  ['refresh', { refresh: 'often' }, 'an interval such as 30s'],
  ['timeRange.from', { timeRange: { from: 'yesterday' } }, 'a time such as now-1h'],
  ['folders.operations', { folders: { operations: { title: 'x', viewers: 'view' } } }, 'viewers'],
])('a bad %s is refused', (_key, input, message) => {
  const result = dashboardsSettings.safeParse(input);
  expect(result.success).toBe(false);
  expect(result.error?.message).toContain(message);
});
