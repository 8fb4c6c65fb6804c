import type { EngineEvent, OpType } from '@pulumi/pulumi/automation/index.js';
import { expect, test } from 'vitest';
import { Progress } from '../../../cli/progress.ts';

const URN = 'urn:pulumi:dev::project::docker:index/container:Container::node-exporter';

/** The events of one step. */
function step(op: OpType): EngineEvent[] {
  const metadata = { op, urn: URN, type: 'docker:index/container:Container' };
  return [{ resourcePreEvent: { metadata } }, { resOutputsEvent: { metadata } }] as unknown as EngineEvent[];
}

test.each([
  ['the old one goes first', ['delete-replaced', 'replace', 'create-replacement']],
  ['the new one comes first', ['create-replacement', 'replace', 'delete-replaced']],
] as const)('a replacement is one line and one change: %s', (_order, steps) => {
  const lines: string[] = [];
  const progress = new Progress((line) => lines.push(line), false);
  for (const event of steps.flatMap(step)) progress.onEvent(event);
  expect(lines).toEqual([expect.stringMatching(/node-exporter.*Container.* replaced/)]);
  expect(progress.changes.map(({ name }) => name)).toEqual(['node-exporter']);
});
