import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  basicAuthorization,
  type Endpoint,
  hostPort,
  parseEndpoint,
  splitCredentials,
  urlOf,
  withoutCredentials,
} from '../../../lib/endpoint.ts';

test.each([
  ['http://127.0.0.1:9090/', 'http://127.0.0.1:9090', undefined],
  ['http://prom:80', 'http://prom', undefined],
  ['https://prom.example/prefix', 'https://prom.example/prefix', undefined],
  ['HTTPS://a:b@Prom.example/prefix/', 'https://prom.example/prefix', 'a:b'],
  ['https://prom.example/at@path', 'https://prom.example/at@path', undefined],
  ['https://a:1%zz@prom.example', 'https://prom.example', 'a:1%zz'],
  ['http://reader:s3cr%40t@[::1]:9090', 'http://[::1]:9090', 'reader:s3cr@t'],
])('%s is %s', (address, url, credentials) => {
  const { authorization, ...endpoint } = parseEndpoint(address);
  expect(urlOf(endpoint)).toBe(url);
  expect(authorization).toBe(credentials && basicAuthorization(credentials));
});

test.each([
  ['reader:s3cret@prom:9090', 'prom:9090 is not a URL, such as http://127.0.0.1:9090'],
  ['localhost:9090', 'localhost:9090 is not a URL, such as http://127.0.0.1:9090'],
  ['http://reader:s3cret@prom:99999', 'http://prom:99999 is not a URL, such as http://127.0.0.1:9090'],
  ['ftp://reader:s3cret@prom', 'ftp://prom is not a URL, such as http://127.0.0.1:9090'],
  [
    'https://reader:s3cret@prom/?tenant=1',
    'https://prom?tenant=1 must end before its ?: name the program alone, such as http://127.0.0.1:9090',
  ],
])('%s is no endpoint, and its password is not shown', (address, message) => {
  expect(() => parseEndpoint(address)).toThrow(message);
  expect(() => parseEndpoint(address)).not.toThrow(/s3cret|reader/);
});

test('every endpoint is read back from its URL', () => {
  const endpoints = fc.record({
    scheme: fc.constantFrom('http' as const, 'https' as const),
    host: fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom('::1', '2001:db8::2')),
    port: fc.integer({ min: 1, max: 65_535 }),
    prefix: fc.option(fc.constantFrom('/prometheus', '/a/b'), { nil: undefined }),
  });
  fc.assert(
    fc.property(endpoints, ({ prefix, ...rest }) => {
      const endpoint: Endpoint = { ...rest, ...(prefix !== undefined && { prefix }) };
      expect(parseEndpoint(urlOf(endpoint))).toEqual(endpoint);
    }),
    { seed: 1, numRuns: 100 },
  );
  expect(hostPort({ host: '::1', port: 9090 })).toBe('[::1]:9090');
});

test('what is no URL is printed without credentials, too', () => {
  expect(withoutCredentials('http://a:b/c@prom:9090')).toBe('http://prom:9090');
  expect(withoutCredentials('a:b@c@prom:9090')).toBe('prom:9090');
});

test('the URL of a page keeps its path and its query', () => {
  expect(splitCredentials('http://a:b@prom:1/metrics/?all=1')).toEqual({
    url: 'http://prom:1/metrics/?all=1',
    authorization: basicAuthorization('a:b'),
  });
});
