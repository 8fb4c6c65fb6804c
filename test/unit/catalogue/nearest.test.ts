import { expect, test } from 'vitest';
import { nearest } from '../../../lib/nearest.ts';

const KINDS = ['deployment', 'configuration', 'maintenance', 'optimisation'];

test.each([
  ['deploymnet', KINDS, 'deployment'],
  ['deploy', KINDS, 'deployment'],
  ['dep', KINDS, undefined],
  ['tolerations', ['operator', 'ports'], undefined],
  ['oauth', ['auth'], undefined],
  ['prots', ['ports', 'platform'], 'ports'],
])('%s of %j: %s', (name, known, near) => {
  expect(nearest(name, known)).toBe(near);
});
