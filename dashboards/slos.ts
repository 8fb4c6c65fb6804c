import { MappingType, SpecialValueMatch } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Slo } from '../catalogue/slos.ts';
import { RECORDED_WINDOWS } from '../rules/slo/windows.ts';
import type { DashboardOutline } from './dashboard.ts';
import type { DashboardContext } from './limits.ts';
import { dashboardTitles, TO_DASHBOARD_OF_CELL, withDashboard } from './panels/alerts.ts';
import { timeSeries } from './panels/graphs.ts';
import { gauge, stat, stateTimeline } from './panels/kinds.ts';
import { states } from './panels/mappings.ts';
import { line, row } from './panels/panel.ts';
import { instant, range, rows } from './panels/query.ts';
import { table } from './panels/table.ts';
import { BUDGET_LEVELS, BUDGET_TEXT, COLOR, highIsBad, lowIsBad } from './panels/thresholds.ts';
import { datasourceVariable, sloVariable } from './panels/variables.ts';

const SLO = 'slo=~"$slo"';
const SECONDS_A_DAY = 86_400;

/** At a burn rate of 1 the budget is spent exactly at the end of the window. */
const SUSTAINABLE_BURN = 1;

/** Sustainable up to 1; bad where the fastest alert pages. */
const burnLevels = (context: DashboardContext) =>
  highIsBad({ warning: SUSTAINABLE_BURN, bad: context.limits.pagingBurn });

/** From whether the promises are kept to how long they will be. */
export function slos(context: DashboardContext): DashboardOutline {
  return {
    uid: 'slos',
    folder: 'operations',
    question: 'Are the promises to users kept, how much error budget is left, and when does it run out?',
    next: 'A burn rate of 1 spends the budget exactly by the end of the window; above it, something has to give.',
    variables: [datasourceVariable(), sloVariable()],
    rows: [
      row('Are the promises kept', line(4, ...verdict(context)), line(9, overview(context))),
      row('Error budgets', line(8, budgetsLeft(), budgetOverTime())),
      row('Burn rates', line(8, burnNow(context), burnByWindow(context))),
      row('Good and bad', line(7, errorRatio(), kept(context))),
    ],
  };
}

const verdict = (context: DashboardContext) => [
  keptSoFar(Object.keys(context.slos).length),
  stat({
    title: 'Least error budget left',
    description: 'Of the objective that has spent the largest part of its budget. Below zero it is broken.',
    unit: 'percentunit',
    max: 1,
    decimals: 1,
    levels: BUDGET_LEVELS,
    queries: [instant(`min(slo:error_budget_remaining:ratio{${SLO}})`, 'budget')],
  }),
  stat({
    title: 'Fastest burn rate of the last hour',
    description: 'How many times faster than sustainable the fastest budget burns.',
    unit: 'none',
    min: 0,
    decimals: 1,
    levels: burnLevels(context),
    queries: [instant(`max(slo:current_burn_rate:ratio{${SLO}})`, 'burn rate')],
    shows: [
      'errors',
      'slow-model',
      'api-down',
      'consumer-lag',
      'stale-features',
      'cache-misses',
      'low-confidence',
    ],
  }),
];

const keptSoFar = (count: number) =>
  stat({
    title: 'Objectives kept so far',
    description:
      'Objectives that have budget left, of all that the stack has, whichever are chosen above. A budget that is spent stays so until the bad minutes leave the window.',
    unit: `suffix:of ${count} ${count === 1 ? 'objective' : 'objectives'}`,
    min: 0,
    decimals: 0,
    levels: lowIsBad({ bad: count, good: undefined }),
    queries: [instant(`sum(max by (slo) (slo:error_budget_remaining:ratio) >= bool 0)`, 'kept')],
  });

function overview(context: DashboardContext) {
  const window = onlyWindow(context.slos);
  return table({
    title: 'Every objective with its budget and when that runs out',
    description:
      'State: broken once the budget is spent, kept once the whole window was measured, and grey before: what is not measured yet may still spend it. Compliance is that of the time measured, the budget that of the whole window. Then the burn rate of the last hour, and how long the budget lasts at that rate.',
    queries: [
      rows(withDashboard(`max by (slo, service) (slo:objective:ratio{${SLO}})`)),
      rows(withDashboard(`max by (slo, service) (slo:compliance:ratio{${SLO}})`)),
      rows(withDashboard(`max by (slo, service) (slo:error_budget_remaining:ratio{${SLO}})`)),
      rows(withDashboard(`max by (slo, service) (slo:current_burn_rate:ratio{${SLO}})`)),
      rows(withDashboard(timeToExhaustion(context.slos))),
      rows(withDashboard(measuredSeconds(context.slos))),
      rows(withDashboard(stateOf(context.slos))),
      ...(window === undefined ? [rows(withDashboard(windowDays(context.slos)))] : []),
    ],
    sortBy: { title: 'Budget left', descending: false },
    columns: [
      { field: 'slo', title: 'Objective' },
      { field: 'service', title: 'Service' },
      { field: 'Value #G', title: 'State', unit: 'none', mappings: KEPT, cell: 'text', width: 110 },
      {
        field: 'Value #F',
        title: window === undefined ? 'Measured' : `Measured of ${window} d`,
        unit: 's',
        decimals: 0,
        width: 155,
      },
      ...(window === undefined
        ? ([{ field: 'Value #H', title: 'Of window', unit: 'suffix:d', decimals: 0, width: 90 }] as const)
        : []),
      { field: 'Value #A', title: 'Promised', unit: 'percentunit', decimals: 2, width: 90 },
      { field: 'Value #B', title: 'Compliance so far', unit: 'percentunit', decimals: 3, width: 160 },
      {
        field: 'Value #C',
        title: 'Budget left',
        unit: 'percentunit',
        decimals: 1,
        levels: BUDGET_TEXT,
        cell: 'text',
        width: 120,
      },
      {
        field: 'Value #D',
        title: 'Burn rate',
        unit: 'none',
        decimals: 2,
        levels: burnLevels(context),
        cell: 'text',
        width: 110,
      },
      {
        field: 'Value #E',
        title: 'Budget lasts',
        unit: 's',
        decimals: 1,
        width: 120,
        mappings: [
          {
            type: MappingType.SpecialValue,
            options: { match: SpecialValueMatch.NullAndNan, result: { text: 'no burn' } },
          },
        ],
      },
      { field: 'dashboard', title: 'Look at', links: [TO_DASHBOARD_OF_CELL], mappings: dashboardTitles() },
    ],
    shows: ['errors', 'slow-model', 'api-down'],
  });
}

/** Days of the window that all objectives have; undefined where they differ. */
function onlyWindow(all: Readonly<Record<string, Slo>>): number | undefined {
  const [days, ...others] = new Set(Object.values(all).map(({ windowDays }) => windowDays));
  return others.length === 0 ? days : undefined;
}

/** A query a length of window, over the objectives that have it. */
function byWindow(
  all: Readonly<Record<string, Slo>>,
  query: (days: number, matcher: string) => string,
): string {
  const windows = Map.groupBy(Object.entries(all), ([, slo]) => slo.windowDays);
  return [...windows]
    .map(([days, entries]) => {
      const names = entries.map(([name]) => name).join('|');
      return query(days, windows.size === 1 ? SLO : `${SLO}, slo=~"${names}"`);
    })
    .join(' or ');
}

/** Share of the window that was measured. */
const history = (days: number, matcher: string) =>
  `max by (slo, service) (slo:history:ratio{window="${days}d", ${matcher}})`;

/** Seconds of the window that were measured. */
const measuredSeconds = (all: Readonly<Record<string, Slo>>) =>
  byWindow(all, (days, matcher) => `${history(days, matcher)} * ${days * SECONDS_A_DAY}`);

const windowDays = (all: Readonly<Record<string, Slo>>) =>
  byWindow(all, (days, matcher) => `0 * max by (slo, service) (slo:objective:ratio{${matcher}}) + ${days}`);

/** Share of a window from which on it counts as measured: a restart or two leave holes. */
const MEASURED = 0.99;

/** 0 where the budget is spent, 1 where some is left, 2 where that is not certain yet since part of the window is missing. */
const stateOf = (all: Readonly<Record<string, Slo>>) =>
  byWindow(
    all,
    (days, matcher) =>
      `(max by (slo, service) (slo:error_budget_remaining:ratio{${matcher}}) >= bool 0) * (1 + (${history(days, matcher)} < bool ${MEASURED}))`,
  );

const KEPT = states({
  '0': { text: 'Broken', color: COLOR.bad },
  '1': { text: 'Kept', color: COLOR.good },
  '2': { text: 'Kept so far', color: COLOR.muted },
});

/** Seconds until the budget is spent at the burn rate of the last hour; no sample where nothing burns. */
const timeToExhaustion = (all: Readonly<Record<string, Slo>>) =>
  byWindow(
    all,
    (days, matcher) =>
      `clamp_min(max by (slo, service) (slo:error_budget_remaining:ratio{${matcher}}), 0) * ${days * SECONDS_A_DAY} / (max by (slo, service) (slo:current_burn_rate:ratio{${matcher}}) > 0)`,
  );

const budgetsLeft = () =>
  gauge({
    title: 'Error budget left by objective',
    description: 'Share of the budget of the window that is left. An empty dial is a spent budget.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    decimals: 1,
    levels: BUDGET_LEVELS,
    width: 12,
    queries: [instant(`sort(max by (slo) (slo:error_budget_remaining:ratio{${SLO}}))`, '{{slo}}')],
  });

const budgetOverTime = () =>
  timeSeries({
    title: 'Error budget left over time',
    description:
      'It falls with each bad event and rises as old ones leave the window. A cliff is an incident.',
    unit: 'percentunit',
    max: 1,
    // From 99.996 % to 100 % is no collapse.
    softMin: 0,
    levels: BUDGET_LEVELS,
    queries: [range(`max by (slo) (slo:error_budget_remaining:ratio{${SLO}})`, '{{slo}}')],
  });

const burnNow = (context: DashboardContext) =>
  timeSeries({
    title: 'Burn rate of the last hour by objective',
    description:
      'How many times faster than sustainable the budget burns. Dashed: sustainable, and where the fastest alert pages.',
    unit: 'none',
    min: 0,
    levels: burnLevels(context),
    queries: [range(`max by (slo) (slo:current_burn_rate:ratio{${SLO}})`, '{{slo}}')],
    shows: [
      'errors',
      'slow-model',
      'api-down',
      'consumer-lag',
      'stale-features',
      'cache-misses',
      'low-confidence',
    ],
  });

const burnByWindow = (context: DashboardContext) =>
  timeSeries({
    title: 'Burn rate of the worst objective by window',
    description:
      'Short windows react first and forget first: short over long is getting worse, short under long is recovering.',
    unit: 'none',
    min: 0,
    levels: burnLevels(context),
    // One query a window: by label, a day would stand before five minutes.
    queries: RECORDED_WINDOWS.map((window) =>
      range(`max(slo:burn_rate:ratio{window="${window}", ${SLO}})`, window),
    ),
    shows: ['errors', 'slow-model', 'api-down'],
  });

const errorRatio = () =>
  timeSeries({
    title: 'Share of bad events or minutes in the last hour by objective',
    description: 'What the burn rate is made of, before it is divided by what the objective allows.',
    unit: 'percentunit',
    min: 0,
    queries: [range(`max by (slo) (slo:error:ratio{window="1h", ${SLO}})`, '{{slo}}')],
    shows: ['errors', 'slow-model', 'api-down'],
  });

const kept = (context: DashboardContext) =>
  stateTimeline({
    title: 'When each objective was kept',
    description:
      'Red while the budget is spent, green while some is left, grey while part of the window is not measured yet.',
    unit: 'none',
    min: 0,
    max: 2,
    mappings: KEPT,
    queries: [range(`max by (slo) (${stateOf(context.slos)})`, '{{slo}}')],
  });
