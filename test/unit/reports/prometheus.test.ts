import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prometheusTarget, withoutCredentials } from '../../../lib/prometheus-target.ts';
import { prometheusAt } from '../../../operations/reports/prometheus.ts';

/** A Prometheus behind a proxy that asks for a name and a password. */
let server: Server;
let port: number;
const EXPECTED = `Basic ${Buffer.from('reader:s3cr@t').toString('base64')}`;

beforeAll(async () => {
  server = createServer((request, response) => {
    const known = request.headers.authorization === EXPECTED;
    response.writeHead(known ? 200 : 401);
    response.end(known ? '{"status":"success","data":{"result":[]}}' : 'who are you?');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

test('a name and a password in the URL are sent', async () => {
  expect(await prometheusAt(`http://reader:s3cr%40t@127.0.0.1:${port}/`).query('up', 0)).toEqual([]);
});

test.each([
  'http://reader:wrong-s3cret@127.0.0.1:PORT',
  'http://reader:wrong-s3cret@127.0.0.1:9',
  'reader:s3cret@prom:9090',
])('and are not told in an error: %s', async (address) => {
  const asked = prometheusAt(address.replace('PORT', String(port))).query('up', 0);
  await expect(asked).rejects.toThrow(/^Prometheus (at|does not answer at) /);
  await expect(asked).rejects.not.toThrow(/s3cret|reader/);
});

test.each([
  ['http://127.0.0.1:9090/', 'http://127.0.0.1:9090', undefined],
  ['https://prom.example/prefix', 'https://prom.example/prefix', undefined],
  ['https://a:b@prom.example/prefix/', 'https://prom.example/prefix', 'a:b'],
  ['https://prom.example/at@path', 'https://prom.example/at@path', undefined],
  ['https://a:1%zz@prom.example', 'https://prom.example', 'a:1%zz'],
])('%s is %s', (address, url, credentials) => {
  expect(prometheusTarget(address)).toEqual({
    url,
    ...(credentials && { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
  });
});

test('what is no URL is printed without them, too', () => {
  expect(withoutCredentials('http://a:b/c@prom:9090')).toBe('http://prom:9090');
  expect(withoutCredentials('a:b@c@prom:9090')).toBe('prom:9090');
});
