import { nearest } from '../../lib/nearest.ts';
import { ALERTMANAGER_DATA_SOURCE, DATA_SOURCE, EXTERNAL_DATA_SOURCES } from '../datasource.ts';
import { answerCommand } from './inputs.ts';
import { isObject, type Json, objects, panelName, textOf, visit } from './json.ts';

/** Names under which Grafana knows data sources of its own, and the one that is the default. */
const BUILT_IN = [
  '-- Grafana --',
  '-- Mixed --',
  '-- Dashboard --',
  'grafana',
  '__expr__',
  'Expression',
  'default',
  '',
];
const OURS: readonly string[] = [
  ...[DATA_SOURCE.uid, DATA_SOURCE.name, ALERTMANAGER_DATA_SOURCE.uid, ALERTMANAGER_DATA_SOURCE.name],
  ...[EXTERNAL_DATA_SOURCES.prometheus.uid, EXTERNAL_DATA_SOURCES.alertmanager.uid],
];
const SHOWN = [DATA_SOURCE.uid, ALERTMANAGER_DATA_SOURCE.uid].map((uid) => `'${uid}'`).join(' and ');

/** A variable as it stands for a whole data source: `$name`, `${name}`, `${name:raw}` or `[[name]]`. */
const VARIABLE = /^(?:\$(\w+)|\$\{(\w+)(?:[.:][^}]*)?\}|\[\[(\w+)(?::\w+)?\]\])$/;

/** The variables of a model by name. */
export function variablesOf(model: Json): ReadonlyMap<string, Json> {
  const list = isObject(model.templating) ? objects(model.templating.list) : [];
  return new Map(
    list.flatMap((variable) => (typeof variable.name === 'string' ? [[variable.name, variable]] : [])),
  );
}

/** Uid or name that a reference to a data source has; undefined where it names none, which is the default one. */
function uidOf(source: unknown): string | undefined {
  return textOf(isObject(source) ? source.uid : source);
}

function variableIn(uid: string): string | undefined {
  const [, plain, braced, bracketed] = VARIABLE.exec(uid) ?? [];
  return plain ?? braced ?? bracketed;
}

/**
 * Data sources that a model names and that neither the stack, nor Grafana, nor a variable of the dashboard, nor an answer of
 * the settings provides.
 * @param answered uids that the settings say are there.
 */
export function sourceProblems(
  model: Json,
  answered: readonly string[],
  stack: string | undefined,
): string[] {
  const variables = variablesOf(model);
  const problems = new Map<string, string>();
  visit(model, (value, panel) => {
    const uid = uidOf(value.datasource);
    if (uid === undefined || problems.has(uid)) return;
    const where = panel === undefined ? '' : ` of ${panelName(panel)}`;
    const name = variableIn(uid);
    if (name !== undefined) {
      if (!variables.has(name)) problems.set(uid, unanswered(uid, name, where, [...variables.keys()], stack));
    } else if (![...OURS, ...BUILT_IN, ...answered].includes(uid)) {
      problems.set(
        uid,
        `data source '${uid}' is not provisioned${panel === undefined ? '' : ` (${panelName(panel)})`}; known are ${SHOWN}, and variables such as '\${datasource}'. Say which it is here: ${answerCommand(uid, DATA_SOURCE.uid, stack)}`,
      );
    }
  });
  return [...problems.values()];
}

function unanswered(
  uid: string,
  name: string,
  where: string,
  variables: readonly string[],
  stack: string | undefined,
): string {
  const near = nearest(name, variables);
  const known =
    variables.length === 0 ? 'the dashboard has no variable' : `its variables are ${variables.join(', ')}`;
  const hint = near === undefined ? '' : `; did you mean '$${near}'?`;
  return `data source '${uid}'${where} is answered by nothing: there is no input of that name, and ${known}${hint} Say which it is: ${answerCommand(name, DATA_SOURCE.uid, stack)}`.replace(
    /(its variables are [^?]*?|has no variable) Say/,
    '$1. Say',
  );
}

/** Names of inputs that are still in the text somewhere: `${DS_…}` and `${VAR_…}`, which only an import replaces. */
export function openInputs(model: Json, stack: string | undefined): string[] {
  const variables = variablesOf(model);
  const sources = new Set<string>();
  visit(model, (value) => {
    const uid = uidOf(value.datasource);
    if (uid !== undefined) sources.add(variableIn(uid) ?? uid);
  });
  const names = new Set(
    [...JSON.stringify(model).matchAll(/\$\{((?:DS|VAR)_[\w-]+)\}/g)].map(([, name]) => name as string),
  );
  return [...names]
    .filter((name) => !variables.has(name) && !sources.has(name))
    .map((name) => `nothing answers '\${${name}}': ${answerCommand(name, '<value>', stack)}`);
}

/** Kind of data source that a query goes to, such as `prometheus`; undefined where it cannot be told. */
export function kindOf(model: Json, panel: Json | undefined, source: unknown): string | undefined {
  const used = source ?? panel?.datasource;
  const uid = uidOf(used);
  if (uid === '-- Mixed --') return undefined;
  const variable = uid === undefined ? undefined : variablesOf(model).get(variableIn(uid) ?? '');
  if (variable?.type === 'datasource') return textOf(variable.query);
  if (isObject(used) && typeof used.type === 'string') return used.type;
  if (uid === undefined || uid === '' || uid === 'default') return DATA_SOURCE.type;
  const ours: readonly string[] = [DATA_SOURCE.uid, DATA_SOURCE.name, EXTERNAL_DATA_SOURCES.prometheus.uid];
  return ours.includes(uid) ? DATA_SOURCE.type : undefined;
}

/** Variables that offer data sources of a kind that the stack provisions none of. */
export function emptySourceVariables(model: Json): string[] {
  return [...variablesOf(model)].flatMap(([name, { type, query, regex }]) => {
    if (type !== 'datasource') return [];
    const kinds: readonly string[] = [DATA_SOURCE.type, ALERTMANAGER_DATA_SOURCE.type];
    if (!kinds.includes(String(query)))
      return [
        `variable '${name}' offers data sources of type ${String(query)}, and the stack provisions none`,
      ];
    return matches(textOf(regex))
      ? []
      : [`variable '${name}' leaves the stack’s data source out, by its filter ${regex}`];
  });
}

/** Whether a filter of Grafana's, `/…/` or a text, lets our names through. */
function matches(regex: string | undefined): boolean {
  if (!regex || regex.includes('$')) return true;
  const [, pattern, flags] = /^\/(.*)\/([a-z]*)$/s.exec(regex) ?? [undefined, `^${regex}$`, ''];
  try {
    const filter = new RegExp(pattern ?? '', flags);
    return [DATA_SOURCE.name, EXTERNAL_DATA_SOURCES.prometheus.name].some((name) => filter.test(name));
  } catch {
    return true;
  }
}
