import { execFile } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loopbackExemptions } from '../../../tools/loopback.ts';

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
