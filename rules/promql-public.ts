/** PromQL as a tree: parse, walk, print, and check against the metrics that exist. Loads no Pulumi. */
export * from '../lib/promql/ast.ts';
export { canonical, print } from '../lib/promql/canonical.ts';
export type { LabelSet } from '../lib/promql/labels.ts';
export { normalForm } from '../lib/promql/normal.ts';
export { duration, PromqlSyntaxError, parse, seconds, tryParse } from '../lib/promql/parse.ts';
export type { Problem } from '../lib/promql/problem.ts';
export {
  checkExpression,
  checkProblems,
  EXPRESSION_CHECKS,
  resultLabels,
  type Vocabulary,
} from './promql-check.ts';
