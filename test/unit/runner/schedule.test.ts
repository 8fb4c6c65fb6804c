import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runBySize } from '../../runner/schedule.ts';

const CORES = 2;
const weight = fc.record({
  cores: fc.constantFrom(0.3, 0.6, 0.8, 1, 1.8, 2, 3),
  seconds: fc.integer({ min: 1, max: 2000 }),
  turns: fc.integer({ min: 1, max: 5 }),
});

test('every item runs once, and what runs side by side fits the cores', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(weight, { maxLength: 12 }), async (items) => {
      const running = new Set<(typeof items)[number]>();
      const ran: (typeof items)[number][] = [];
      await runBySize(items, CORES, async (item) => {
        running.add(item);
        ran.push(item);
        const used = [...running].reduce((sum, { cores }) => sum + cores, 0);
        expect(running.size === 1 || used <= CORES).toBe(true);
        for (let turn = 0; turn < item.turns; turn += 1) await setImmediate();
        running.delete(item);
      });
      expect(new Set(ran)).toEqual(new Set(items));
      expect(ran.length).toBe(items.length);
    }),
    { numRuns: 50 },
  );
});

test('what waits runs beside what computes, the longest first', async () => {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const suite = (name: string, cores: number, seconds: number) => ({ name, cores, seconds });
  const all = runBySize(
    [suite('compute', 1, 100), suite('short', 0.5, 10), suite('long wait', 0.8, 1000), suite('heavy', 2, 50)],
    CORES,
    ({ name }) => {
      started.push(name);
      return new Promise((resolve) => ends.set(name, resolve));
    },
  );
  const end = async (name: string) => {
    ends.get(name)?.();
    await setImmediate();
  };
  expect(started).toEqual(['long wait', 'compute']);
  await end('compute');
  expect(started).toEqual(['long wait', 'compute', 'short']);
  await end('short');
  expect(started.length).toBe(3);
  await end('long wait');
  expect(started.at(-1)).toBe('heavy');
  await end('heavy');
  await all;
});
