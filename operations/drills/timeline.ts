import type { Detection, DrillEvent, Step } from './record.ts';

const WORDS: Readonly<Record<Step, string>> = {
  injected: 'incident is on',
  metric: 'expression holds',
  pending: 'pending',
  firing: 'firing',
  notified: 'message to',
  recovered: 'incident is off',
  resolved: 'resolved',
  'all-clear': 'all-clear to',
};

/** One line of a timeline: seconds since the beginning, and what happened. */
export function lineOf({ at, step, alert = '', receiver = '' }: DrillEvent, start: number): string {
  const elapsed = `+${Math.max(0, at - start).toFixed(1)} s`.padStart(10);
  return `${elapsed}  ${alert.padEnd(30)}${WORDS[step]}${receiver === '' ? '' : ` ${receiver}`}`;
}

/** How one detection compares with its floor. */
export function detectionLine(
  { alert, quiet, receivers, floor, heard, excess }: Detection,
  start: number,
): string {
  if (quiet !== undefined) {
    const then =
      heard === undefined
        ? ''
        : `; told after all at ${(heard - start).toFixed(1)} s, when that one had ended`;
    return `${alert}: ${quiet} while a louder alert told the same${then}`;
  }
  if (heard === undefined) return `${alert}: nobody heard of it`;
  const to = `${receivers.join(', ')} after ${(heard - start).toFixed(1)} s`;
  if (floor === undefined || excess === undefined) return `${alert}: ${to}; its floor could not be computed`;
  return `${alert}: ${to}; floor ${(floor - start).toFixed(1)} s, excess ${excess.toFixed(1)} s`;
}
