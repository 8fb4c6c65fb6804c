import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { stackParts, watchedBy, workloadsOf } from '../../../../components/stack-parts.ts';
import { type OperatorObject, operatorObjects } from '../../../../platforms/kubernetes/operator.ts';
import { resolveOptions } from '../../../../platforms/kubernetes/options.ts';
import { kubernetesPlatform } from '../../../../platforms/kubernetes/platform.ts';
import type { Workload } from '../../../../platforms/workload.ts';
import { kubernetesOptions, replicasOf } from '../../../../stack/addressing.ts';
import { renderFiles } from '../../../../stack/files.ts';
import { parseSettings, SettingsError } from '../../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../../stack/user-files.ts';
import { manifestsOf, ofKind } from './objects.ts';

const OPERATOR = {
  namespace: 'observability',
  labels: { release: 'kube-prometheus-stack' },
  services: { 'inference-api': { labels: { app: 'inference' }, port: 'metrics' } },
};

function planned(more: object = {}) {
  const settings = parseSettings(
    {
      platform: 'kubernetes',
      trial: true,
      demo: { enabled: false },
      notifications: {
        slack: { webhookUrl: 'https://hooks.slack.com/services/canary' },
        pagerduty: { routingKey: '0123456789abcdef0123456789abcdef' },
        heartbeat: { url: 'https://heartbeat.example.org/canary' },
      },
      kubernetes: { namespace: 'mon', operator: OPERATOR },
      services: [
        {
          name: 'inference-api',
          address: 'inference-api.shop.svc:8080',
          metricNames: { http_latency: 'inference_request_duration_seconds' },
        },
      ],
      ...more,
    },
    { stack: 'test' },
  );
  const options = kubernetesOptions(settings);
  const platform = kubernetesPlatform(options);
  const replicas = replicasOf(settings);
  const files = renderFiles({ settings, platform, replicas, user: NO_USER_FILES });
  const own = { image: settings.image, path: (file: string) => file, grafanaStandIn: false };
  const args = { settings, platform, replicas, files, own };
  const workloads = workloadsOf(stackParts(args));
  const watched = watchedBy(args, workloads);
  if (watched === undefined) throw new Error('there is no operator');
  return { workloads, files, platform, options, objects: operatorObjects(watched, resolveOptions(options)) };
}

describe('where an operator runs Prometheus', () => {
  const { workloads, files, platform, options, objects } = planned();
  const named = (kind: OperatorObject['kind'], name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);
  const workload = (name: string) => workloads.find((each) => each.name === name) as Workload;

  test('the stack runs none, and its objects are selected by the labels that are asked for', () => {
    expect(workloads.map(({ name }) => name)).not.toContain('prometheus');
    for (const { metadata } of objects)
      expect(metadata).toMatchObject({ namespace: 'mon', labels: { release: 'kube-prometheus-stack' } });
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('every rule file is a PrometheusRule', () => {
    const rules = objects.filter(({ kind }) => kind === 'PrometheusRule').map(({ spec }) => spec);
    expect(rules).toEqual(Object.values(files.rules).map((content) => load(content)));
    expect(rules.length).toBeGreaterThan(3);
  });

  test('a service beside the stack is found by its labels in its namespace', () => {
    expect(named('ServiceMonitor', 'inference-api')?.spec).toEqual({
      namespaceSelector: { matchNames: ['shop'] },
      selector: { matchLabels: { app: 'inference' } },
      endpoints: [
        {
          port: 'metrics',
          scheme: 'http',
          path: '/metrics',
          interval: '10s',
          scrapeTimeout: '10s',
          relabelings: [
            { action: 'labeldrop', regex: 'endpoint|service|container' },
            { targetLabel: 'job', replacement: 'inference-api' },
          ],
          metricRelabelings: [
            {
              sourceLabels: ['__name__'],
              regex: 'http_latency(_bucket|_sum|_count)?',
              targetLabel: '__name__',
              replacement: 'inference_request_duration_seconds${1}',
            },
          ],
        },
      ],
    });
  });

  test('a workload of the stack is found by its own, the machines’ in its own namespace', () => {
    const selected = (name: string) => named('ServiceMonitor', name)?.spec;
    const port = (value: string) => [expect.objectContaining({ port: value })];
    expect(selected('alertmanager')).toMatchObject({
      namespaceSelector: { matchNames: ['mon'] },
      selector: { matchLabels: { 'app.kubernetes.io/name': 'alertmanager' } },
      endpoints: port('web'),
    });
    // The cluster's own is there already, at the port that a second one would need.
    expect(selected('node-exporter')).toBeUndefined();
    expect(workloads.map(({ name }) => name)).not.toContain('node-exporter');
    expect(Object.values(files.rules).join()).toContain('node_filesystem_avail_bytes');
    const both = planned({ nodeExporter: { mode: 'own', port: 9101 } });
    const own = both.objects.find(
      ({ kind, metadata }) => kind === 'ServiceMonitor' && metadata.name === 'node-exporter',
    );
    expect(own?.spec).toMatchObject({
      namespaceSelector: { matchNames: ['mon-host'] },
      endpoints: port('metrics'),
    });
    expect(both.workloads.find(({ name }) => name === 'node-exporter')?.ports).toEqual([
      { name: 'metrics', port: 9101 },
    ]);
    expect(selected('prometheus')).toMatchObject({
      namespaceSelector: { matchNames: ['observability'] },
      selector: { matchLabels: { 'operated-prometheus': 'true' } },
    });
  });

  test('what the blackbox exporter looks at is a Probe, with the labels that rules ask for', () => {
    const probes = objects.filter(({ kind }) => kind === 'Probe').map(({ spec }) => spec);
    expect(probes).toContainEqual({
      jobName: 'probe-tcp',
      module: 'tcp_connect',
      prober: { url: 'blackbox-exporter.mon.svc:9115' },
      targets: {
        staticConfig: {
          static: ['redis:6379'],
          relabelingConfigs: [
            { targetLabel: 'service', replacement: 'redis' },
            { targetLabel: 'instance', replacement: 'redis:6379' },
          ],
        },
      },
    });
  });

  test('everybody knows where its Prometheus is, and lets it in', () => {
    expect(platform.address('prometheus', 9090)).toBe('prometheus-operated.observability.svc:9090');
    expect(platform.opening?.('prometheus', 9090)).toBe(
      'kubectl --namespace observability port-forward service/prometheus-operated 9090',
    );
    expect(Object.values(files.provisioning).join()).toContain(
      'http://prometheus-operated.observability.svc:9090',
    );
    const namespace = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } },
    };
    for (const name of ['alertmanager', 'redis-exporter', 'grafana']) {
      const [policy] = ofKind(manifestsOf(workload(name), options), 'NetworkPolicy');
      expect(policy?.spec).toMatchObject({ ingress: [{ from: expect.arrayContaining([namespace]) }] });
    }
    const [grafana] = ofKind(manifestsOf(workload('grafana'), options), 'NetworkPolicy');
    expect(grafana?.spec).toMatchObject({ egress: expect.arrayContaining([{ to: [namespace] }]) });
  });
});

describe('with an operator is refused', () => {
  const cases: readonly (readonly [string, object, string])[] = [
    [
      'an address outside the cluster',
      { services: [{ name: 'inference-api', address: '10.0.0.7:8080' }] },
      'services[0] (inference-api) is at 10.0.0.7:8080',
    ],
    [
      'what its Prometheus would not read',
      { prometheus: { remoteWrite: [{ url: 'http://long.term/write' }] } },
      'prometheus.remoteWrite is set, but kubernetes.operator is too',
    ],
    ['discovery', { discovery: { kubernetes: { pods: true } } }, 'discovery.kubernetes is set'],
    [
      'a service behind a token',
      { services: [{ name: 'inference-api', address: 'a.shop.svc:80', token: 'canary' }] },
      'services[0] (inference-api) asks for a password or token',
    ],
    [
      'a service that does not exist',
      { kubernetes: { operator: { ...OPERATOR, services: { checkout: {} } } } },
      'kubernetes.operator.services.checkout is no service',
    ],
  ];

  test.each(cases)('%s', (_what, more, message) => {
    expect(() => planned(more)).toThrow(SettingsError);
    expect(() => planned(more)).toThrow(message);
  });

  test('but not a service that is left out', () => {
    const service = { name: 'inference-api', address: '10.0.0.7:8080', token: 'canary', off: true };
    expect(() => planned({ services: [service] })).not.toThrow();
  });
});
