import { type Period, readPeriod } from '../operations/reports/period.ts';
import { UsageError } from './arguments.ts';

/** The option of every command that looks back over a history. */
export const RANGE_OPTION = {
  range: { type: 'string', env: 'RANGE', default: '30d', help: 'How far back: 6h, 7d, 4w.' },
} as const;

/**
 * @param to an ISO time. Default: now.
 * @throws UsageError where the range is none, ReportError where the end is none.
 */
export function readRange(range: string, to?: string): Period {
  if (!/^[1-9]\d*[mhdw]$/.test(range))
    throw new UsageError(`RANGE=${range} is not a length of time, such as 6h, 7d or 4w`);
  return readPeriod({ from: range, ...(to && { to }) }, Math.floor(Date.now() / 1000), range);
}
