import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stackParts, workloadsOf } from '../../components/stack-parts.ts';
import { addressing, replicasOf } from '../../stack/addressing.ts';
import { drafted } from '../../stack/draft.ts';
import { renderFiles } from '../../stack/files.ts';
import { parseSettings } from '../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../stack/user-files.ts';
import { ensureTools } from '../../tools/install.ts';
import { eventually } from '../eventually.ts';
import { freePort } from './preview/prometheus.ts';

/** Name in the certificate of the service, which is not where it is reached. */
const NAME = 'checkout.internal.example';
const PASSWORD = 'canary-of-redis';

const root = mkdtempSync(join(tmpdir(), 'tls-'));
const children: ChildProcess[] = [];
const servers: Server[] = [];
let prometheus: string;

const pem = (name: string): string => readFileSync(join(root, `${name}.pem`), 'utf8');
const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: root, stdio: 'pipe' });

/** An authority of a company's own, and what it signs: a key and a certificate each, as `<name>-key.pem` and `<name>.pem`. */
function certificates(signed: Readonly<Record<string, string>>): void {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...curve, '-subj', '/CN=authority', '-keyout', 'ca-key.pem', '-out', 'ca.pem');
  for (const [name, alternatives] of Object.entries(signed))
    openssl(
      ...['req', '-x509', ...curve, '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-subj', `/CN=${name}`],
      ...['-addext', `subjectAltName=${alternatives}`, '-addext', 'basicConstraints=critical,CA:FALSE'],
      ...['-keyout', `${name}-key.pem`, '-out', `${name}.pem`],
    );
}

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** What asks everybody for a certificate that the authority has signed. */
const guarded = (name: string) => ({
  key: pem(`${name}-key`),
  cert: pem(name),
  ca: pem('ca'),
  requestCert: true,
  rejectUnauthorized: true,
});

/** A Redis with one user, who may read; its TLS ends in front of it, as at many providers. @returns the port. */
async function redis(executable: string): Promise<number> {
  const port = await freePort();
  children.push(
    spawn(executable, [
      ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', root],
      ...['--user', 'default', 'off', '--user', 'metrics', 'on', `>${PASSWORD}`, '~*', '+@all'],
    ]),
  );
  return await listening(
    createTls(guarded('redis'), (client) => {
      const inner = connect(port, '127.0.0.1');
      client.pipe(inner).pipe(client);
      for (const end of [client, inner]) end.on('error', () => [client, inner].map((each) => each.destroy()));
    }),
  );
}

beforeAll(async () => {
  certificates({ redis: 'IP:127.0.0.1', service: `DNS:${NAME}`, client: 'DNS:monitoring' });
  const tools = await ensureTools(['prometheus', 'redis-server', 'redis_exporter', 'blackbox_exporter']);
  const service = createHttps(guarded('service'), (request, answer) =>
    answer
      .setHeader('content-type', 'text/plain; version=0.0.4')
      .end(request.url === '/health' ? 'ok' : 'x 1\n'),
  );
  const [redisPort, servicePort] = [await redis(tools['redis-server']), await listening(service)];
  const client = { ca: pem('ca'), certificate: pem('client'), key: pem('client-key') };
  const names = ['prometheus', 'alertmanager', 'redis-exporter', 'node-exporter', 'blackbox-exporter'];
  const ports = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await freePort()] as const)),
  );
  const address = `127.0.0.1:${servicePort}`;
  const settings = parseSettings(
    {
      demo: { enabled: false },
      ports,
      // No Alertmanager runs here.
      notifications: {
        pagerduty: { routingKey: '0'.repeat(32) },
        slack: { webhookUrl: 'https://slack.invalid/' },
        heartbeat: { url: 'https://heartbeat.invalid/' },
      },
      prometheus: { scrapeInterval: '1s' },
      redis: {
        address: `rediss://127.0.0.1:${redisPort}`,
        user: 'metrics',
        password: PASSWORD,
        tls: client,
      },
      services: [
        { name: 'checkout', address, scheme: 'https', interval: '1s', tls: { ...client, serverName: NAME } },
        { name: 'stranger', address, scheme: 'https', interval: '1s' },
      ],
    },
    { stack: 'tls' },
  );
  const platform = addressing(settings, root);
  const files = renderFiles({ settings, platform, replicas: replicasOf(settings), user: NO_USER_FILES });
  for (const { name, program, args, directories = [], data } of workloadsOf(
    stackParts(drafted(settings, files, root)),
  )) {
    const executable = (tools as Readonly<Record<string, string | undefined>>)[program.tool];
    if (executable === undefined) continue;
    for (const { mount, files: held } of directories)
      for (const [file, content] of Object.entries(held)) {
        const path = join(platform.path(name, mount), file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content as string, { mode: 0o600 });
      }
    if (data !== undefined) mkdirSync(platform.path(name, data.mount), { recursive: true });
    expect(args.join(' ')).not.toContain(PASSWORD);
    children.push(spawn(executable, args, { cwd: root, stdio: 'ignore' }));
  }
  prometheus = platform.url('prometheus', 9090);
});

afterAll(async () => {
  await Promise.all(
    children
      .filter(({ exitCode }) => exitCode === null)
      .map(async (child) => {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }),
  );
  for (const server of servers) server.close();
  rmSync(root, { recursive: true, force: true });
});

/** Values of a query by the label `job`, or `service` of a probe. */
async function values(query: string): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = (await answer.json()) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return Object.fromEntries(
    data.result.map(({ metric, value }) => [metric.service ?? metric.job ?? '', value[1]]),
  );
}

test('a Redis with an authority, a client certificate and a user of its own is read over TLS', async () => {
  await eventually(60, async () => {
    expect(Object.values(await values('redis_up'))).toEqual(['1']);
    expect(Number((await values('redis_uptime_in_seconds'))['redis-exporter'] ?? 0)).toBeGreaterThan(0);
  });
});

test('a service is scraped and probed by the authority, name and certificate that its settings give, and not without', async () => {
  await eventually(60, async () => {
    expect(await values('up{job=~"checkout|stranger"}')).toEqual({ checkout: '1', stranger: '0' });
    expect(await values('probe_success{service=~"checkout|stranger"}')).toEqual({
      checkout: '1',
      stranger: '0',
    });
  });
  const answer = await fetch(`${prometheus}/api/v1/targets?state=active`);
  const { data } = (await answer.json()) as {
    data: { activeTargets: { labels: Record<string, string>; lastError: string }[] };
  };
  const stranger = data.activeTargets.find(({ labels }) => labels.job === 'stranger');
  expect(stranger?.lastError).toMatch(/x509|certificate/);
});
