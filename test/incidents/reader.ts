import type { Page } from 'playwright-core';
import type { IncidentName } from '../../demo/incidents.ts';

/** What somebody reads who is given nothing but the overview. */
export interface Reading {
  /** Is the system healthy? */
  readonly verdict: string;
  /** Where to look next? In the order in which it stands there. */
  readonly unwell: readonly Unwell[];
  /** What stands there instead where nothing is wrong. */
  readonly nothing: string;
}

/** A part that is not well, as a line of the overview. */
export interface Unwell {
  readonly state: string;
  readonly what: string;
  readonly lookAt: string;
}

/** Reads the overview as it is drawn, from the words on the page. */
export async function readOverview(page: Page): Promise<Reading> {
  const panel = (title: string) => page.locator(`section[aria-label="${title}"] .panel-body`);
  const unwell = panel('Not well, worst first');
  const lines = await unwell.locator('tbody tr').all();
  const cells = await Promise.all(lines.map((line) => line.locator('td').allInnerTexts()));
  return {
    verdict: (await panel('Verdict').innerText()).trim(),
    unwell: cells.map(([state = '', what = '', lookAt = '']) => ({ state, what, lookAt })),
    nothing: lines.length === 0 ? (await unwell.innerText()).trim() : '',
  };
}

/** What a reader must answer to "where should I look next?" during an incident. */
export const WHERE_TO_LOOK: Readonly<Record<IncidentName, Unwell>> = {
  'slow-model': { state: 'Critical', what: 'inference-api', lookAt: 'Inference API' },
  errors: { state: 'Critical', what: 'inference-api', lookAt: 'Inference API' },
  'api-down': { state: 'Down', what: 'inference-api', lookAt: 'Inference API' },
  'cache-misses': { state: 'Warning', what: 'feature-store', lookAt: 'Feature Store' },
  'stale-features': { state: 'Warning', what: 'feature-store', lookAt: 'Feature Store' },
  'data-quality': { state: 'Warning', what: 'feature-store', lookAt: 'Feature Store' },
  'consumer-lag': { state: 'Warning', what: 'stream-processing', lookAt: 'Stream Processing' },
  'dead-letters': { state: 'Warning', what: 'stream-processing', lookAt: 'Stream Processing' },
  'low-confidence': { state: 'Warning', what: 'inference-api', lookAt: 'Inference API' },
  drift: { state: 'Warning', what: 'ml-pipeline', lookAt: 'ML Pipeline' },
  'redis-down': { state: 'Down', what: 'redis', lookAt: 'Feature Store' },
  'broker-down': { state: 'Down', what: 'kafka', lookAt: 'Stream Processing' },
  'high-load': { state: 'Warning', what: 'inference-api', lookAt: 'Inference API' },
  'training-failed': { state: 'Warning', what: 'ml-pipeline', lookAt: 'ML Pipeline' },
};

/** States from the worst on: one that is worse than expected is right too, since incidents overlap. */
export const STATES = ['Down', 'Critical', 'Warning'];
