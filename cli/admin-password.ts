import { dirname } from 'node:path';
import { STACK } from '../catalogue/stack.ts';
import { resetAdminPassword } from '../components/grafana.ts';
import { basicAuthorization, type Endpoint, parseEndpoint } from '../lib/endpoint.ts';
import { type HttpRequest, request } from '../lib/http-client.ts';
import { SECRET_PLACEHOLDER } from '../lib/secret-placeholder.ts';
import { setSecret } from '../lib/setting-commands.ts';
import { isThisMachine } from '../platforms/kinds.ts';
import type { Addressing } from '../platforms/workload.ts';
import { DEFAULT_ADMIN_PASSWORD, type Settings } from '../stack/settings/index.ts';
import { ensureTools } from '../tools/install.ts';
import type { Check } from './health-checks.ts';
import { siteOf } from './site-access.ts';

export interface PasswordOptions {
  /** Puts the password that is set in place of the default, and is told of it. Default: nothing is changed. */
  readonly replaceDefault?: (line: string) => void;
}

/**
 * Whether the admin of a managed Grafana has the password that is set: Grafana reads it when its database is new, and
 * never again. Nothing where the password is not decrypted, or no Grafana answers. Not to be repeated: five wrong
 * passwords within five minutes lock the admin out.
 */
export async function checkAdminPassword(
  settings: Settings,
  platform: Addressing,
  { replaceDefault }: PasswordOptions = {},
): Promise<readonly Check[]> {
  const { mode, adminPassword = DEFAULT_ADMIN_PASSWORD } = settings.grafana;
  if (mode !== 'managed' || adminPassword === SECRET_PLACEHOLDER) return [];
  const grafana = reachable(platform);
  if (grafana === undefined || !(await isGrafana(grafana))) return [];
  let healthy = await accepts(grafana, adminPassword);
  if (healthy === undefined) return [];
  if (!healthy && replaceDefault !== undefined && adminPassword !== DEFAULT_ADMIN_PASSWORD) {
    healthy = await replaced(grafana, DEFAULT_ADMIN_PASSWORD, adminPassword);
    if (healthy) replaceDefault('The admin of Grafana has grafana.adminPassword now, no longer the default.');
  }
  const detail = healthy ? 'has the password that is set' : await refusal(settings, platform);
  return [{ kind: 'component', name: 'grafana admin', healthy, detail }];
}

/** Undefined where its port could not be opened: that is a failed check already. */
function reachable(platform: Addressing): Endpoint | undefined {
  try {
    return parseEndpoint(platform.url('grafana', STACK.grafana.port));
  } catch {
    return undefined;
  }
}

/** The preview that stands in for Grafana has no users. */
async function isGrafana(grafana: Endpoint): Promise<boolean> {
  const answer = await ask(grafana, '/api/health');
  if (answer?.ok !== true) return false;
  try {
    return ((await answer.json()) as { preview?: boolean }).preview !== true;
  } catch {
    return false;
  }
}

/** Undefined where Grafana does not say. */
async function accepts(grafana: Endpoint, password: string): Promise<boolean | undefined> {
  const answer = await ask(asAdmin(grafana, password), '/api/user');
  if (answer?.status === 401) return false;
  return answer?.ok === true ? true : undefined;
}

async function replaced(grafana: Endpoint, oldPassword: string, newPassword: string): Promise<boolean> {
  const answer = await ask(asAdmin(grafana, oldPassword), '/api/user/password', {
    method: 'PUT',
    json: { oldPassword, newPassword, confirmNew: newPassword },
  });
  return answer?.ok === true;
}

const asAdmin = (grafana: Endpoint, password: string): Endpoint => ({
  ...grafana,
  authorization: basicAuthorization(`admin:${password}`),
});

async function ask(grafana: Endpoint, path: string, asked?: HttpRequest): Promise<Response | undefined> {
  try {
    return await request(grafana, path, asked);
  } catch {
    return undefined;
  }
}

async function refusal(settings: Settings, platform: Addressing): Promise<string> {
  const { stack, grafana } = settings;
  const what = grafana.adminPassword === undefined ? 'the default password' : 'grafana.adminPassword';
  return (
    `does not take ${what}: Grafana keeps the password of its first start, and takes none for five minutes after five ` +
    `wrong ones. Set the one that it has: ${setSecret('grafana.adminPassword', stack)}. ` +
    `Or give it the one that is set: ${await resetCommand(settings, platform)}`
  );
}

/** What mends it, from a shell of this machine. */
async function resetCommand(settings: Settings, platform: Addressing): Promise<string> {
  const { grafana } = isThisMachine(settings.platform) ? await ensureTools(['grafana']) : {};
  const { driver, site } = await siteOf(settings);
  return driver.shellIn(site, 'grafana', resetAdminPassword(platform, grafana && dirname(dirname(grafana))));
}
