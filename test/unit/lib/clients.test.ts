import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alertmanagerClient } from '../../../lib/alertmanager-client.ts';
import { basicAuthorization, type Endpoint } from '../../../lib/endpoint.ts';
import { prometheusClient } from '../../../lib/prometheus-client.ts';
import { prometheusAt } from '../../../operations/reports/prometheus.ts';

const folder = mkdtempSync(join(tmpdir(), 'clients-'));
const pem = (name: string) => readFileSync(join(folder, `${name}.pem`), 'utf8');
const ASKED: string[] = [];

/** A Prometheus and an Alertmanager behind a proxy that asks for a name and a password. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    ASKED.push(`${request.method} ${request.url} ${body}`.trim());
    const { url = '' } = request;
    if (request.headers.authorization !== basicAuthorization('reader:s3cr@t'))
      response.writeHead(401).end('who are you?');
    else if (url.startsWith('/never')) return;
    else if (url.startsWith('/cut')) response.writeHead(200, { 'content-length': 9 }).write('{');
    else if (url.endsWith('/rules'))
      response.writeHead(503).end('{"status":"error","error":"it replays its log"}');
    else if (url.endsWith('/silence/gone')) response.writeHead(404).end('no such silence');
    else if (url.endsWith('/status')) response.end('{"config":{"original":"route: {}"}}');
    else if (url.startsWith('/api/v2/')) response.end('[]');
    else response.end('{"status":"success","data":{"result":[]}}');
  });
}

const servers: Server[] = [createServer(answer)];
let plain: Endpoint;
let tls: Endpoint;

async function listening(server: Server): Promise<Endpoint> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { scheme: 'http', host: '127.0.0.1', port, authorization: basicAuthorization('reader:s3cr@t') };
}

beforeAll(async () => {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, '-subj', '/CN=own', '-addext', 'subjectAltName=IP:127.0.0.1'].concat(
      ...['-keyout', 'key.pem', '-out', 'ca.pem'],
    ),
    { cwd: folder, stdio: 'pipe' },
  );
  servers.push(createTlsServer({ key: pem('key'), cert: pem('ca') }, answer));
  [plain, tls] = (await Promise.all(servers.map(listening))) as [Endpoint, Endpoint];
  tls = { ...tls, scheme: 'https' };
});
afterAll(() => {
  for (const server of servers) {
    (server as ReturnType<typeof createServer>).closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

test('a name and a password go into a header, queries into the body, and the rest into the URL', async () => {
  ASKED.length = 0;
  const client = prometheusClient(plain);
  expect(await client.ask('query', { query: 'up' })).toEqual({ result: [] });
  await client.ask('targets', { state: 'active' });
  expect(await prometheusAt(plain).query('up', 0)).toEqual([]);
  expect(ASKED).toEqual([
    'POST /api/v1/query query=up',
    'GET /api/v1/targets?state=active',
    'POST /api/v1/query query=up&time=0',
  ]);
});

test('a program behind TLS is trusted by its own authority, and by that alone', async () => {
  const ask = (endpoint: Endpoint) => prometheusClient(endpoint).ask('query', { query: 'up' });
  expect(await ask({ ...tls, authority: pem('ca') })).toEqual({ result: [] });
  await expect(ask(tls)).rejects.toThrow(
    `Prometheus does not answer at https://127.0.0.1:${tls.port}: its certificate is signed by itself`,
  );
});

test.each([
  [{ authorization: basicAuthorization('reader:wrong') }, 'answers 401 to query up: no JSON'],
  [{ port: 1 }, 'its port belongs to another protocol, and no request goes there. Bring it up'],
  [{ prefix: '/never' }, 'it did not answer within 0.2 s. Bring it up'],
  [{ prefix: '/cut' }, 'it did not answer within 0.2 s. Bring it up'],
] as const)('Prometheus with %j says why, and no password', async (changed, message) => {
  const late = 'prefix' in changed;
  const client = prometheusClient(
    { ...plain, ...changed },
    { hint: 'Bring it up', ...(late && { seconds: 0.2 }) },
  );
  const asked = client.ask('query', { query: 'up' });
  await expect(asked).rejects.toThrow(message);
  await expect(asked).rejects.not.toThrow(/s3cr|reader|cmVhZGVy/);
});

test('what Prometheus says of an error is passed on', async () => {
  await expect(prometheusClient(plain).ask('rules')).rejects.toThrow(
    'answers 503 to rules : it replays its log',
  );
});

test('Alertmanager is asked by its API v2, and what it refuses is named', async () => {
  ASKED.length = 0;
  const client = alertmanagerClient(plain);
  expect(await client.config()).toBe('route: {}');
  expect(await client.silences()).toEqual([]);
  await client.postAlerts([{ labels: { alertname: 'A' } }]);
  await expect(client.expireSilence('gone')).rejects.toThrow(
    `Alertmanager refused DELETE http://127.0.0.1:${plain.port}/api/v2/silence/gone: 404 no such silence`,
  );
  expect(ASKED).toEqual([
    'GET /api/v2/status',
    'GET /api/v2/silences',
    'POST /api/v2/alerts [{"labels":{"alertname":"A"}}]',
    'DELETE /api/v2/silence/gone',
  ]);
  await expect(
    alertmanagerClient({ ...plain, port: 1 }, { hint: 'When it runs: make silences' }).silences(),
  ).rejects.toThrow(
    /^Alertmanager does not answer at .*no request goes there\. When it runs: make silences$/,
  );
});
