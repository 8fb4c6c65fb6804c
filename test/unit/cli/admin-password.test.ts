import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkAdminPassword, type PasswordOptions } from '../../../cli/admin-password.ts';
import { ROOT } from '../../../cli/project.ts';
import { SECRET_PLACEHOLDER } from '../../../lib/secret-placeholder.ts';
import { addressing } from '../../../stack/addressing.ts';
import { parseSettings } from '../../../stack/settings/index.ts';

const SET = 'canary: of the settings';

/** A Grafana with one user, as far as passwords go. */
let password: string;
let preview: boolean;
let asked: string[];
let server: Server;

beforeEach(async () => {
  [password, preview, asked] = [SET, false, []];
  server = createServer(async (request, response) => {
    const place = `${request.method} ${request.url}`;
    asked.push(place);
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (place === 'GET /api/health') return answer(200, { database: 'ok', ...(preview && { preview }) });
    const given = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64');
    if (given.toString() !== `admin:${password}`)
      return answer(401, { message: 'Invalid username or password' });
    if (place === 'GET /api/user') return answer(200, { login: 'admin' });
    if (place !== 'PUT /api/user/password') return answer(404, {});
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    if (body.oldPassword !== password || body.newPassword !== body.confirmNew) return answer(400, {});
    password = body.newPassword;
    return answer(200, { message: 'User password changed' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a Grafana that takes the password that is set is healthy', async () => {
  expect(await checked()).toMatchObject([{ name: 'grafana admin', healthy: true }]);
  password = 'admin123';
  expect(await checked({ adminPassword: undefined })).toMatchObject([{ healthy: true }]);
});

test('one that keeps an earlier password is not, and what mends it reads the password from its file', async () => {
  password = 'an earlier one';
  const [check] = await checked();
  expect(check?.healthy).toBe(false);
  expect(check?.detail).toContain(
    "docker exec monitoring-dev-grafana sh -c '/usr/share/grafana/bin/grafana cli --homepath=/usr/share/grafana --config=/etc/grafana-config/grafana.ini admin reset-admin-password --password-from-stdin < /etc/grafana-secrets/admin-password'",
  );
  expect(check?.detail).toContain("make secret STACK=dev NAME='grafana.adminPassword'");
  expect(JSON.stringify(check)).not.toContain('canary');
  // A wrong password more, and a few times make up would lock the admin out.
  expect(asked).toEqual(['GET /api/health', 'GET /api/user']);
});

test('in a cluster its pod is asked', async () => {
  password = 'an earlier one';
  const kubernetes = { namespace: 'mon', context: 'there' };
  const [check] = await checked({ more: { platform: 'kubernetes', trial: true, kubernetes } });
  expect(check?.detail).toContain(
    "kubectl --context there exec --namespace mon statefulset/grafana -- sh -c '/usr/share/grafana/bin/grafana cli ",
  );
});

test('the default of an earlier run gives way to the password that is set, where that is asked for', async () => {
  password = 'admin123';
  expect(await checked()).toMatchObject([{ healthy: false }]);
  expect(password).toBe('admin123');
  const told: string[] = [];
  const replaceDefault = (line: string) => told.push(line);
  expect(await checked({ options: { replaceDefault } })).toMatchObject([{ healthy: true }]);
  expect(password).toBe(SET);
  expect(told).toEqual([expect.stringContaining('grafana.adminPassword')]);
  expect(told.join()).not.toContain('canary');
});

test('another password is not replaced', async () => {
  password = 'an earlier one';
  const replaceDefault = () => expect.unreachable();
  expect(await checked({ options: { replaceDefault } })).toMatchObject([{ healthy: false }]);
});

test('nothing is said where the password is not known, and of what is no Grafana of the stack', async () => {
  expect(await checked({ adminPassword: SECRET_PLACEHOLDER })).toEqual([]);
  expect(asked).toEqual([]);
  preview = true;
  expect(await checked()).toEqual([]);
  expect(asked).toEqual(['GET /api/health']);
  expect(await checked({ adminPassword: undefined, more: { grafana: { mode: 'off' } } })).toEqual([]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await checked()).toEqual([]);
});

interface Checked {
  readonly adminPassword?: string | undefined;
  readonly more?: object;
  readonly options?: PasswordOptions;
}

function checked({ more = {}, options, ...given }: Checked = {}) {
  const { adminPassword } = { adminPassword: SET, ...given };
  const grafana = adminPassword === undefined ? {} : { adminPassword };
  const settings = parseSettings({ platform: 'docker', grafana, ...more }, { stack: 'dev' });
  const { port } = (server.address() as AddressInfo | null) ?? { port: 1 };
  const platform = { ...addressing(settings, ROOT), url: () => `http://127.0.0.1:${port}` };
  return checkAdminPassword(settings, platform, options);
}
