import { SLOS, type SloName } from '../../../catalogue/slos.ts';
import { type Cell, type Report, type Section, type State, worst } from '../document.ts';
import { counted, date, number, percent } from '../format.ts';
import { describePeriod, type Period } from '../period.ts';
import type { Prometheus } from '../prometheus.ts';
import { fetchSlos } from './fetch.ts';
import { COVERAGE_LIMIT, complianceOf, type SloCompliance } from './model.ts';

/** Compliance with every SLO over a period. */
export async function sloReport(prometheus: Prometheus, period: Period): Promise<Report> {
  const slos = (await fetchSlos(prometheus, period)).map((slo) => complianceOf(slo, period));
  return sloDocument(slos, period);
}

/** The title that the catalogue gives to an SLO; its name, where it is the user's own. */
export const sloTitle = (name: string): string => (name in SLOS ? SLOS[name as SloName].title : name);

export function sloDocument(slos: readonly SloCompliance[], period: Period): Report {
  return {
    title: 'SLO compliance',
    period: describePeriod(period),
    verdict: verdict(slos),
    sections: [overview(slos), worstDays(slos), budget(slos), ...slos.map(daily)],
    data: slos,
  };
}

function verdict(slos: readonly SloCompliance[]): Report['verdict'] {
  if (slos.length === 0)
    return {
      state: 'bad',
      text: 'No SLO was recorded in this period: Prometheus did not run, or holds no rules.',
    };
  const measured = slos.filter(({ compliance }) => compliance !== undefined);
  const missed = measured.filter(({ state }) => state === 'bad').map(({ name }) => sloTitle(name));
  const dark = slos.length - measured.length;
  const thin = measured.filter(({ coverage }) => coverage < COVERAGE_LIMIT).length;
  const text = [
    `${measured.length - missed.length} of ${counted(slos.length, 'SLO')} met.`,
    missed.length > 0 ? `Missed: ${missed.join(', ')}.` : '',
    dark > 0 ? `${counted(dark, 'SLO')} without data.` : '',
    thin > 0 ? `${counted(thin, 'SLO')} measured for less than ${percent(COVERAGE_LIMIT)} of the time.` : '',
  ];
  const state = worst([...slos.map((slo) => slo.state), dark > 0 || thin > 0 ? 'warn' : 'none']);
  return { state, text: text.filter((part) => part !== '').join(' ') };
}

function overview(slos: readonly SloCompliance[]): Section {
  return {
    title: 'Compliance',
    note:
      'Compliance is 1 − bad / all over exactly this period, from what the SLOs’ recording rules wrote each minute; ' +
      'the budget is what the objective allows of all events (or minutes) of the period. Days are those of UTC.',
    table: {
      head: ['SLO', 'objective', 'compliance', 'budget left', 'bad', 'of', 'measured'],
      empty: 'No SLO was recorded.',
      rows: slos.map(
        ({ name, kind, objective, compliance, budgetLeft, bad, total, coverage, state }): Cell[] => [
          sloTitle(name),
          percent(objective),
          { text: compliance === undefined ? 'no data' : percent(compliance), state },
          { text: budgetLeft === undefined ? '–' : percent(budgetLeft), state },
          number(Math.round(bad * 100) / 100),
          `${number(total)} ${kind === 'events' ? 'events' : 'minutes'}`,
          {
            text: percent(coverage),
            state: coverage < COVERAGE_LIMIT ? ('warn' as const) : ('none' as const),
          },
        ],
      ),
    },
  };
}

function worstDays(slos: readonly SloCompliance[]): Section {
  return {
    title: 'Worst days',
    table: {
      head: ['SLO', 'day', 'compliance', 'bad', 'of the budget'],
      empty: 'No day had a bad event or minute.',
      rows: slos.flatMap(({ name, worstDays }) =>
        worstDays.map(({ from, compliance, bad, budget }) => [
          sloTitle(name),
          date(from),
          compliance === undefined ? '–' : percent(compliance),
          number(Math.round(bad * 100) / 100),
          { text: percent(budget), state: budgetState(budget) },
        ]),
      ),
    },
  };
}

function budget(slos: readonly SloCompliance[]): Section {
  return {
    title: 'Error budget',
    note: 'What was left of the period’s budget at the end of each day; under 0 it was overspent.',
    charts: [
      {
        title: 'Budget left, by SLO',
        kind: 'line',
        unit: 'ratio',
        limit: { name: 'used up', value: 0 },
        lines: slos.map(({ name, days }) => ({
          name: sloTitle(name),
          points: days.map(({ from, left }) => [from + 86_400, left] as const),
        })),
      },
    ],
  };
}

function daily({ name, objective, days }: SloCompliance): Section {
  return {
    title: sloTitle(name),
    charts: [
      {
        title: 'Compliance by day',
        kind: 'line',
        unit: 'ratio',
        limit: { name: `objective ${percent(objective)}`, value: objective },
        lines: [
          { name: 'compliance', points: days.map((day) => [day.from, day.compliance ?? null] as const) },
        ],
      },
      {
        title: 'Budget used by day',
        kind: 'bar',
        unit: 'ratio',
        lines: [{ name: 'budget used', points: days.map((day) => [day.from, day.budget] as const) }],
      },
    ],
  };
}

/** A day that alone used up more than half of the period's budget stands out. */
function budgetState(budget: number): State {
  if (budget > 1) return 'bad';
  return budget > 0.5 ? 'warn' : 'none';
}
