import type { Section } from '../../reports/document.ts';
import type { BacktestResult } from '../backtest/backtest.ts';
import { backtestReport } from '../backtest/report.ts';
import type { Part } from './document.ts';

/** Sections that say how far to trust the others. */
const SUPPORTING: readonly string[] = [
  'Agreement with what the server recorded',
  'Differences',
  'Recording rules that they read',
  'What the server was asked',
];

/** What changed alerts would have done, open, and how far that can be trusted, folded. Nothing where none changed. */
export function backtestParts(result: BacktestResult): readonly Part[] {
  if (result.alerts.length === 0) return [];
  const { verdict, period, sections } = backtestReport(result);
  const supports = ({ title }: Section) => SUPPORTING.includes(title);
  const [first, ...others] = sections.filter((section) => !supports(section));
  return [
    {
      title: 'Backtest',
      summary: verdict.text,
      open: verdict.state !== 'good',
      sections: first ? [{ ...first, note: `${period}. ${first.note ?? ''}`.trim() }, ...others] : [],
    },
    {
      title: 'How far the backtest can be trusted',
      open: false,
      sections: sections.filter(supports),
    },
  ];
}

/** Where the history could not be asked. */
export const noBacktest = (why: string): Part => ({
  title: 'Backtest',
  summary: 'the history could not be asked',
  open: false,
  sections: [],
  details: [{ title: 'Why', after: why }],
});
