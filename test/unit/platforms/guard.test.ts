import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { refusal } from '../../../platforms/guard/check.ts';
import { type Forward, guard } from '../../../platforms/guard/forward.ts';

const HOST = '127.0.0.1:9093';
const asked = (headers: Record<string, string>, method = 'GET') => ({
  method,
  headers: { host: HOST, ...headers },
});
const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

describe('what passes the guard', () => {
  test.each([
    '127.0.0.1',
    '127.0.0.1:9093',
    '10.0.0.7:80',
    '[::1]:9093',
    'localhost:1',
    'LOCALHOST',
    'am.example:9',
  ])('a request for %s', (host) => {
    expect(refusal(asked({ host }), ['am.example'])).toBeUndefined();
  });

  test.each<[string, Record<string, string>, string?]>([
    ['a program that is no browser', {}, 'POST'],
    ['a page of its own', { 'sec-fetch-site': 'same-origin', origin: `http://${HOST}` }, 'POST'],
    ['a page of its own in an older browser', { origin: `http://${HOST}` }, 'POST'],
    [
      'a page of its own behind a proxy with TLS',
      { origin: 'https://am.example', host: 'am.example' },
      'POST',
    ],
    ['a person who types the address', { 'sec-fetch-site': 'none', ...navigation }],
    ['a link in a message', { 'sec-fetch-site': 'cross-site', ...navigation }],
  ])('%s', (_, headers, method) => {
    expect(refusal(asked(headers, method), ['am.example'])).toBeUndefined();
  });
});

describe('what does not', () => {
  test.each([
    'evil.example',
    'evil.example:9093',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'prometheus',
    '',
    'a@127.0.0.1',
  ])('a request for "%s"', (host) => {
    expect(refusal(asked({ host }), ['am.example'])).toContain('This server is not known as ');
  });

  test('a request for nothing', () => {
    expect(refusal({ method: 'GET', headers: {} })).toContain('not known as nothing');
  });

  test.each<[string, Record<string, string>, string?]>([
    ['a post of a page elsewhere', { 'sec-fetch-site': 'cross-site' }, 'POST'],
    [
      'a post of a page on another port',
      { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' },
      'POST',
    ],
    ['a form of a page elsewhere', { 'sec-fetch-site': 'cross-site', ...navigation }, 'POST'],
    ['a post of a page elsewhere in an older browser', { origin: 'https://evil.example' }, 'POST'],
    ['a post of a sandboxed page', { origin: 'null' }, 'POST'],
    ['a post of a page on another port in an older browser', { origin: 'http://127.0.0.1:1' }, 'POST'],
    ['a read of a page elsewhere', { origin: 'https://evil.example' }],
    [
      'a read of a page elsewhere, without its origin',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ],
    ['a frame', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
  ])('%s', (_, headers, method) => {
    expect(refusal(asked(headers, method), ['am.example'])).toMatch(
      /^A page of another origin \(.+\) may not ask/,
    );
  });

  test('any other name, and any other origin, whatever it is', () => {
    fc.assert(
      fc.property(fc.domain(), (name) => {
        expect(refusal(asked({ host: name }))).toBeDefined();
        expect(refusal(asked({ origin: `http://${name}` }, 'POST'))).toBeDefined();
      }),
    );
  });
});

describe('what passes is forwarded as it is', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function open(server: Server): Promise<number> {
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function guarded(to: Omit<Forward, 'port'>, behind: Server): Promise<string> {
    return `http://127.0.0.1:${await open(guard({ ...to, port: await open(behind) }))}`;
  }

  const echo = () =>
    createServer({ maxHeaderSize: 1 << 20 }, async (incoming: IncomingMessage, answer) => {
      const { method, url, headers } = incoming;
      answer.writeHead(201, { 'x-own': 'yes' });
      answer.end(JSON.stringify({ method, url, headers, body: await text(incoming) }));
    });

  test('with method, path, headers and body, and the password that the server asks for', async () => {
    const url = await guarded({ auth: 'guard:secret' }, echo());
    const body = 'x'.repeat(3_000_000);
    const answer = await fetch(`${url}/api?q=${'y'.repeat(100_000)}`, {
      method: 'PUT',
      body,
      headers: { authorization: 'Basic YTpi', 'x-other': '1' },
    });
    expect([answer.status, answer.headers.get('x-own')]).toEqual([201, 'yes']);
    const seen = (await answer.json()) as { url: string; headers: Record<string, string>; body: string };
    expect(seen).toMatchObject({ method: 'PUT', headers: { 'x-other': '1', host: new URL(url).host } });
    expect(seen.headers.authorization).toBe(`Basic ${Buffer.from('guard:secret').toString('base64')}`);
    expect([seen.url.length, seen.body === body]).toEqual(['/api?q='.length + 100_000, true]);
  });

  test('with the credentials of who asks, where the guard has none', async () => {
    const url = await guarded({}, echo());
    const answer = await fetch(url, { headers: { authorization: 'Basic YTpi' } });
    expect(await answer.json()).toMatchObject({ headers: { authorization: 'Basic YTpi' } });
  });

  test('part by part, until who asks goes', async () => {
    const gone = Promise.withResolvers<void>();
    const url = await guarded(
      {},
      createServer((_, answer) => {
        answer.write('first');
        answer.on('close', gone.resolve);
      }),
    );
    const client = request(url).end();
    const [answer] = (await once(client, 'response')) as [IncomingMessage];
    expect(String((await once(answer, 'data'))[0])).toBe('first');
    answer.on('error', () => {});
    client.destroy();
    await gone.promise;
  });

  test('and who goes in the middle of a request, or before its answer, harms nobody', async () => {
    const [arrived, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const asking = new Set<unknown>();
    const url = await guarded(
      {},
      createServer((incoming, answer) => {
        if (incoming.url === '/next') return void answer.end('there');
        asking.add(answer);
        if (asking.size === 2) arrived.resolve();
        answer.on('close', () => asking.delete(answer) && asking.size === 0 && gone.resolve());
      }),
    );
    const sending = request(url, { method: 'POST', headers: { 'content-length': 100 } }).on(
      'error',
      () => {},
    );
    sending.write('a part');
    const waiting = request(url).on('error', () => {});
    waiting.end();
    await arrived.promise;
    sending.destroy();
    waiting.destroy();
    await gone.promise;
    expect(await (await fetch(`${url}/next`)).text()).toBe('there');
  });

  test('no page frames it, and a server that is gone is told as such', async () => {
    const behind = echo();
    const url = await guarded({}, behind);
    const there = await fetch(url);
    expect(there.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    await there.text();
    behind.closeAllConnections();
    behind.close();
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('does not answer')]);
  });

  test('a refusal says why, and reaches no server', async () => {
    let reached = false;
    const url = await guarded(
      {},
      createServer((_, answer) => {
        reached = true;
        answer.end();
      }),
    );
    const answer = await fetch(url, { method: 'POST', headers: { origin: 'https://evil.example' } });
    expect([answer.status, await answer.text(), reached]).toEqual([
      403,
      'A page of another origin (https://evil.example) may not ask this server.\n',
      false,
    ]);
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
  });
});
