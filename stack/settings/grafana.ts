import { z } from 'zod';
import type { DashboardsSettings, FolderKey } from '../../dashboards/settings.ts';
import { baseUrl } from '../../lib/forms.ts';
import { remove, set, setSecret } from '../../lib/setting-commands.ts';
import { basicAuth, secret } from './credentials.ts';
import { hasHost } from './ingress-names.ts';
import type { RawSettings } from './schema.ts';

/** The default of every stack but production, which refuses it. */
export const DEFAULT_ADMIN_PASSWORD = 'admin123';

/** A Grafana of the stack's own, one that is there already, or none. */
export const grafanaSettings = z
  .strictObject({
    mode: z
      .enum(['managed', 'external', 'off'])
      .default('managed')
      .describe(
        'managed runs one; external sets up folders, dashboards, data sources and a contact point in one that runs already.',
      ),
    adminPassword: secret
      .meta({ secret: true, publicDefault: DEFAULT_ADMIN_PASSWORD })
      .describe('Default: admin123, outside production only.'),
    url: baseUrl.optional().describe('The Grafana that mode external sets up.'),
    auth: secret.describe('Token of one of its service accounts with the role Admin, or user:password.'),
    prometheusUrl: baseUrl
      .optional()
      .describe('Where the external Grafana reaches Prometheus. Default: where people open it.'),
    alertmanagerUrl: baseUrl
      .optional()
      .describe('Where the external Grafana reaches Alertmanager. Default: where people open it.'),
    basicAuth: basicAuth.optional().describe('What the external Grafana sends to both. Default: nothing.'),
  })
  .prefault({});

/** What cannot be about Grafana, each with the key, what is allowed and the command that mends it. */
export function grafanaProblems(raw: RawSettings, production: boolean, stack: string): readonly string[] {
  switch (raw.grafana.mode) {
    case 'managed':
      return [
        ...(production ? adminPasswordProblems(raw, stack) : []),
        ...setInVain(raw, ['url', 'auth', 'prometheusUrl', 'alertmanagerUrl', 'basicAuth'], stack),
        ...rightsProblems(raw, stack),
      ];
    case 'external':
      return [
        ...missing(raw, stack),
        ...setInVain(raw, ['adminPassword'], stack),
        ...unreachable(raw, 'prometheus', stack),
        ...unreachable(raw, 'alertmanager', stack),
      ];
    case 'off':
      return [];
  }
}

/** Folders whose rights are set, be it to the defaults: that is how rights of before are taken back. */
export function foldersWithOwnRights({ folders }: DashboardsSettings): readonly FolderKey[] {
  return (Object.keys(folders) as FolderKey[]).filter(
    (key) => folders[key].viewer !== undefined || folders[key].editor !== undefined,
  );
}

/** Whether Grafana is the stack's own, and its administrator has the password that everybody knows. */
export const hasDefaultPassword = ({ grafana }: Pick<RawSettings, 'grafana'>): boolean =>
  grafana.mode === 'managed' &&
  (grafana.adminPassword === undefined || grafana.adminPassword === DEFAULT_ADMIN_PASSWORD);

function adminPasswordProblems({ grafana }: RawSettings, stack: string): readonly string[] {
  const { adminPassword } = grafana;
  if (adminPassword !== undefined && adminPassword !== DEFAULT_ADMIN_PASSWORD) return [];
  const found = adminPassword === undefined ? 'is not set' : 'is the default of other stacks';
  return [
    `grafana.adminPassword ${found}, but production needs one of its own. ` +
      `Set it: ${setSecret('grafana.adminPassword', stack)}`,
  ];
}

function missing({ grafana }: RawSettings, stack: string): readonly string[] {
  return [
    ...(grafana.url === undefined
      ? [
          'grafana.url is not set, but grafana.mode is external: it must be the URL of the Grafana to set up. ' +
            `Set it: ${set('grafana.url', 'https://example.grafana.net', stack)}`,
        ]
      : []),
    ...(grafana.auth === undefined
      ? [
          'grafana.auth is not set, but grafana.mode is external: it must be a token of a service account with the role Admin. ' +
            `Set it: ${setSecret('grafana.auth', stack)}`,
        ]
      : []),
  ];
}

function setInVain(
  { grafana }: RawSettings,
  keys: readonly (keyof RawSettings['grafana'])[],
  stack: string,
): readonly string[] {
  return keys
    .filter((key) => grafana[key] !== undefined)
    .map(
      (key) =>
        `grafana.${key} is set, but grafana.mode is ${grafana.mode}, which does not use it. ` +
        `Remove it: ${remove(`grafana.${key}`, stack)}`,
    );
}

/** A Grafana elsewhere does not reach what is published on this machine's loopback. */
function unreachable(
  raw: RawSettings,
  name: 'prometheus' | 'alertmanager',
  stack: string,
): readonly string[] {
  const { grafana } = raw;
  const key = `${name}Url` as const;
  if (grafana[key] !== undefined || grafana.url === undefined || isLoopback(grafana.url)) return [];
  if (hasHost(raw, name)) return [];
  return [
    `grafana.${key} is not set, and ${name} is published on this machine's loopback, which ${grafana.url} does not reach: ` +
      `it must be a URL that it does reach. Set it: ${set(`grafana.${key}`, `https://${name}.example.com`, stack)}`,
  ];
}

/** Files give a managed Grafana its folders, and rights go through its API: that has to be within reach. */
function rightsProblems(raw: RawSettings, stack: string): readonly string[] {
  if (raw.platform !== 'kubernetes' || hasHost(raw, 'grafana')) return [];
  return foldersWithOwnRights(raw.dashboards).map(
    (key) =>
      `dashboards.folders.${key} has rights of its own, which are set through Grafana's API, and this machine reaches it by no host name: ` +
      `kubernetes.ingress.hosts.grafana, or kubernetes.gateway.hosts.grafana, must be one. Set it: ${set('kubernetes.ingress.hosts.grafana', 'grafana.example.com', stack)}`,
  );
}

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
