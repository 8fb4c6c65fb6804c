import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLock, resolveDigests, writeLock } from '../../../../platforms/docker/pin.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
let server: Server;
let registry: string;
/** What the registry answers to a request with a token. */
let answer: { status: number; digest?: string };
let asked: string[];

/** A registry that gives nothing without a token, as Docker Hub does. */
beforeEach(async () => {
  answer = { status: 200, digest: DIGEST };
  asked = [];
  server = createServer((request, response) => {
    const url = request.url ?? '';
    asked.push(`${request.method} ${url}`);
    if (url.startsWith('/token')) {
      response.end(JSON.stringify({ token: 'for-reading' }));
    } else if (request.headers.authorization !== 'Bearer for-reading') {
      const scope = 'repository:hub/prom/prometheus:pull';
      const challenge = `Bearer realm="http://${registry}/token",service="registry",scope="${scope}"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    } else {
      const headers = answer.digest === undefined ? {} : { 'docker-content-digest': answer.digest };
      response.writeHead(answer.status, headers).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const IMAGE = 'docker.io/prom/prometheus:v3.15.0';

test('a digest is asked for with a token, from the mirror where there is one', async () => {
  expect(await resolveDigests([IMAGE], `${registry}/hub`)).toEqual({ [IMAGE]: DIGEST });
  expect(asked).toEqual([
    'HEAD /v2/hub/prom/prometheus/manifests/v3.15.0',
    'GET /token?service=registry&scope=repository%3Ahub%2Fprom%2Fprometheus%3Apull',
    'HEAD /v2/hub/prom/prometheus/manifests/v3.15.0',
  ]);
});

test('the registry of the image is asked where there is no mirror', async () => {
  const image = `${registry}/hub/prom/prometheus:v3.15.0`;
  expect(await resolveDigests([image])).toEqual({ [image]: DIGEST });
});

test('a tag that is not there is named', async () => {
  answer = { status: 404 };
  await expect(resolveDigests([IMAGE], registry)).rejects.toThrow(
    `${IMAGE} has no digest from ${registry}: it answered 404`,
  );
});

test('a registry that gives no digest is named', async () => {
  answer = { status: 200 };
  await expect(resolveDigests([IMAGE], registry)).rejects.toThrow('it gave the digest ""');
});

test('the lock file is sorted, and empty where there is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fsm-pin-'));
  const file = join(folder, 'images.lock.json');
  expect(readLock(file)).toEqual({});
  writeLock(file, { b: DIGEST, a: DIGEST });
  expect(Object.keys(readLock(file))).toEqual(['a', 'b']);
  rmSync(folder, { recursive: true });
});
