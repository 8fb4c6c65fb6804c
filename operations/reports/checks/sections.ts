import { type Report, type Section, worst } from '../document.ts';
import { counted, inUnit, minute, number, percent } from '../format.ts';
import type { CheckResult } from './model.ts';

export function checksVerdict(results: readonly CheckResult[]): Report['verdict'] {
  const named = (state: string) =>
    results.filter((result) => result.state === state).map(({ title }) => title);
  const [bad, warn, dark] = [named('bad'), named('warn'), named('none')];
  const gaps = results.filter(({ missing, state }) => missing > 0 && state !== 'none');
  const text = [
    bad.length > 0 ? `Beyond its bound now: ${bad.join(', ')}.` : '',
    warn.length > 0 ? `Worth a look: ${warn.join(', ')}.` : '',
    dark.length > 0 ? `No data at the end: ${dark.join(', ')}.` : '',
    gaps.length > 0 ? `No data for a part of the period: ${gaps.map(gap).join(', ')}.` : '',
  ].filter((part) => part !== '');
  return {
    state: worst([
      ...results.map(({ state }) => state),
      dark.length > 0 || results.length === 0 ? 'warn' : 'none',
    ]),
    text: text.length === 0 ? `All ${counted(results.length, 'check')} are well.` : text.join(' '),
  };
}

const gap = ({ title, missing }: CheckResult): string => `${title} (${percent(missing)} of it)`;

export function checksSection(results: readonly CheckResult[], title: string): Section {
  return {
    title,
    note: 'The mean is that of the whole period. The worst value and the time beyond the bound count every evaluation.',
    table: {
      head: [
        'check',
        'now',
        'mean',
        'worst',
        results[0]?.before.name ?? 'before',
        'change',
        'bound',
        'beyond it',
      ],
      rows: results.map((result) => {
        const { title, unit, last, mean, extreme, before, better, bound, beyond, state } = result;
        return [
          title,
          { text: last === undefined ? 'no data' : inUnit(last, unit), state },
          inUnit(mean, unit),
          inUnit(extreme, unit),
          inUnit(before.mean, unit),
          change(mean, before.mean),
          bound === undefined ? '–' : `${better === 'low' ? '≤' : '≥'} ${inUnit(bound, unit)}`,
          {
            text: bound === undefined || mean === undefined ? '–' : percent(beyond),
            state: beyond > 0 ? 'warn' : 'none',
          },
        ];
      }),
    },
    charts: results.map(({ title, unit, points, bound }) => ({
      title,
      unit,
      kind: 'line',
      lines: [{ name: title, points }],
      ...(bound !== undefined && { limit: { name: 'bound', value: bound } }),
    })),
  };
}

export function anomalySection(results: readonly CheckResult[]): Section {
  const found = results.filter(({ anomalies }) => anomalies.length > 0);
  return {
    title: 'Anomalies',
    note: 'More than four robust standard deviations from the equally long time before, on the bad side where there is one.',
    table: {
      head: ['check', 'times', 'first', 'farthest', 'value', 'deviations'],
      empty: 'None.',
      rows: found.map(({ title, unit, anomalies }) => {
        const farthest = anomalies.reduce((a, b) => (Math.abs(b.score) > Math.abs(a.score) ? b : a));
        return [
          title,
          number(anomalies.length),
          minute(anomalies[0]?.at ?? 0),
          minute(farthest.at),
          inUnit(farthest.value, unit),
          number(farthest.score),
        ];
      }),
    },
  };
}

/** Change of a mean in percent of what it was. */
function change(now: number | undefined, before: number | undefined): string {
  if (now === undefined || before === undefined) return '–';
  if (before === 0) return now === 0 ? '0 %' : 'from 0';
  const share = (now - before) / before;
  return `${share >= 0 ? '+' : ''}${percent(Number(share.toPrecision(2)))}`;
}
