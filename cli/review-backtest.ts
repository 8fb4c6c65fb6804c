import type { Endpoint } from '../lib/endpoint.ts';
import type { Period } from '../operations/reports/period.ts';
import { isForPeople } from '../operations/reports/report-error.ts';
import { backtest } from '../operations/review/backtest/backtest.ts';
import type { Model } from '../operations/review/model.ts';
import { backtestParts, noBacktest } from '../operations/review/report/backtest.ts';
import type { Part } from '../operations/review/report/document.ts';

/** How changed alerts would have fired on the history of a Prometheus, asked as gently as `make backtest` asks. */
export async function backtestOf(
  { before, after }: { readonly before: Model; readonly after: Model },
  prom: Endpoint,
  period: Period,
): Promise<readonly Part[]> {
  try {
    return backtestParts(await backtest(before.rules(), after.rules(), prom, { period }));
  } catch (error) {
    if (isForPeople(error)) return [noBacktest(error.message)];
    throw error;
  }
}
