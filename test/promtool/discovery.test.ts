import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { kubernetesAddressing } from '../../platforms/kubernetes/addressing.ts';
import { checkFiles } from '../../stack/check.ts';
import { renderFiles } from '../../stack/files.ts';
import { parseSettings } from '../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../stack/user-files.ts';
import { ensureTools } from '../../tools/install.ts';

const discovery = {
  kubernetes: { services: true, pods: true, nodes: true, namespaces: ['shop'] },
  consul: [{ url: 'http://consul.shop.svc:8500', tags: ['metrics'], datacenter: 'eu', token: 'secret' }],
  swarm: [{ url: 'tcp://10.0.0.5:2375' }],
  http: [{ name: 'machines', url: 'https://inventory.example.org/targets', token: 'secret' }],
};

function files() {
  const settings = parseSettings({ platform: 'kubernetes', trial: true, discovery }, { stack: 'test' });
  return renderFiles({
    settings,
    platform: kubernetesAddressing(),
    replicas: { prometheus: 2, alertmanager: 3 },
    user: { ...NO_USER_FILES, targets: { switches: [{ targets: ['10.0.0.7:9100'] }] } },
  });
}

test('promtool takes every kind of discovery', async () => {
  const { promtool, amtool } = await ensureTools(['promtool', 'amtool']);
  const folder = mkdtempSync(join(tmpdir(), 'discovery-'));
  try {
    await checkFiles(files(), { promtool, amtool }, folder);
    const broken = {
      ...files(),
      prometheus: files().prometheus.replace('role: endpointslice', 'role: slice'),
    };
    await expect(checkFiles(broken, { promtool, amtool }, folder)).rejects.toThrow('slice');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('targets get their labels from annotations, by promtool’s own relabelling', async () => {
  const { promtool } = await ensureTools(['promtool']);
  const folder = mkdtempSync(join(tmpdir(), 'discovery-'));
  try {
    const { scrape_configs } = load(files().prometheus) as {
      scrape_configs: { job_name: string; relabel_configs?: unknown[] }[];
    };
    const job = scrape_configs.find(({ job_name }) => job_name === 'kubernetes-services');
    // The same steps over one static target, whose labels are what the API would tell.
    writeFileSync(
      join(folder, 'prometheus.yml'),
      JSON.stringify({
        scrape_configs: [
          {
            job_name: 'kubernetes-services',
            relabel_configs: job?.relabel_configs,
            static_configs: [{ targets: ['10.1.2.3:8443'], labels: LABELS }],
          },
        ],
      }),
    );
    const output = execFileSync(
      promtool,
      ['check', 'service-discovery', '--timeout=2s', join(folder, 'prometheus.yml'), 'kubernetes-services'],
      { encoding: 'utf8' },
    );
    const [target] = JSON.parse(output) as { labels: Record<string, string> }[];
    expect(target?.labels).toMatchObject({
      __address__: '10.1.2.3:9000',
      __metrics_path__: '/prom',
      __scheme__: 'https',
      job: 'checkout',
      namespace: 'shop',
      pod: 'checkout-5d9f-x2x',
      node: 'node1',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

const LABELS = {
  __meta_kubernetes_service_annotation_prometheus_io_scrape: 'true',
  __meta_kubernetes_service_annotation_prometheus_io_port: '9000',
  __meta_kubernetes_service_annotation_prometheus_io_path: '/prom',
  __meta_kubernetes_service_annotation_prometheus_io_scheme: 'https',
  __meta_kubernetes_service_name: 'checkout',
  __meta_kubernetes_namespace: 'shop',
  __meta_kubernetes_pod_name: 'checkout-5d9f-x2x',
  __meta_kubernetes_pod_node_name: 'node1',
};
