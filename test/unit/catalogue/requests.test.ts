import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchPage } from '../../../cli/fetch-page.ts';
import { requestFailure } from '../../../lib/requests.ts';

const server = createServer((request, response) => {
  const { url = '', headers } = request;
  if (url === '/slow') return;
  if (url === '/loop') response.writeHead(302, { location: '/loop' }).end();
  else if (url === '/gone') response.writeHead(503).end();
  else if (url === '/auth')
    response
      .writeHead(headers.authorization === `Basic ${btoa('prometheus:s3 cret')}` ? 200 : 401)
      .end('a 1\n');
  else if (url === '/latin1') response.end(Buffer.from('a 1\nb{c="\xfc"} 1\n', 'latin1'));
  else if (url === '/zipped') response.end(Buffer.from([0x1f, 0x8b, 8, 0]));
  else response.end('a 1\n');
});
const nonsense = createSocket((socket) => socket.end('SSH-2.0-nonsense\r\n'));
let base = '';
let other = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => nonsense.listen(0, '127.0.0.1', resolve));
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  other = `127.0.0.1:${(nonsense.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  nonsense.close();
});

const said = async (url: string, seconds?: number) => {
  const failure = await fetchPage({ url, ...(seconds && { seconds }) }).catch((error: Error) => error);
  expect(failure).toBeInstanceOf(Error);
  expect((failure as Error).message).not.toContain('s3');
  return (failure as Error).message;
};

test('a page that is not had says why, and never shows a password', async () => {
  expect(await said(`http://a:s3cret@${base}/loop`)).toMatch(
    /\/loop could not be read: it redirects without end\.$/,
  );
  expect(await said(`http://${base}/gone`)).toContain('answered 503.');
  expect(await said(`http://a:s3cret@${base}/auth`)).toContain(
    'answered 401: it does not take the user or token',
  );
  expect(await said(`http://${base}/slow`, 0.2)).toContain('it did not answer within 0.2 s');
  expect(await said(`https://${base}/`)).toContain('it does not speak TLS');
  expect(await said(`http://${other}/`)).toContain('it does not answer in HTTP');
  expect(await said('http://a:s3cret@no-such-host.invalid/')).toMatch(
    /the host is unknown|could not be looked up/,
  );
  expect(await said('http://127.0.0.1:6000/')).toContain('its port belongs to another protocol');
  expect(await said('localhost:8080/metrics')).toContain(
    'is not a URL: it must begin with http:// or https://',
  );
  expect(await said('http://a:s3cret@127.0.0.1:99999/')).toContain('a port from 1 to 65535');
  expect(await said(`http://${base}/latin1`)).toContain('line 2 is not UTF-8');
  expect(await said(`http://${base}/zipped`)).toContain('Content-Encoding: gzip is missing');
});

test('a name and a password in the URL go into a header', async () => {
  expect((await fetchPage({ url: `http://prometheus:s3%20cret@${base}/auth` })).text).toBe('a 1\n');
});

test.each([
  [{ cause: { code: 'ECONNREFUSED' } }, 'nothing listens there'],
  [{ cause: { errors: [{ code: 'ECONNREFUSED' }, {}] } }, 'nothing listens there'],
  [{ cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } }, 'its certificate is signed by itself'],
  [{ cause: { code: 'CERT_HAS_EXPIRED' } }, 'its certificate has expired'],
  [{ cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } }, 'its certificate is for another host'],
  [{ message: 'http://me:secret@host/ is odd' }, 'http://host/ is odd'],
])('%j', (error, words) => expect(requestFailure(error)).toContain(words));
