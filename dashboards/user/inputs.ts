import { set } from '../../lib/setting-commands.ts';
import { ALERTMANAGER_DATA_SOURCE, DATA_SOURCE } from '../datasource.ts';
import { isObject, type Json, objects, textOf } from './json.ts';

/** What the settings answer, by name of the input, or by uid or name of a data source elsewhere. */
export type Answers = Readonly<Record<string, string>>;

/** A model whose inputs are filled in. */
export interface Filled {
  readonly model: Json;
  readonly problems: readonly string[];
  /** Names of answers that it took from the settings. */
  readonly used: readonly string[];
}

interface Input {
  readonly name: string;
  readonly type: string;
  readonly pluginId: string;
  readonly label: string;
  readonly value: string;
}

/** Data sources that a stack has one of, by kind of plugin: whoever asks for one of the kind means that one. */
const ONE_OF_A_KIND: Readonly<Record<string, string>> = {
  prometheus: DATA_SOURCE.uid,
  alertmanager: ALERTMANAGER_DATA_SOURCE.uid,
  grafana: '-- Grafana --',
  __expr__: '__expr__',
};

/**
 * Fills in what an export for sharing asks for (`__inputs`): from the settings, from the import that it came as, with the
 * stack's own data source where it asks for one of its kind, and with the value that a constant brings. The rest is asked
 * for by name. An answer also holds for a data source that the file names by the uid or the name it had elsewhere.
 * @param stack for the command that mends it. Default: none is named.
 */
export function fillInputs(
  model: Json,
  { settings, came, stack }: { readonly settings: Answers; readonly came: Answers; readonly stack?: string },
): Filled {
  const inputs = objects(model.__inputs).map(inputOf);
  const kinds = Map.groupBy(inputs, ({ type, pluginId }) => (type === 'datasource' ? pluginId : ''));
  const answers = new Map(Object.entries(settings));
  const open: Input[] = [];
  for (const input of inputs) {
    if (answers.has(input.name)) continue;
    const one = kinds.get(input.pluginId)?.length === 1 ? own(ONE_OF_A_KIND, input.pluginId) : undefined;
    const answer =
      own(came, input.name) ??
      (input.type === 'datasource' ? one : input.value === '' ? undefined : input.value);
    if (answer === undefined) open.push(input);
    else answers.set(input.name, answer);
  }
  const used = new Set<string>();
  const take = (name: string): string | undefined => {
    const answer = answers.get(name);
    if (answer !== undefined && Object.hasOwn(settings, name)) used.add(name);
    return answer;
  };
  const { __inputs: _, __elements: __, __requires: ___, ...rest } = model;
  const filled = replaced(rest, take) as Json;
  return {
    model: filled,
    used: [...used],
    problems: open.map((input) => `${asked(input)}: say which in the settings: ${command(input, stack)}`),
  };
}

function inputOf(input: Json): Input {
  const text = (key: string) => textOf(input[key]) ?? '';
  return {
    name: text('name'),
    type: text('type'),
    pluginId: text('pluginId'),
    label: text('label'),
    value: text('value'),
  };
}

const own = (record: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function asked({ name, type, pluginId, label }: Input): string {
  const what = type === 'datasource' ? `a data source of type ${pluginId || 'unknown'}` : `a value`;
  return `it asks for ${what} (__inputs: ${name}${label && label !== name ? `, “${label}”` : ''})`;
}

function command({ name, type }: Input, stack: string | undefined): string {
  return answerCommand(name, type === 'datasource' ? '<uid of the data source>' : '<value>', stack);
}

/** The command that answers an input. */
export function answerCommand(name: string, value: string, stack: string | undefined): string {
  return set(`dashboards.inputs["${name}"]`, value, stack);
}

/** A copy in which each `${name}` that has an answer is replaced, and each data source that an answer renames. */
function replaced(value: unknown, take: (name: string) => string | undefined): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\$\{([\w-]+)\}/g, (whole, name: string) => take(name) ?? whole);
  if (Array.isArray(value)) return value.map((inner) => replaced(inner, take));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'datasource' ? source(replaced(inner, take), take) : replaced(inner, take),
    ]),
  );
}

/** A data source under the name that it has here. `$name` is a variable's, which has no braces in older exports. */
function source(value: unknown, take: (name: string) => string | undefined): unknown {
  const renamed = (name: string) => take(name.replace(/^\$/, '')) ?? name;
  if (typeof value === 'string') return renamed(value);
  return isObject(value) && typeof value.uid === 'string' ? { ...value, uid: renamed(value.uid) } : value;
}
