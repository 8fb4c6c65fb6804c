import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpServer } from '../../../demo/kit/http.ts';
import { createLog } from '../../../demo/kit/log.ts';

const server = new HttpServer(
  { 'GET /incidents': () => ({ json: [] }), 'POST /incidents/:name': ({ params }) => ({ json: params }) },
  { host: '127.0.0.1', port: 0 },
  createLog('test', () => {}),
);
beforeAll(() => server.open());
afterAll(() => server.close());

/** The status of a request with exactly these headers. */
const asked = (method: string, path: string, headers: Readonly<Record<string, string>>) =>
  new Promise<number | undefined>((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, method, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
const switched = (headers: Readonly<Record<string, string>>) =>
  asked('POST', '/incidents/slow-model', headers);

it.each([
  ['a page of another site', { host: '127.0.0.1:8090', origin: 'https://evil.example' }],
  ['another port of this machine', { host: '127.0.0.1:8090', origin: 'http://127.0.0.1:3000' }],
  ['a page without an origin of its own', { host: '127.0.0.1:8090', origin: 'null' }],
  ['a browser that says so', { host: '127.0.0.1:8090', 'sec-fetch-site': 'cross-site' }],
])('%s must not switch anything', async (_, headers) => {
  expect(await switched(headers)).toBe(403);
  expect(await asked('GET', '/incidents', headers)).toBe(200);
});

it.each([
  ['curl and Alertmanager, which name no origin', { host: 'demo:8090' }],
  [
    'the page itself',
    { host: '127.0.0.1:8090', origin: 'http://127.0.0.1:8090', 'sec-fetch-site': 'same-origin' },
  ],
  ['the page under another name', { host: 'demo:8090', origin: 'http://demo:8090' }],
  [
    'the page through a port that is passed on',
    { host: 'localhost:18090', origin: 'http://localhost:18090' },
  ],
  ['the page behind TLS', { host: 'Demo.example', origin: 'https://demo.example' }],
])('%s may', async (_, headers) => {
  expect(await switched(headers)).toBe(200);
});
