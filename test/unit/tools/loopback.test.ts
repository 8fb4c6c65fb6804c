import { execFile } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loopbackExemptions, proxies } from '../../../tools/loopback.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);

test('what the caller exempts stays exempt, whichever of the two names it had', () => {
  const { no_proxy, NO_PROXY, no_grpc_proxy } = loopbackExemptions({
    NO_PROXY: '.corp.example, 10.0.0.0/8,',
  });
  expect(NO_PROXY).toBe('.corp.example,10.0.0.0/8,localhost,127.0.0.1,127.0.0.0/8,::1,[::1]');
  expect([no_proxy, no_grpc_proxy]).toEqual([NO_PROXY, NO_PROXY]);
  expect(loopbackExemptions({ no_proxy: 'a', NO_PROXY: 'b', no_grpc_proxy: 'c' })).toMatchObject({
    no_proxy: expect.stringMatching(/^a,localhost/),
    NO_PROXY: expect.stringMatching(/^b,localhost/),
    no_grpc_proxy: expect.stringMatching(/^c,localhost/),
  });
});

test('`*` stays for whoever knows it; grpc-js, which does not, gets loopback', () => {
  expect(loopbackExemptions({ no_proxy: '*' })).toMatchObject({
    no_proxy: '*',
    NO_PROXY: '*',
    no_grpc_proxy: expect.stringContaining('127.0.0.1'),
  });
});

test('loopback is always exempt, nothing is lost, and a second time changes nothing', () => {
  const entry = fc.stringMatching(/^[a-z0-9.*/:]{0,12}$/);
  const list = fc.option(
    fc.array(entry).map((entries) => entries.join(', ')),
    { nil: undefined },
  );
  fc.assert(
    fc.property(list, list, list, (no_proxy, NO_PROXY, no_grpc_proxy) => {
      const given = { no_proxy, NO_PROXY, no_grpc_proxy };
      const env = loopbackExemptions(given);
      expect(loopbackExemptions(env)).toEqual(env);
      expect(env.no_grpc_proxy.split(',')).toEqual(
        expect.arrayContaining(['localhost', '127.0.0.1', '[::1]']),
      );
      for (const [name, value] of Object.entries(given))
        for (const one of (value ?? '').split(/[,\s]+/).filter(Boolean))
          expect(env[name as keyof typeof env].split(',')).toContain(one);
    }),
  );
});

const SIX = Object.values(networkInterfaces()).some((found) =>
  found?.some(({ address }) => address === '::1'),
);
const HOSTS = ['127.0.0.1', 'localhost', ...(SIX ? ['[::1]'] : [])];

/** Calls an HTTP and a gRPC server on each loopback address by every client that our programs use. */
const CALLS = `
const HOSTS = ${JSON.stringify(HOSTS)};
import { createServer, get } from 'node:http';
import { once } from 'node:events';
import { setGlobalDispatcher, EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import { Client, Server, ServerCredentials, credentials } from '@grpc/grpc-js';
const { exemptLoopback } = await import('./tools/loopback.ts');
exemptLoopback();
const found = {};
const web = createServer((_, answer) => answer.end('ok')).listen(0);
await once(web, 'listening');
for (const host of HOSTS) {
  const url = 'http://' + host + ':' + web.address().port;
  found['fetch ' + host] = await fetch(url).then((r) => r.text(), (e) => String(e.cause ?? e));
  found['get ' + host] = await new Promise((done) =>
    get(url, (answer) => done(answer.resume() && 'ok')).on('error', (e) => done(e.message)));
  found['undici ' + host] = await undiciFetch(url, { dispatcher: new EnvHttpProxyAgent() }).then((r) => r.text(), (e) => String(e.cause ?? e));
}
web.close(); web.closeAllConnections();
const same = (x) => x;
const method = { path: '/a/b', requestStream: false, responseStream: false, requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
const server = new Server();
server.addService({ b: method }, { b: (call, done) => done(null, call.request) });
const port = await new Promise((done) => server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_, port) => done(port)));
for (const host of ['127.0.0.1', 'localhost']) {
  const client = new Client(host + ':' + port, credentials.createInsecure());
  found['grpc ' + host] = await new Promise((done) => client.makeUnaryRequest('/a/b', same, same, Buffer.from('ok'), (e, value) => done(e ? e.message : String(value))));
  client.close();
}
server.forceShutdown();
console.log(JSON.stringify(found));
`;

const DEAD = 'http://127.0.0.1:9';
const everywhere = Object.fromEntries(
  ['http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy'].flatMap((name) => [
    [name, DEAD],
    [name.toUpperCase(), DEAD],
  ]),
);

test.each([
  { ...everywhere },
  { ...everywhere, no_proxy: 'corp.example' },
  { ...everywhere, no_proxy: '*' },
  { ...everywhere, no_grpc_proxy: 'corp.example', NODE_USE_ENV_PROXY: '1' },
])('no client of ours asks a proxy for this machine: %j', async (env) => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', CALLS], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
  });
  const found = JSON.parse(stdout) as Record<string, string>;
  expect(Object.keys(found).length).toBe(HOSTS.length * 3 + 2);
  expect(Object.entries(found).filter(([, answer]) => answer !== 'ok')).toEqual([]);
});

test.each([
  [{ HTTP_PROXY: 'http://a:1', http_proxy: 'http://b:1' }, { http: 'http://b:1' }],
  [{ http_proxy: '', HTTP_PROXY: 'a:3128' }, { http: 'http://a:3128' }],
  [
    { HTTPS_PROXY: 'proxy.corp.example:3128', HTTP_PROXY: 'https://u:p@a:1' },
    { http: 'https://u:p@a:1', https: 'http://proxy.corp.example:3128' },
  ],
  [{ HTTP_PROXY: 'socks5://a:1', HTTPS_PROXY: 'http://' }, {}],
  [{}, {}],
])('the proxies of %j', (env, found) => {
  expect(proxies(env)).toEqual(found);
});

/** A proxy that answers for every host, a registry and a Prometheus on loopback, and what each of our clients gets. */
const WORLD = `
import { createServer } from 'node:http';
import { once } from 'node:events';
const asked = [];
const DIGEST = 'sha256:' + 'ab'.repeat(32);
const far = createServer((request, answer) => {
  asked.push(request.headers.host + request.url);
  answer.setHeader('content-type', 'application/json').setHeader('docker-content-digest', DIGEST).end('{}');
});
const proxy = createServer();
proxy.on('connect', (request, socket) => {
  socket.write('HTTP/1.1 200 OK\\r\\n\\r\\n');
  far.emit('connection', socket);
});
const near = createServer((request, answer) => {
  answer.setHeader('content-type', 'application/json').setHeader('docker-content-digest', DIGEST).end('{}');
});
for (const server of [proxy, near]) await once(server.listen(0, '127.0.0.1'), 'listening');
const port = (server) => server.address().port;
process.env.HTTP_PROXY = '127.0.0.1:' + port(proxy);
const { exemptLoopback } = await import('./tools/loopback.ts');
exemptLoopback();
const { resolveDigests } = await import('./platforms/docker/pin.ts');
const { startPreview } = await import('./preview/server.ts');
const { parseEndpoint } = await import('./lib/endpoint.ts');
const { Downloader } = await import('./tools/download.ts');
const found = {};
const image = '127.0.0.1:' + port(near) + '/prom/prometheus:v3';
found.registry = Object.values(await resolveDigests([image]))[0];
for (const [name, url] of [['near', 'http://127.0.0.1:' + port(near)], ['far', 'http://prometheus.corp.example:9090']]) {
  const preview = await startPreview({ port: 0, prometheus: parseEndpoint(url), dashboards: { name: 'none', load: async () => [] } });
  found[name + ' preview'] = (await fetch(preview.url + '/prometheus/api/v1/query?query=up')).status;
  await preview.close();
  const downloader = new Downloader(process.env);
  found[name + ' download'] = await downloader.reach(url).then(() => 'ok', (error) => error.message);
  await downloader.close();
}
console.log(JSON.stringify({ found, asked }));
process.exit();
`;

test('with a proxy set, registry, preview and downloads reach loopback without it, and the rest by it', async () => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', WORLD], {
    cwd: ROOT,
    env: { PATH: process.env.PATH },
  });
  const { found, asked } = JSON.parse(stdout) as { found: Record<string, unknown>; asked: string[] };
  expect(found).toEqual({
    registry: `sha256:${'ab'.repeat(32)}`,
    'near preview': 200,
    'near download': 'ok',
    'far preview': 200,
    'far download': 'ok',
  });
  expect(asked).toEqual([
    'prometheus.corp.example:9090/api/v1/query?query=up',
    'prometheus.corp.example:9090/',
  ]);
});
