import { expect, test } from 'vitest';
import { explainFailure } from '../../../../platforms/kubernetes/hints.ts';

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
