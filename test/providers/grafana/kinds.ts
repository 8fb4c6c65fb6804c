import type { Properties } from '../serve.ts';

/** A call of Grafana's HTTP API. */
export interface Call {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/** A type of resource that the stand-in carries out: its identity, and the calls that its life consists of. */
export interface Kind {
  /** Inputs that are carried out; any other is refused. */
  readonly inputs: readonly string[];
  id(inputs: Properties): string;
  create(inputs: Properties): Call;
  update(inputs: Properties): Call;
  delete(id: string): Call;
}

/** Numbers of permissions, from Grafana's documentation of folder permissions. */
const PERMISSIONS: Readonly<Record<string, number>> = { View: 1, Edit: 2, Admin: 4 };

const text = (value: unknown): string => String(value);

const folder: Kind = {
  inputs: ['uid', 'title', 'preventDestroyIfNotEmpty'],
  id: ({ uid }) => text(uid),
  create: ({ uid, title }) => ({ method: 'POST', path: '/api/folders', body: { uid, title } }),
  update: ({ uid, title }) => ({
    method: 'PUT',
    path: `/api/folders/${uid}`,
    body: { title, overwrite: true },
  }),
  delete: (id) => ({ method: 'DELETE', path: `/api/folders/${id}` }),
};

const setRights = ({ folderUid, permissions }: Properties): Call => ({
  method: 'POST',
  path: `/api/folders/${folderUid}/permissions`,
  body: {
    items: (permissions as { role: string; permission: string }[]).map(({ role, permission }) => ({
      role,
      permission: PERMISSIONS[permission],
    })),
  },
});
const folderPermission: Kind = {
  inputs: ['folderUid', 'permissions'],
  id: ({ folderUid }) => text(folderUid),
  create: setRights,
  update: setRights,
  // As the official provider has it: nobody but admins has rights from then on.
  delete: (folderUid) => setRights({ folderUid, permissions: [] }),
};

const saveDashboard =
  (overwrite: boolean) =>
  ({ configJson, folder: folderUid }: Properties): Call => ({
    method: 'POST',
    path: '/api/dashboards/db',
    body: { dashboard: JSON.parse(text(configJson)), folderUid, overwrite },
  });
const dashboard: Kind = {
  inputs: ['configJson', 'folder'],
  id: ({ configJson }) => text(JSON.parse(text(configJson)).uid),
  create: saveDashboard(false),
  update: saveDashboard(true),
  delete: (id) => ({ method: 'DELETE', path: `/api/dashboards/uid/${id}` }),
};

const source = (inputs: Properties) => ({
  uid: inputs.uid,
  name: inputs.name,
  type: inputs.type,
  url: inputs.url,
  access: inputs.accessMode,
  isDefault: inputs.isDefault,
  basicAuth: inputs.basicAuthEnabled ?? false,
  basicAuthUser: inputs.basicAuthUsername ?? '',
  jsonData: JSON.parse(text(inputs.jsonDataEncoded)),
  secureJsonData: JSON.parse(text(inputs.secureJsonDataEncoded ?? '{}')),
});
const dataSource: Kind = {
  inputs: [
    ...['uid', 'name', 'type', 'url', 'accessMode', 'isDefault', 'jsonDataEncoded'],
    ...['basicAuthEnabled', 'basicAuthUsername', 'secureJsonDataEncoded'],
  ],
  id: ({ uid }) => text(uid),
  create: (inputs) => ({ method: 'POST', path: '/api/datasources', body: source(inputs) }),
  update: (inputs) => ({
    method: 'PUT',
    path: `/api/datasources/uid/${inputs.uid}`,
    body: source(inputs),
  }),
  delete: (id) => ({ method: 'DELETE', path: `/api/datasources/uid/${id}` }),
};

const point = ({ name, alertmanagers }: Properties) => {
  const [{ url, ...auth } = { url: '' }] = alertmanagers as { url: string }[];
  return { uid: name, name, type: 'prometheus-alertmanager', settings: { url, ...auth } };
};
const contactPoint: Kind = {
  inputs: ['name', 'alertmanagers'],
  id: ({ name }) => text(name),
  create: (inputs) => ({
    method: 'POST',
    path: '/api/v1/provisioning/contact-points',
    body: point(inputs),
  }),
  update: (inputs) => ({
    method: 'PUT',
    path: `/api/v1/provisioning/contact-points/${inputs.name}`,
    body: point(inputs),
  }),
  delete: (id) => ({ method: 'DELETE', path: `/api/v1/provisioning/contact-points/${id}` }),
};

export const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['grafana:oss/folder:Folder', folder],
  ['grafana:oss/folderPermission:FolderPermission', folderPermission],
  ['grafana:oss/dashboard:Dashboard', dashboard],
  ['grafana:oss/dataSource:DataSource', dataSource],
  ['grafana:alerting/contactPoint:ContactPoint', contactPoint],
]);
