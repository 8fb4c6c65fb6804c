import { expect, test } from 'vitest';
import { explainFailure } from '../../../../platforms/kubernetes/hints.ts';
import { operatorObjects } from '../../../../platforms/kubernetes/operator.ts';

test('rule files and services become the operator’s objects', () => {
  const objects = operatorObjects(
    {
      rules: { 'SLO_burn.yml': 'groups: [{ name: slo, rules: [] }]' },
      monitors: [
        {
          name: 'inference-api',
          namespace: 'ml',
          labels: { app: 'inference-api' },
          port: 'http',
          interval: '10s',
        },
      ],
      selectedBy: { release: 'kube-prometheus' },
    },
    { namespace: 'mon' },
  );
  expect(objects).toMatchObject([
    {
      kind: 'PrometheusRule',
      metadata: { name: 'slo-burn', namespace: 'mon', labels: { release: 'kube-prometheus' } },
      spec: { groups: [{ name: 'slo', rules: [] }] },
    },
    {
      kind: 'ServiceMonitor',
      metadata: { name: 'inference-api' },
      spec: {
        namespaceSelector: { matchNames: ['ml'] },
        selector: { matchLabels: { app: 'inference-api' } },
        endpoints: [{ port: 'http', interval: '10s', path: '/metrics' }],
      },
    },
  ]);
});

test.each([
  [
    'persistentvolumeclaims "data-prometheus-0" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    'storage class of data-prometheus-0 cannot grow',
  ],
  [
    'PersistentVolumeClaim "data-prometheus-0" is invalid: spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    'cannot shrink',
  ],
  ['no matches for kind "ServiceMonitor" in version "monitoring.coreos.com/v1"', 'CRDs are missing'],
])('%s', (message, hint) => {
  expect(explainFailure(`update failed: ${message}`)).toContain(hint);
});

test('nothing is made up about other failures', () => {
  expect(explainFailure('something else')).toBeUndefined();
});
