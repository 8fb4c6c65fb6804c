import { expect, test } from 'vitest';
import { ExternalGrafana } from '../../../components/external-grafana.ts';
import { FolderRights } from '../../../components/folder-rights.ts';
import type { Transform } from '../../../platforms/workload.ts';
import { addressing, replicasOf } from '../../../stack/addressing.ts';
import { renderFiles } from '../../../stack/files.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';
import { registeredBy as everythingOf, type Registered } from '../registered.ts';

/** The resources of providers that a program registers. */
const registeredBy = async (program: () => unknown): Promise<readonly Registered[]> =>
  (await everythingOf(program)).filter(({ type }) => !type.startsWith('feature-store-monitoring:'));

const EXTERNAL = {
  mode: 'external',
  url: 'https://grafana.example.com/',
  auth: 'glsa_canary',
  prometheusUrl: 'https://prometheus.example.com',
  alertmanagerUrl: 'https://alertmanager.example.com',
};

function filesOf(input: unknown) {
  const settings = parseSettings(input, { stack: 'local' });
  return renderFiles({
    settings,
    platform: addressing(settings, '/srv'),
    replicas: replicasOf(settings),
    user: NO_USER_FILES,
  });
}

/** `SigKey` of the engine: what marks a value that must be encrypted. */
const SECRET = '4dabf18193072939515e22adb298388d';
/** Inputs without what is marked as secret. */
const openly = (inputs: unknown): string =>
  JSON.stringify(inputs, (_key, value) =>
    value !== null && typeof value === 'object' && SECRET in value ? undefined : value,
  );
const ofType = (all: readonly Registered[], type: string) => all.filter((each) => each.type === type);

test('an existing Grafana gets folders with rights, dashboards, data sources and a contact point', async () => {
  const { externalGrafana: content } = filesOf({
    grafana: EXTERNAL,
    dashboards: { folders: { business: { title: 'Business', viewer: 'none', editor: 'edit' } } },
  });
  if (content === undefined) throw new Error('nothing was planned for the external Grafana');
  const all = await registeredBy(
    () =>
      new ExternalGrafana('grafana', {
        connection: { url: EXTERNAL.url, auth: EXTERNAL.auth },
        content,
        basicAuth: { user: 'grafana', password: 'hidden-canary' },
      }),
  );

  const folders = ofType(all, 'grafana:oss/folder:Folder');
  expect(folders.map(({ inputs }) => inputs.uid).sort()).toEqual([
    'feature-store-business',
    'feature-store-models',
    'feature-store-operations',
  ]);
  const rights = ofType(all, 'grafana:oss/folderPermission:FolderPermission');
  expect(rights).toHaveLength(folders.length);
  const rightsOf = (uid: string) =>
    rights.find(({ inputs }) => inputs.folderUid === uid)?.inputs.permissions as unknown;
  expect(rightsOf('feature-store-business')).toEqual([
    { role: 'Editor', permission: 'Edit' },
    { role: 'Admin', permission: 'Admin' },
  ]);
  expect(rightsOf('feature-store-operations')).toEqual([
    { role: 'Viewer', permission: 'View' },
    { role: 'Editor', permission: 'View' },
    { role: 'Admin', permission: 'Admin' },
  ]);

  const dashboards = ofType(all, 'grafana:oss/dashboard:Dashboard');
  expect(dashboards).toHaveLength(8);
  const overview = dashboards.find(({ name }) => name.endsWith('system-overview'));
  expect(overview?.inputs.folder).toBe('feature-store-operations');
  const model = JSON.parse(overview?.inputs.configJson as string);
  expect(model.templating.list[0].current.value).toBe('feature-store-prometheus');

  const sources = ofType(all, 'grafana:oss/dataSource:DataSource');
  expect(sources.map(({ inputs }) => [inputs.uid, inputs.type, inputs.url, inputs.isDefault])).toEqual([
    ['feature-store-prometheus', 'prometheus', 'https://prometheus.example.com', false],
    ['feature-store-alertmanager', 'alertmanager', 'https://alertmanager.example.com', false],
  ]);
  expect(JSON.parse(sources[0]?.inputs.jsonDataEncoded as string)).toMatchObject({
    manageAlerts: true,
    alertmanagerUid: 'feature-store-alertmanager',
  });
  const [contact] = ofType(all, 'grafana:alerting/contactPoint:ContactPoint');
  // One of its members is secret, which makes the whole list one.
  expect(contact?.inputs.alertmanagers.value).toMatchObject([
    { url: 'https://alertmanager.example.com', basicAuthUser: 'grafana' },
  ]);
});

test('the token and the password leave the program as secrets alone', async () => {
  const { externalGrafana: content } = filesOf({ grafana: EXTERNAL });
  if (content === undefined) throw new Error('nothing was planned for the external Grafana');
  const all = await registeredBy(
    () =>
      new ExternalGrafana('grafana', {
        connection: { url: EXTERNAL.url, auth: EXTERNAL.auth },
        content,
        basicAuth: { user: 'grafana', password: 'hidden-canary' },
      }),
  );
  const carriers = all.filter(({ inputs }) => JSON.stringify(inputs).includes('canary'));
  expect(carriers.map(({ name }) => name).sort()).toEqual([
    'grafana-contact-point',
    'grafana-feature-store-alertmanager',
    'grafana-feature-store-prometheus',
    'grafana-provider',
  ]);
  for (const { inputs } of all) expect(openly(inputs)).not.toContain('canary');
});

test('a user’s transform reaches every child', async () => {
  const { externalGrafana: content } = filesOf({ grafana: EXTERNAL });
  if (content === undefined) throw new Error('nothing was planned for the external Grafana');
  const all = await registeredBy(
    () =>
      new ExternalGrafana('grafana', {
        connection: { url: EXTERNAL.url, auth: EXTERNAL.auth },
        content,
        transform: ({ type, props, opts }) => ({
          props: type === 'grafana:oss/folder:Folder' ? { ...props, parentFolderUid: 'platform' } : props,
          opts,
        }),
      }),
  );
  for (const { inputs } of ofType(all, 'grafana:oss/folder:Folder'))
    expect(inputs.parentFolderUid).toBe('platform');
});

test('a managed Grafana is told the rights that files cannot give, and nothing where there are none', async () => {
  expect(filesOf({}).folderRights).toEqual([]);
  expect(filesOf({}).externalGrafana).toBeUndefined();
  const { folderRights } = filesOf({ dashboards: { folders: { business: { viewer: 'none' } } } });
  const all = await registeredBy(
    () =>
      new FolderRights('rights', {
        connection: { url: 'http://127.0.0.1:3000', auth: 'admin:canary' },
        folders: folderRights,
      }),
  );
  expect(ofType(all, 'grafana:oss/folderPermission:FolderPermission').map(({ inputs }) => inputs)).toEqual([
    {
      folderUid: 'feature-store-business',
      permissions: [
        { role: 'Editor', permission: 'Edit' },
        { role: 'Admin', permission: 'Admin' },
      ],
    },
  ]);
});

test('rights that are no longer declared stay, since deleting them would lock the folder', async () => {
  const { externalGrafana: content } = filesOf({ grafana: EXTERNAL });
  if (content === undefined) throw new Error('nothing was planned for the external Grafana');
  const connection = { url: EXTERNAL.url, auth: EXTERNAL.auth };
  const retained: unknown[] = [];
  const transform: Transform = ({ type, props, opts }) => {
    if (type === 'grafana:oss/folderPermission:FolderPermission') retained.push(opts.retainOnDelete);
    return { props, opts };
  };
  await registeredBy(() => {
    new ExternalGrafana('grafana', { connection, content, transform });
    new FolderRights('rights', { connection, folders: content.folders, transform });
  });
  expect(retained).toEqual(Array(2 * content.folders.length).fill(true));
});

test('a folder that holds no dashboard has no rights: Grafana never makes it', () => {
  expect(filesOf({ dashboards: { folders: { extra: { viewer: 'none' } } } }).folderRights).toEqual([]);
});

test.each([{ viewer: 'view' }, { editor: 'edit' }])(
  'rights set to the defaults are written: %j',
  (defaults) => {
    const { folderRights } = filesOf({ dashboards: { folders: { business: defaults } } });
    expect(folderRights).toEqual([
      {
        name: 'business',
        uid: 'feature-store-business',
        permissions: [
          { role: 'Viewer', permission: 'View' },
          { role: 'Editor', permission: 'Edit' },
          { role: 'Admin', permission: 'Admin' },
        ],
      },
    ]);
  },
);
