import { expect, test } from 'vitest';
import { addressing, replicasOf } from '../../../stack/addressing.ts';
import { renderFiles } from '../../../stack/files.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';

/** What is told of targets in a stack’s own scrape configs, or in `targets.d/shop.yaml`. */
function told(
  { scrape, targets }: { readonly scrape?: object; readonly targets?: readonly string[] },
  platform = 'kubernetes',
): readonly string[] {
  const scrapeConfigs = scrape === undefined ? [] : [{ job_name: 'shop', ...scrape }];
  const settings = parseSettings({ platform, trial: true, prometheus: { scrapeConfigs } }, { stack: 'test' });
  const { warnings } = renderFiles({
    settings,
    platform: addressing(settings, '/project'),
    replicas: replicasOf(settings),
    user: { ...NO_USER_FILES, targets: targets === undefined ? {} : { shop: [{ targets }] } },
  });
  return warnings.filter((line) => line.includes('a Service of a cluster'));
}

test.each(['orders.shop.svc:8080', 'orders.shop.svc.cluster.local:8080', 'orders.shop:8080'])(
  '%s is a Service, in either place, and what finds its pods is told',
  (target) => {
    const find = '{ namespace: shop, service: orders, port: 8080 }';
    expect(told({ scrape: { static_configs: [{ targets: ['10.0.0.1:80', target] }] } })).toEqual([
      expect.stringContaining(
        `prometheus.scrapeConfigs[0].static_configs[0].targets[1] is "${target}", a Service of a cluster`,
      ),
    ]);
    expect(told({ targets: [target] })).toEqual([
      `targets.d, job shop: [0].targets[0] is "${target}", a Service of a cluster: where it has several pods, each scrape ` +
        `meets another one, and every rate is wrong. Name it in services with find: ${find} instead, which scrapes every ` +
        'pod; leave it where one pod is behind it.',
    ]);
  },
);

test.each(['10.0.0.7:9100', 'node-1.example.com:9100', 'orders-0.orders.shop.svc:8080', '[fd00::7]:9100'])(
  '%s is one target',
  (target) => {
    expect(told({ targets: [target] })).toEqual([]);
  },
);

test('on other platforms a name of the cluster is told as well', () => {
  expect(told({ targets: ['orders.shop.svc:8080'] }, 'docker')[0]).toContain('Name each pod instead');
  expect(told({ targets: ['orders.shop:8080'] }, 'docker')).toEqual([]);
});

test('what is probed is no target of its own', () => {
  const probe = {
    static_configs: [{ targets: ['orders.shop.svc:8080'] }],
    relabel_configs: [{ target_label: '__address__', replacement: 'blackbox-exporter:9115' }],
  };
  expect(told({ scrape: probe })).toEqual([]);
});
