import { describe, expect, it } from 'vitest';
import { archiveOf, checksumOf } from '../../../tools/archives.ts';
import { type Platform, TOOL_NAMES, TOOLS, type ToolName } from '../../../tools/versions.ts';

const GITHUB = 'https://github.com';
const PROMETHEUS = `${GITHUB}/prometheus/prometheus/releases/download/v3.15.0`;
const ALERTMANAGER = `${GITHUB}/prometheus/alertmanager/releases/download/v0.31.1`;
const NODE = `${GITHUB}/prometheus/node_exporter/releases/download/v1.11.1`;
const BLACKBOX = `${GITHUB}/prometheus/blackbox_exporter/releases/download/v0.28.0`;
const REDIS = `${GITHUB}/oliver006/redis_exporter/releases/download/v1.86.0`;
const COMPOSE = `${GITHUB}/F1bonacc1/process-compose/releases/download/v1.87.0`;
const PULUMI = 'https://get.pulumi.com/releases/sdk';
const VALKEY = 'https://download.valkey.io/releases';
const GRAFANA = 'https://dl.grafana.com/grafana/release/13.2.2';

/** What the publishers really call their files, written out so that a change of a template shows. */
const TABLE: Record<string, { checksums: string; archives: Record<Platform, string | undefined> }> = {
  pulumi: {
    checksums: `${PULUMI}/pulumi-3.259.0-checksums.txt`,
    archives: {
      'linux-amd64': `${PULUMI}/pulumi-v3.259.0-linux-x64.tar.gz`,
      'linux-arm64': `${PULUMI}/pulumi-v3.259.0-linux-arm64.tar.gz`,
      'darwin-amd64': `${PULUMI}/pulumi-v3.259.0-darwin-x64.tar.gz`,
      'darwin-arm64': `${PULUMI}/pulumi-v3.259.0-darwin-arm64.tar.gz`,
    },
  },
  prometheus: {
    checksums: `${PROMETHEUS}/sha256sums.txt`,
    archives: {
      'linux-amd64': `${PROMETHEUS}/prometheus-3.15.0.linux-amd64.tar.gz`,
      'linux-arm64': `${PROMETHEUS}/prometheus-3.15.0.linux-arm64.tar.gz`,
      'darwin-amd64': `${PROMETHEUS}/prometheus-3.15.0.darwin-amd64.tar.gz`,
      'darwin-arm64': `${PROMETHEUS}/prometheus-3.15.0.darwin-arm64.tar.gz`,
    },
  },
  alertmanager: {
    checksums: `${ALERTMANAGER}/sha256sums.txt`,
    archives: {
      'linux-amd64': `${ALERTMANAGER}/alertmanager-0.31.1.linux-amd64.tar.gz`,
      'linux-arm64': `${ALERTMANAGER}/alertmanager-0.31.1.linux-arm64.tar.gz`,
      'darwin-amd64': `${ALERTMANAGER}/alertmanager-0.31.1.darwin-amd64.tar.gz`,
      'darwin-arm64': `${ALERTMANAGER}/alertmanager-0.31.1.darwin-arm64.tar.gz`,
    },
  },
  node_exporter: {
    checksums: `${NODE}/sha256sums.txt`,
    archives: {
      'linux-amd64': `${NODE}/node_exporter-1.11.1.linux-amd64.tar.gz`,
      'linux-arm64': `${NODE}/node_exporter-1.11.1.linux-arm64.tar.gz`,
      'darwin-amd64': `${NODE}/node_exporter-1.11.1.darwin-amd64.tar.gz`,
      'darwin-arm64': `${NODE}/node_exporter-1.11.1.darwin-arm64.tar.gz`,
    },
  },
  blackbox_exporter: {
    checksums: `${BLACKBOX}/sha256sums.txt`,
    archives: {
      'linux-amd64': `${BLACKBOX}/blackbox_exporter-0.28.0.linux-amd64.tar.gz`,
      'linux-arm64': `${BLACKBOX}/blackbox_exporter-0.28.0.linux-arm64.tar.gz`,
      'darwin-amd64': `${BLACKBOX}/blackbox_exporter-0.28.0.darwin-amd64.tar.gz`,
      'darwin-arm64': `${BLACKBOX}/blackbox_exporter-0.28.0.darwin-arm64.tar.gz`,
    },
  },
  redis_exporter: {
    checksums: `${REDIS}/sha256sums.txt`,
    archives: {
      'linux-amd64': `${REDIS}/redis_exporter-v1.86.0.linux-amd64.tar.gz`,
      'linux-arm64': `${REDIS}/redis_exporter-v1.86.0.linux-arm64.tar.gz`,
      'darwin-amd64': `${REDIS}/redis_exporter-v1.86.0.darwin-amd64.tar.gz`,
      'darwin-arm64': `${REDIS}/redis_exporter-v1.86.0.darwin-arm64.tar.gz`,
    },
  },
  'process-compose': {
    checksums: `${COMPOSE}/process-compose_checksums.txt`,
    archives: {
      'linux-amd64': `${COMPOSE}/process-compose_linux_amd64.tar.gz`,
      'linux-arm64': `${COMPOSE}/process-compose_linux_arm64.tar.gz`,
      'darwin-amd64': `${COMPOSE}/process-compose_darwin_amd64.tar.gz`,
      'darwin-arm64': `${COMPOSE}/process-compose_darwin_arm64.tar.gz`,
    },
  },
  'redis-server': {
    checksums: `${VALKEY}/valkey-9.0.2-jammy-x86_64.tar.gz.sha256`,
    archives: {
      'linux-amd64': `${VALKEY}/valkey-9.0.2-jammy-x86_64.tar.gz`,
      'linux-arm64': `${VALKEY}/valkey-9.0.2-jammy-arm64.tar.gz`,
      'darwin-amd64': undefined,
      'darwin-arm64': undefined,
    },
  },
  grafana: {
    checksums: `${GRAFANA}/grafana_13.2.2_34846740809_linux_amd64.tar.gz.sha256`,
    archives: {
      'linux-amd64': `${GRAFANA}/grafana_13.2.2_34846740809_linux_amd64.tar.gz`,
      'linux-arm64': `${GRAFANA}/grafana_13.2.2_34846740809_linux_arm64.tar.gz`,
      'darwin-amd64': `${GRAFANA}/grafana_13.2.2_34846740809_darwin_amd64.tar.gz`,
      'darwin-arm64': `${GRAFANA}/grafana_13.2.2_34846740809_darwin_arm64.tar.gz`,
    },
  },
};

describe('archiveOf', () => {
  const cases = Object.entries(TABLE).flatMap(([name, { archives }]) =>
    Object.entries(archives).map(([platform, url]) => ({ name, platform, url })),
  );

  it.each(cases)('$name on $platform', ({ name, platform, url }) => {
    const tool = TOOLS[name as ToolName];
    expect(tool.release && archiveOf(tool.release, tool.version, platform as Platform)?.url).toBe(url);
  });

  it.each(Object.entries(TABLE))('the checksum file of %s', (name, { checksums }) => {
    const tool = TOOLS[name as ToolName];
    expect(tool.release && archiveOf(tool.release, tool.version, 'linux-amd64')?.checksumsUrl).toBe(
      checksums,
    );
  });

  it('covers every tool that has a release', () => {
    const sameArchive = ['promtool', 'amtool'];
    const released = TOOL_NAMES.filter((name) => TOOLS[name].release && !sameArchive.includes(name));
    expect(Object.keys(TABLE).sort()).toEqual([...released].sort());
  });

  it('takes promtool and amtool from the archives of their servers', () => {
    for (const [name, server] of [
      ['promtool', 'prometheus'],
      ['amtool', 'alertmanager'],
    ] as const) {
      expect(TOOLS[name].release?.archive).toBe(TOOLS[server].release?.archive);
      expect(TOOLS[name].version).toBe(TOOLS[server].version);
    }
  });

  it('looks for host and path under a mirror', () => {
    const { release, version } = TOOLS.node_exporter;
    const location = release && archiveOf(release, version, 'linux-arm64', 'http://mirror.lan/pub/');
    expect(location?.url).toBe(
      'http://mirror.lan/pub/github.com/prometheus/node_exporter/releases/download/v1.11.1/node_exporter-1.11.1.linux-arm64.tar.gz',
    );
    expect(location?.checksumsUrl).toBe(
      'http://mirror.lan/pub/github.com/prometheus/node_exporter/releases/download/v1.11.1/sha256sums.txt',
    );
  });
});

describe('checksumOf', () => {
  const sha256 = 'a'.repeat(64);
  const other = 'b'.repeat(64);

  it.each([
    ['lines of sha256sum', `${other}  x.tar.gz\n${sha256}  w.tar.gz\n`],
    ['the binary marker', `${sha256} *w.tar.gz`],
    ['a leading ./', `${sha256}  ./w.tar.gz`],
    ['one bare hash', sha256],
    ['capitals', `${sha256.toUpperCase()}  w.tar.gz`],
  ])('reads %s', (_title, file) => {
    expect(checksumOf(file, 'w.tar.gz')).toEqual({ algorithm: 'sha256', hash: sha256 });
  });

  it('tells SHA-512 by its length', () => {
    expect(checksumOf(`${'c'.repeat(128)}  w.tar.gz`, 'w.tar.gz').algorithm).toBe('sha512');
  });

  it.each([
    ['another name', `${sha256}  w.tar.gz.sig`],
    ['a name that only ends alike', `${sha256}  new-w.tar.gz`],
    ['an error page', '<html>404</html>'],
    ['a hash of the wrong length', `${'a'.repeat(63)}  w.tar.gz`],
  ])('refuses %s', (_title, file) => {
    expect(() => checksumOf(file, 'w.tar.gz')).toThrow(
      "the publisher's checksum file does not name w.tar.gz",
    );
  });
});
