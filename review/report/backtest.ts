import type { BacktestResult } from '../backtest/backtest.ts';
import { backtestReport } from '../backtest/report.ts';
import type { Part } from './document.ts';

/** What changed alerts would have done. Undefined where no alert changed. */
export function backtestPart(result: BacktestResult): Part | undefined {
  if (result.alerts.length === 0) return undefined;
  const { verdict, period, sections } = backtestReport(result);
  return {
    title: 'Backtest',
    summary: verdict.text,
    open: verdict.state !== 'good',
    sections: sections.map((section, index) =>
      index === 0 ? { ...section, note: `${period}. ${section.note ?? ''}`.trim() } : section,
    ),
  };
}

/** Where the history could not be asked. */
export const noBacktest = (why: string): Part => ({
  title: 'Backtest',
  summary: 'the history could not be asked',
  open: false,
  sections: [],
  details: [{ title: 'Why', after: why }],
});
