import { type Expr, walk } from '../../lib/promql/ast.ts';
import { parse } from '../../lib/promql/parse.ts';
import { checkExpression, resultLabels } from '../../rules/promql-check.ts';
import { type DashboardLint, eachQuery, reporter } from './finding.ts';
import { legendLabels, substituteVariables } from './substitute.ts';

/** Queries parse, and read metrics and labels that exist. */
export const targetPromql: DashboardLint = (dashboard, { vocabulary }) => {
  const report = reporter('target-promql', dashboard);
  return eachQuery(dashboard).flatMap(({ panel, query }) =>
    checkExpression(substituteVariables(query.expr), vocabulary).map((problem) =>
      report(problem, panel.title),
    ),
  );
};

/** Legends and columns name labels that the result has. */
export const targetLegend: DashboardLint = (dashboard, { vocabulary }) => {
  const report = reporter('target-legend', dashboard);
  return eachQuery(dashboard).flatMap(({ panel, query }) => {
    const tree = tryParse(query.expr);
    if (!tree || query.legend === undefined) return [];
    const { labels } = resultLabels(tree, vocabulary);
    return legendLabels(query.legend)
      .filter((label) => !labels.has(label))
      .map((label) =>
        report(
          `legend names label '${label}'; the result has ${[...labels].join(', ') || 'none'}`,
          panel.title,
        ),
      );
  });
};

/** Rates follow the zoom, or say why they do not. */
export const targetRateInterval: DashboardLint = (dashboard) => {
  const report = reporter('target-rate-interval', dashboard);
  return eachQuery(dashboard).flatMap(({ panel, query }) => {
    const windows = [...query.expr.matchAll(/\[([^\]]+)\]/g)].map(([, window]) => window as string);
    const fitting = query.mode === 'instant' ? ['$__rate_interval', '$__range'] : ['$__rate_interval'];
    const own = windows.filter((window) => !fitting.includes(window));
    if (own.length === 0) {
      return query.windowReason === undefined
        ? []
        : [report('gives a reason for a window of its own and has none', panel.title)];
    }
    return query.windowReason?.trim()
      ? []
      : [
          report(
            `has the window ${own.join(', ')} instead of ${fitting.join(' or ')}, and no reason`,
            panel.title,
          ),
        ];
  });
};

/** Every read of a series that has the label is narrowed by its variable. */
const targetMatcher =
  (label: string): DashboardLint =>
  (dashboard) => {
    const report = reporter(`target-${label}`, dashboard);
    return eachQuery(dashboard).flatMap(({ panel, query }) => {
      const selectors = query.expr.includes(`${label}=~"$${label}"`);
      return selectors ? [] : [report(`does not match ${label}=~"$${label}"`, panel.title)];
    });
  };

export const targetJob = targetMatcher('job');
export const targetInstance = targetMatcher('instance');

const RATES = new Set(['rate', 'irate', 'increase']);

/** Rates are taken before they are summed: the rate of a sum breaks when one instance restarts. */
export const targetCounterAgg: DashboardLint = (dashboard) => {
  const report = reporter('target-counter-agg', dashboard);
  return eachQuery(dashboard).flatMap(({ panel, query }) => {
    const tree = tryParse(query.expr);
    if (!tree) return [];
    const wrong = [...walk(tree)].some(
      (expr) =>
        expr.kind === 'call' &&
        RATES.has(expr.name) &&
        expr.args.some((arg) => [...walk(arg)].some(({ kind }) => kind === 'aggregate')),
    );
    return wrong ? [report('takes the rate of a sum; sum the rates instead', panel.title)] : [];
  });
};

/** A zero in place of nothing hides what is gone: each has a reason. */
export const targetZero: DashboardLint = (dashboard) => {
  const report = reporter('target-zero', dashboard);
  return eachQuery(dashboard).flatMap(({ panel, query }) => {
    const zero = /\bvector\s*\(\s*0+(\.0*)?\s*\)/.test(query.expr);
    if (zero && !query.zeroReason?.trim())
      return [report('shows zero where there is nothing, without a reason', panel.title)];
    return !zero && query.zeroReason !== undefined
      ? [report('gives a reason for a zero that it does not show', panel.title)]
      : [];
  });
};

function tryParse(expr: string): Expr | undefined {
  try {
    return parse(substituteVariables(expr));
  } catch {
    return undefined;
  }
}
