import type { Slo } from '../../catalogue/slos.ts';
import { walk } from '../../lib/promql/ast.ts';
import { parse } from '../../lib/promql/parse.ts';
import { isAlert, type Recording } from '../alert.ts';
import type { RuleSet } from '../index.ts';
import { sumOfWindow } from './recordings.ts';
import { RUNNING_SUMS, TOTALLED, windowedRecord } from './totals.ts';

const RUNNING: ReadonlySet<string> = new Set(RUNNING_SUMS);

/**
 * An expression of the same value as a recording rule's that reads no series' own past: of a window that is read off
 * running totals the sum of its minutes, of any other rule its own. Dear to evaluate.
 *
 * @param kindOf whether an SLO counts events or minutes, by its name
 */
export function directExpression(
  { record, expr, labels = {} }: Pick<Recording, 'record' | 'expr' | 'labels'>,
  kindOf: (slo: string) => Slo['kind'],
): string {
  const { slo, window } = labels;
  const what = TOTALLED.find((each) => windowedRecord(each) === record);
  if (slo === undefined || window === undefined || what === undefined) return expr;
  const read = [...walk(parse(expr))].some((part) => part.kind === 'selector' && RUNNING.has(part.metric));
  return read ? sumOfWindow(kindOf(slo), slo, what, window) : expr;
}

/**
 * The same rules with every window counted as a sum of minutes, and without running totals: what tests can evaluate at
 * one moment, where totals need every minute before it.
 */
export function countedAsSums(set: RuleSet): RuleSet {
  const kinds = new Map<string, Slo['kind']>(set.slos.map(({ name, kind }) => [name, kind]));
  const direct = new Map(
    set.recordings
      .filter(({ record }) => !RUNNING.has(record))
      .map((rule) => {
        const expr = directExpression(rule, (slo) => kinds.get(slo) ?? 'events');
        return [rule, expr === rule.expr ? rule : { ...rule, expr }];
      }),
  );
  return {
    ...set,
    recordings: [...direct.values()],
    groups: set.groups.map((group) => ({
      ...group,
      rules: group.rules.flatMap((rule) => (isAlert(rule) ? rule : (direct.get(rule) ?? []))),
    })),
  };
}
