import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { stackParts, workloadsOf } from '../../../components/stack-parts.ts';
import type { Platform } from '../../../platforms/workload.ts';
import { addressing, replicasOf } from '../../../stack/addressing.ts';
import { renderFiles } from '../../../stack/files.ts';
import { parseSettings } from '../../../stack/settings/index.ts';

const PLATFORMS = ['local', 'docker', 'kubernetes'] as const;
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const SCRAPED = { name: 'checkout', address: 'checkout.shop.example:8443', scheme: 'https' };

/** The files and workloads of a stack, without declaring anything. */
function planned(input: object) {
  const settings = parseSettings({ production: false, ...input }, { stack: 'test' });
  const platform: Platform = {
    ...addressing(settings, '/srv/project'),
    run: () => {
      throw new Error('nothing runs');
    },
  };
  const replicas = replicasOf(settings);
  const user = { rules: {}, dashboards: {}, targets: {}, unread: [] };
  const files = renderFiles({ settings, platform, replicas, user });
  const own = { image: 'a', path: (file: string) => file, grafanaStandIn: false };
  const workloads = workloadsOf(stackParts({ settings, platform, files, replicas, own }));
  const workload = (name: string) => workloads.find((each) => each.name === name);
  const config = load(files.prometheus) as { scrape_configs: Record<string, unknown>[] };
  const job = (name: string) => config.scrape_configs.find((each) => each.job_name === name);
  return { files, workload, job };
}

const filesOf = (workload: ReturnType<ReturnType<typeof planned>['workload']>, directory: string) =>
  workload?.directories?.find(({ name }) => name === directory);

describe.each(PLATFORMS)('on %s', (platform) => {
  test('a service with an authority of its own is scraped and probed through it', () => {
    const tls = { ca: PEM, serverName: 'checkout.example.com', certificate: PEM, key: 'canary' };
    const { job, workload, files } = planned({ platform, services: [{ ...SCRAPED, tls }] });
    expect(job('checkout')).toMatchObject({
      scheme: 'https',
      tls_config: {
        ca: PEM,
        server_name: 'checkout.example.com',
        cert_file: expect.stringMatching(/checkout\.tls_5fconfig\.cert$/),
        key_file: expect.stringMatching(/checkout\.tls_5fconfig\.key$/),
      },
    });
    expect(files.prometheusSecrets).toMatchObject({ 'checkout.tls_5fconfig.key': 'canary' });
    const probes = job('probe-http')?.static_configs as { labels: Record<string, string> }[];
    expect(probes.find(({ labels }) => labels.service === 'checkout')?.labels.__param_module).toBe(
      'http_2xx_checkout',
    );
    expect(
      probes.find(({ labels }) => labels.service === 'prometheus')?.labels.__param_module,
    ).toBeUndefined();
    const blackbox = workload('blackbox-exporter');
    const text = filesOf(blackbox, 'config')?.files['blackbox.yml'] as string;
    expect(text).not.toContain('canary');
    const { modules } = load(text) as { modules: Record<string, { http?: { tls_config?: object } }> };
    expect(modules.http_2xx_checkout?.http?.tls_config).toMatchObject({
      ca: PEM,
      server_name: 'checkout.example.com',
      key_file: expect.stringMatching(/\.key$/),
    });
    expect(filesOf(blackbox, 'secrets')).toMatchObject({ secret: true });
    expect(Object.values(filesOf(blackbox, 'secrets')?.files ?? {}).sort()).toEqual([PEM, 'canary'].sort());
  });

  test('Redis with TLS, a user, several nodes and sentinels', () => {
    const { job, workload } = planned({
      platform,
      redis: {
        addresses: ['rediss://a.shop:6380', 'b.shop:6380'],
        sentinels: ['redis://s.shop:26379'],
        user: 'metrics',
        password: 'canary-1',
        tls: { ca: PEM, certificate: PEM, key: 'canary-2' },
      },
    });
    const exporter = workload('redis-exporter');
    expect(exporter?.args).toEqual(
      expect.arrayContaining([
        '--redis.addr=rediss://a.shop:6380',
        '--redis.user=metrics',
        expect.stringMatching(/^--redis\.password-file=.*\/password\.json$/),
        expect.stringMatching(/^--tls-ca-cert-file=.*\/ca\.pem$/),
        expect.stringMatching(/^--tls-client-cert-file=.*\/client\.pem$/),
        expect.stringMatching(/^--tls-client-key-file=.*\/client-key\.pem$/),
      ]),
    );
    expect(exporter?.args.join()).not.toContain('canary');
    const secrets = filesOf(exporter, 'secrets');
    expect(secrets?.secret).toBe(true);
    expect(JSON.parse(secrets?.files['password.json'] as string)).toEqual({
      'rediss://metrics@a.shop:6380': 'canary-1',
      'rediss://metrics@b.shop:6380': 'canary-1',
      'rediss://metrics@s.shop:26379': 'canary-1',
    });
    expect(exporter?.connectsTo).toEqual([
      { outside: 'a.shop', port: 6380 },
      { outside: 'b.shop', port: 6380 },
      { outside: 's.shop', port: 26379 },
    ]);
    expect(job('redis-nodes')).toMatchObject({
      metrics_path: '/scrape',
      static_configs: [{ labels: { __param_target: 'rediss://b.shop:6380', instance: 'b.shop:6380' } }],
    });
    expect(job('redis-sentinels')).toMatchObject({
      metric_relabel_configs: [{ regex: 'redis_sentinel_.*', action: 'keep' }],
    });
    const probes = job('probe-tcp')?.static_configs as { labels: Record<string, string> }[];
    expect(probes.map(({ labels }) => labels.__param_target)).toEqual(
      expect.arrayContaining(['a.shop:6380', 'b.shop:6380']),
    );
  });

  test('one Redis without TLS needs nothing of it', () => {
    const { job, workload } = planned({ platform, redis: { address: 'r_1:6379' } });
    expect(workload('redis-exporter')?.args[0]).toBe('--redis.addr=redis://r_1:6379');
    expect(workload('redis-exporter')?.directories).toBeUndefined();
    expect(job('redis-nodes') ?? job('redis-sentinels')).toBeUndefined();
  });
});

test.each([
  [
    { services: [{ ...SCRAPED, scheme: 'http', tls: { ca: PEM } }] },
    'services[0].tls needs scheme: https beside it.',
  ],
  [
    { services: [{ ...SCRAPED, tls: { ca: 'x' } }] },
    'services[0].tls.ca is "x", but must be one or more certificates',
  ],
  [
    { services: [{ ...SCRAPED, tls: { key: 'x' } }] },
    'services[0].tls needs certificate and key together, or neither.',
  ],
  [
    { services: [{ ...SCRAPED, tls: { serverName: 'https://a' } }] },
    'services[0].tls.serverName is "https://a", but must be a host name',
  ],
  [
    { redis: { address: 'rediss://u:p@a:1' } },
    'redis.address is "rediss://…@a:1", but must be host:port or rediss://host:port',
  ],
  [{ redis: { address: 'rediss://a:1/0' } }, 'redis.address is "rediss://a:1/0", but must be'],
  [{ redis: { address: 'a:1', addresses: ['b:1'] } }, 'either address or addresses, not both'],
])('%j is refused', (input, message) => {
  expect(() => parseSettings(input, { stack: 'test' })).toThrow(message);
});
