import type { State } from '../document.ts';
import { lengthOf, type Period } from '../period.ts';
import { sum } from '../statistics.ts';
import type { Day, SloHistory } from './fetch.ts';

export interface SloDay {
  /** Unix seconds at which the day begins. */
  readonly from: number;
  readonly bad: number;
  readonly total: number;
  /** Share of good events or minutes; undefined where nothing happened. */
  readonly compliance: number | undefined;
  /** Share of the whole period's budget that the day used up. */
  readonly budget: number;
  /** Share of the budget that was left when the day ended. */
  readonly left: number;
}

export interface SloCompliance {
  readonly name: string;
  readonly service: string;
  readonly kind: 'events' | 'slices';
  readonly objective: number;
  readonly bad: number;
  readonly total: number;
  /** Undefined without data: an SLO that nobody measured was not met. */
  readonly compliance: number | undefined;
  /** Share of the error budget that is left; below 0 it is overspent. */
  readonly budgetLeft: number | undefined;
  /** Share of the period's minutes with data. */
  readonly coverage: number;
  readonly state: State;
  readonly days: readonly SloDay[];
  /** Days that used up the most of the budget, the worst first. */
  readonly worstDays: readonly SloDay[];
}

/** Under this share of its minutes, a period says little. */
export const COVERAGE_LIMIT = 0.95;
/** Less of the budget than this is worth a look. */
const BUDGET_LIMIT = 0.25;

/** Compliance over exactly the period, whatever the SLO's own rolling window is. Pure. */
export function complianceOf(slo: SloHistory, period: Period, worstDays = 3): SloCompliance {
  const { name, service, kind, objective } = slo;
  const bad = sum(slo.days.map((day) => day.bad));
  const total = sum(slo.days.map((day) => day.total));
  const allowed = (1 - objective) * total;
  const measured = total > 0;
  let spent = 0;
  const days = slo.days.map((day): SloDay => {
    const budget = spentBy(day, allowed);
    spent += budget;
    return {
      from: day.from,
      bad: day.bad,
      total: day.total,
      compliance: day.total > 0 ? 1 - day.bad / day.total : undefined,
      budget,
      left: 1 - spent,
    };
  });
  const compliance = measured ? 1 - bad / total : undefined;
  const budgetLeft = measured ? 1 - bad / allowed : undefined;
  const coverage = Math.min(1, (slo.minutes * 60) / lengthOf(period));
  return {
    name,
    service,
    kind,
    objective,
    bad,
    total,
    compliance,
    budgetLeft,
    coverage,
    state: stateOf(budgetLeft),
    days,
    worstDays: days
      .filter((day) => day.bad > 0)
      .sort((a, b) => b.bad - a.bad || a.from - b.from)
      .slice(0, worstDays),
  };
}

const spentBy = ({ bad }: Day, allowed: number) => (allowed > 0 ? bad / allowed : 0);

function stateOf(budgetLeft: number | undefined): State {
  if (budgetLeft === undefined) return 'none';
  if (budgetLeft < 0) return 'bad';
  return budgetLeft < BUDGET_LIMIT ? 'warn' : 'good';
}
