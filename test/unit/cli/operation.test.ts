import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { expect, test } from 'vitest';
import { apply } from '../../../cli/engine/operation.ts';

/** An engine that ends well, as the SDK has it end when the connection breaks before the program is called. */
const stack = { up: async () => ({}), preview: async () => ({}) } as unknown as Stack;
const QUIET = { refresh: false, write: () => undefined };

test('an update whose program was never called is no success', async () => {
  await expect(apply({ stack, begun: () => false }, { ...QUIET, preview: false })).rejects.toThrow(
    'run the same command again. What ran may be gone until then',
  );
  await expect(apply({ stack, begun: () => false }, { ...QUIET, preview: true })).rejects.toThrow(
    /run the same command again\.$/,
  );
});

test('one whose program was called is', async () => {
  expect((await apply({ stack, begun: () => true }, { ...QUIET, preview: false })).changes).toEqual([]);
});
