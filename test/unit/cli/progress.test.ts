import { stripVTControlCharacters } from 'node:util';
import type { EngineEvent, OpType } from '@pulumi/pulumi/automation/index.js';
import { expect, test } from 'vitest';
import { Progress } from '../../../cli/engine/progress.ts';

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

/** As Pulumi 3.259 words it. */
const pending = (...urns: readonly string[]) =>
  [
    `<{%fg 3%}>Attempting to deploy or update resources with ${urns.length} pending operations from previous deployment.`,
    ...urns.map((urn) => `  * urn:pulumi:dev::project::${urn}, interrupted while creating`),
    'You can repair your stack using `pulumi refresh` which will refresh the state<{%reset%}>',
  ].join('\n');

test.each([
  ['of processes, nothing: they are looked for', ['a:components:Demo$local:index:Process::demo'], []],
  [
    'of what runs elsewhere, its names',
    ['a:components:Demo$local:index:Process::demo', 'docker:index/container:Container::grafana'],
    [
      'An earlier run was killed before it told what became of: grafana (creating). Look there if one of them fails now.',
    ],
  ],
])('what a killed run was at is told without the engine’s commands: %s', (_what, urns, expected) => {
  const lines: string[] = [];
  const progress = new Progress((line) => lines.push(stripVTControlCharacters(line)), false);
  progress.onEvent({
    diagnosticEvent: { severity: 'warning', message: pending(...urns) },
  } as unknown as EngineEvent);
  expect(lines).toEqual(expected);
});
