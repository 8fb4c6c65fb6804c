import { nearest } from '../../lib/nearest.ts';
import { type Expr, walk } from '../../lib/promql/ast.ts';
import { lookup, type Vocabulary } from '../../rules/promql-check.ts';
import { isObject, type Json, objects, panelName, panelsOf, textOf } from './json.ts';
import { kindOf, variablesOf } from './sources.ts';
import { isBuiltIn, parseQuery, referencesIn } from './substitute.ts';

/** A query in PromQL, and where it stands. */
export interface OwnQuery {
  /** For messages: `panel 'Orders', query A`. */
  readonly where: string;
  readonly expr: string;
  readonly panel?: Json;
  /** Whether only labels of the series are read, never their values. */
  readonly labelsOnly?: boolean;
}

/** A query that parses. */
export interface ParsedQuery extends OwnQuery {
  readonly tree: Expr;
  /** Whether variables stand for parts of it, so that little is known of it. */
  readonly open: boolean;
  /** Metrics that it reads, as far as the user wrote their names. */
  readonly metrics: readonly string[];
}

/** Every PromQL query of a model: of panels, of annotations and of variables. */
export function queriesOf(model: Json): OwnQuery[] {
  const ofPanels = panelsOf(model).flatMap((panel) =>
    objects(panel.targets).flatMap((target) => {
      const expr = textOf(target.expr);
      if (!asks(expr) || kindOf(model, panel, target.datasource) !== 'prometheus') return [];
      return [{ where: `${panelName(panel)}, query ${String(target.refId ?? '?')}`, expr, panel }];
    }),
  );
  const annotations = isObject(model.annotations) ? objects(model.annotations.list) : [];
  const ofAnnotations = annotations.flatMap((annotation) => {
    const target = isObject(annotation.target) ? annotation.target : {};
    if (kindOf(model, undefined, annotation.datasource) !== 'prometheus') return [];
    const where = `annotation '${String(annotation.name ?? '')}'`;
    return [...new Set([textOf(annotation.expr), textOf(target.expr)])]
      .filter(asks)
      .map((expr) => ({ where, expr }));
  });
  const ofVariables = [...variablesOf(model)].flatMap(([name, variable]) => {
    if (variable.type !== 'query' || kindOf(model, undefined, variable.datasource) !== 'prometheus')
      return [];
    const query = queryOf(variable);
    const series = labelledSeries(query);
    const expr = series ?? resultOf(query);
    return asks(expr) ? [{ where: `variable '${name}'`, expr, labelsOnly: series !== undefined }] : [];
  });
  return [...ofPanels, ...ofAnnotations, ...ofVariables];
}

/** Grafana leaves a query out that is empty, or a comment and nothing else. */
const asks = (expr: string | undefined): expr is string =>
  expr !== undefined && expr.replaceAll(/^\s*#.*$/gm, '').trim() !== '';

function queryOf({ query }: Json): string | undefined {
  return textOf(query) ?? (isObject(query) ? textOf(query.query) : undefined);
}

/** The series of `label_values(<series>, label)`, the one form of a variable’s query that reads no values. */
const labelledSeries = (query = ''): string | undefined =>
  /^\s*label_values\s*\((.*),\s*[^,]*?\)\s*$/s.exec(query)?.[1];

/** The query of `query_result(<query>)`. */
const resultOf = (query = ''): string | undefined => /^\s*query_result\s*\((.*)\)\s*$/s.exec(query)?.[1];

/** Every query parsed, or what is wrong with them: variables that nobody defines, and what is no PromQL. */
export function parseQueries(model: Json): { readonly parsed: ParsedQuery[]; readonly problems: string[] } {
  const variables = [...variablesOf(model).keys()];
  const problems: string[] = [];
  const parsed: ParsedQuery[] = [];
  for (const query of queriesOf(model)) {
    const result = parseQuery(query.expr);
    if ('problem' in result) {
      problems.push(
        `${query.where}: ${result.problem} at ${place(query.expr, result.at)} of: ${shortened(query.expr)}`,
      );
      continue;
    }
    const undefinedNames = referencesIn(query.expr)
      .map(({ name }) => name)
      .filter((name) => !isBuiltIn(name) && !variables.includes(name));
    for (const name of new Set(undefinedNames)) {
      const near = nearest(name, variables);
      const known =
        variables.length === 0 ? 'the dashboard has none' : `its variables are ${variables.join(', ')}`;
      problems.push(
        `${query.where}: there is no variable '${name}': ${near === undefined ? known : `did you mean '${near}'?`} It stands in: ${shortened(query.expr)}`,
      );
    }
    const metrics = [...walk(result.tree)].flatMap((expr) =>
      expr.kind === 'selector' &&
      expr.metric !== '' &&
      result.written(expr.from, expr.from + expr.metric.length)
        ? [expr.metric]
        : [],
    );
    parsed.push({ ...query, tree: result.tree, open: result.open, metrics: [...new Set(metrics)] });
  }
  return { parsed, problems };
}

function place(expr: string, at: number): string {
  const before = expr.slice(0, at).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  const near = expr.slice(at, at + 20).split('\n')[0];
  const where = expr.includes('\n') ? `line ${before.length}, character ${column}` : `character ${column}`;
  return near ? `${where}, near “${near}”,` : `${where}, its end,`;
}

const SHOWN_LENGTH = 200;
const shortened = (expr: string): string => {
  const line = expr.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHOWN_LENGTH ? `${line.slice(0, SHOWN_LENGTH)}…` : line;
};

/** Names of series that a query may read, for whoever mistypes one. */
function seriesNames({ metrics, recorded }: Vocabulary): string[] {
  const names = Object.entries(metrics).flatMap(([name, { type }]) =>
    (type as string) === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name],
  );
  return [...names, ...Object.keys(recorded)];
}

/** Only what is this near is taken for a slip: in a Prometheus of many exporters most unknown names are right. */
const NEAR = 0.25;
const NAMED = 20;

/** Metrics that neither the catalogue nor the rules know, as one sentence; undefined where all are known. */
export function unknownMetrics(queries: readonly ParsedQuery[], vocabulary: Vocabulary): string | undefined {
  const readers = new Map<string, string>();
  for (const { metrics, where } of queries)
    for (const metric of metrics) if (!readers.has(metric)) readers.set(metric, where);
  const unknown = [...readers].filter(([metric]) => lookup(metric, vocabulary) === undefined);
  if (unknown.length === 0) return undefined;
  const names = seriesNames(vocabulary);
  const told = unknown.map(([metric, where]) => {
    const near = nearest(metric, names);
    const slip = near !== undefined && differing(metric, near) <= NEAR;
    return { slip, text: `'${metric}' (${where}${slip ? `; did you mean '${near}'?` : ''})` };
  });
  const first = [...told.filter(({ slip }) => slip), ...told.filter(({ slip }) => !slip)].slice(0, NAMED);
  const more = told.length - first.length;
  const listed = first.map(({ text }) => text).join(', ');
  const rest = more > 0 ? ` and ${more} more` : '';
  const verb = told.length === 1 ? 'metric is' : 'metrics are';
  return `${told.length} ${verb} not in the catalogue and not recorded by a rule: ${listed}${rest}. The panel stays empty unless your Prometheus has ${told.length === 1 ? 'it' : 'them'}`;
}

/** Share of a name that differs from another, roughly: what they begin and end with alike does not count. */
function differing(name: string, other: string): number {
  let start = 0;
  while (start < Math.min(name.length, other.length) && name[start] === other[start]) start++;
  let end = 0;
  while (end < Math.min(name.length, other.length) - start && name.at(-1 - end) === other.at(-1 - end)) end++;
  return (Math.max(name.length, other.length) - start - end) / Math.max(name.length, other.length);
}
