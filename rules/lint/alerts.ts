import { COMPARISONS, type Expr, isAbsence, SET_OPERATORS, unwrap } from '../../lib/promql/ast.ts';
import { seconds, tryParse } from '../../lib/promql/parse.ts';
import { judgeRules } from '../check.ts';
import { type Lint, perAlert } from './lint.ts';

/** Whether an expression yields something only under a condition. */
function conditional(expr: Expr): boolean {
  const part = unwrap(expr);
  if (part.kind === 'call') return isAbsence(part.name);
  if (part.kind !== 'binary') return part.kind === 'aggregate' && conditional(part.expr);
  if (COMPARISONS.has(part.op)) return !part.bool;
  if (part.op === 'or') return conditional(part.left) && conditional(part.right);
  if (SET_OPERATORS.has(part.op))
    return conditional(part.left) || (part.op === 'and' && conditional(part.right));
  return conditional(part.left) || conditional(part.right);
}

const REQUIRED = ['summary', 'description', 'runbook_url'];

export const alertLints: readonly Lint[] = [
  perAlert('alerts/annotation', ({ annotations }) =>
    REQUIRED.filter((key) => !annotations[key]?.trim()).map((key) => `has no annotation ${key}`),
  ),
  perAlert('alerts/comparison', ({ expr }) => {
    const root = tryParse(expr);
    return root && !conditional(root) ? ['compares nothing, so it always fires'] : [];
  }),
  perAlert('alerts/for', (alert) =>
    [alert.for, alert.keepFiringFor ?? '0s']
      .filter((value) => Number.isNaN(seconds(value)))
      .map((value) => `“${value}” is no duration`),
  ),
  {
    name: 'alerts/template',
    check: (set) => [
      ...set.alerts.flatMap(({ name, labels }) =>
        Object.entries(labels)
          .filter(([, value]) => value.includes('{{'))
          .map(([key]) => ({
            rule: name,
            message: `label ${key} has a template: each value is another alert`,
          })),
      ),
      ...judgeRules(set)
        .advice.filter((advice) => advice.includes('its text uses the label'))
        .map((message) => ({ rule: /alert (\w+):/.exec(message)?.[1] ?? '', message })),
    ],
  },
];
