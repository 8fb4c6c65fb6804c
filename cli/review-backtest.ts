import type { Period } from '../reports/period.ts';
import { ReportError } from '../reports/report-error.ts';
import { backtest } from '../review/backtest/backtest.ts';
import type { Model } from '../review/model.ts';
import { backtestParts, noBacktest } from '../review/report/backtest.ts';
import type { Part } from '../review/report/document.ts';

/** How changed alerts would have fired on the history of a Prometheus, asked as gently as `make backtest` asks. */
export async function backtestOf(
  { before, after }: { readonly before: Model; readonly after: Model },
  prom: string,
  period: Period,
): Promise<readonly Part[]> {
  try {
    return backtestParts(await backtest(before.rules(), after.rules(), prom, { period }));
  } catch (error) {
    if (error instanceof ReportError) return [noBacktest(error.message)];
    throw error;
  }
}
