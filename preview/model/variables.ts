import type { VariableModel } from './dashboard.ts';

/** A variable with what is chosen. `values` holds the real values, also when *All* is chosen. */
export interface Variable {
  name: string;
  type: string;
  label: string;
  hidden: boolean;
  multi: boolean;
  includeAll: boolean;
  allValue?: string;
  options: { text: string; value: string }[];
  all: boolean;
  values: string[];
}

export const ALL = '$__all';

/** Escapes what a regular expression inside a PromQL string would read. */
export const escapeRegex = (text: string): string => text.replace(/[\\^$*+?.()|[\]{}]/g, '\\\\$&');

const escapeString = (text: string): string => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"');

/** The values of a variable in one of Grafana's formats. */
export function formatValues(variable: Variable, format: string): string {
  const { values, all, allValue } = variable;
  if (all && allValue && format !== 'text' && format !== 'queryparam') return allValue;
  const first = values[0] ?? '';
  const join = (separator: string, map = (v: string) => v) => values.map(map).join(separator);
  switch (format) {
    case 'raw':
    case 'csv':
      return join(',');
    case 'pipe':
      return join('|');
    case 'json':
      // Grafana leaves a single value as it is.
      return variable.multi ? JSON.stringify(values) : first;
    case 'regex': {
      const plain = (v: string) => v.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
      return values.length === 1 ? plain(first) : `(${join('|', plain)})`;
    }
    case 'glob':
      return values.length > 1 ? `{${join(',')}}` : first;
    case 'singlequote':
      return join(',', (v) => `'${v.replace(/'/g, "\\'")}'`);
    case 'doublequote':
      return join(',', (v) => `"${v.replace(/"/g, '\\"')}"`);
    case 'percentencode':
      return encodeURIComponent(values.length > 1 ? `{${join(',')}}` : first);
    case 'queryparam':
      return all
        ? `var-${encodeURIComponent(variable.name)}=${encodeURIComponent(ALL)}`
        : join('&', (v) => `var-${encodeURIComponent(variable.name)}=${encodeURIComponent(v)}`);
    case 'text':
      return all
        ? 'All'
        : values.map((v) => variable.options.find((o) => o.value === v)?.text ?? v).join(' + ');
    default:
      return values.length === 1 ? first : `{${join(',')}}`;
  }
}

/** How the Prometheus data source writes a variable that names no format. */
export function promqlValue(variable: Variable): string {
  if (variable.all && variable.allValue) return variable.allValue;
  if (!variable.multi && !variable.includeAll) return escapeString(variable.values[0] ?? '');
  const escaped = variable.values.map(escapeRegex);
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}

const REFERENCE = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}/g;

/**
 * Replaces `$name`, `${name}`, `${name:format}` and `[[name]]`. Built-ins come first; a name that is neither stays
 * as it is. `fallback` says how a reference without a format is written.
 */
export function interpolate(
  text: string,
  variables: readonly Variable[],
  builtIns: Readonly<Record<string, string>> = {},
  fallback: 'value' | 'promql' | 'text' = 'value',
): string {
  return text.replace(REFERENCE, (all, simple, legacy, legacyFormat, braced, _field, format) => {
    const name: string = simple ?? legacy ?? braced;
    const builtIn = builtIns[name];
    if (builtIn !== undefined) return builtIn;
    const variable = variables.find((v) => v.name === name);
    if (!variable) return all;
    const asked: string | undefined = format ?? legacyFormat;
    if (asked) return formatValues(variable, asked);
    return fallback === 'promql' ? promqlValue(variable) : formatValues(variable, fallback);
  });
}

/** Names of the variables that a text refers to. */
export function references(text: string): string[] {
  return [...text.matchAll(REFERENCE)].map(
    ([, simple, legacy, , braced]) => simple ?? legacy ?? braced ?? '',
  );
}

export type VariableQuery =
  | { kind: 'label_values'; label: string; match?: string }
  | { kind: 'label_names'; match?: string }
  | { kind: 'metrics'; pattern: string }
  | { kind: 'query_result'; expr: string }
  | { kind: 'series'; match: string };

/** What a variable of type `query` asks of Prometheus, from its text such as `label_values(up, job)`. */
export function parseVariableQuery(query: string): VariableQuery {
  const text = query.trim();
  const labelValues = /^label_values\(\s*(?:(.+),)?\s*([a-zA-Z_]\w*)\s*\)$/s.exec(text);
  if (labelValues) {
    const match = labelValues[1]?.trim();
    return { kind: 'label_values', label: labelValues[2] ?? '', ...(match ? { match } : {}) };
  }
  const [, fn, argument = ''] = /^(label_names|metrics|query_result)\((.*)\)$/s.exec(text) ?? [];
  if (fn === 'label_names') return { kind: fn, ...(argument ? { match: argument } : {}) };
  if (fn === 'metrics') return { kind: fn, pattern: argument };
  if (fn === 'query_result') return { kind: fn, expr: argument };
  return { kind: 'series', match: text };
}

export function queryText(model: VariableModel): string {
  return (typeof model.query === 'string' ? model.query : model.query?.query) ?? model.definition ?? '';
}

/** Grafana's sort orders: 0 none, 1/2 alphabetical, 3/4 numerical, 5/6 without regard to case; even is descending. */
export function sortOptions(values: readonly string[], sort = 0): string[] {
  const sorted = [...values];
  if (sort === 0) return sorted;
  const number = (v: string) => Number(/.*?(\d+).*/.exec(v)?.[1] ?? -1);
  if (sort <= 2) sorted.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  else if (sort <= 4) sorted.sort((a, b) => number(a) - number(b));
  else sorted.sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase(), 'en'));
  return sort % 2 === 0 ? sorted.reverse() : sorted;
}

/** Options that a variable's regex lets through; its first group, or groups `text` and `value`, cut them. */
export function filterByRegex(values: readonly string[], regex: string | undefined) {
  if (!regex) return values.map((value) => ({ text: value, value }));
  const [, body = regex, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(regex) ?? [];
  const pattern = new RegExp(body, flags.replace('g', ''));
  const seen = new Map<string, string>();
  for (const candidate of values) {
    const match = pattern.exec(candidate);
    if (!match) continue;
    const value = match.groups?.value ?? match[1] ?? candidate;
    seen.set(value, match.groups?.text ?? value);
  }
  return [...seen].map(([value, text]) => ({ text, value }));
}

/** Options of a `custom` or `interval` variable: `a, b : c` gives a, and b whose value is c. */
export function customOptions(query: string): { text: string; value: string }[] {
  return (query.match(/(?:\\,|[^,])+/g) ?? []).map((part) => {
    const text = part.replace(/\\,/g, ',').trim();
    const [, label, value] = /^\s*(.+)\s:\s(.+)$/.exec(text) ?? [];
    return label && value ? { text: label.trim(), value: value.trim() } : { text, value: text };
  });
}

/** Applies a choice (from the URL, else from the dashboard, else the first option). */
export function choose(
  model: VariableModel,
  options: Variable['options'],
  asked?: readonly string[],
): Variable {
  const includeAll = model.includeAll === true;
  const current = [model.current?.value ?? []].flat();
  const free = model.type === 'textbox' || model.type === 'constant' || model.type === 'datasource';
  const known = (values: readonly string[]) =>
    free ? [...values] : values.filter((v) => options.some((o) => o.value === v));
  const pick = (values: readonly string[] | undefined): { all: boolean; values: string[] } | undefined => {
    if (!values || values.length === 0) return undefined;
    if (includeAll && values.some((v) => v === ALL || v === 'All')) return { all: true, values: [] };
    const kept = known(values);
    return kept.length > 0 ? { all: false, values: model.multi ? kept : kept.slice(0, 1) } : undefined;
  };
  const first = options[0];
  const chosen = pick(asked) ??
    pick(current) ?? { all: includeAll, values: !includeAll && first ? [first.value] : [] };
  return {
    name: model.name,
    type: model.type,
    label: model.label || model.name,
    hidden: model.hide === 2,
    multi: model.multi === true,
    includeAll,
    ...(model.allValue ? { allValue: model.allValue } : {}),
    options,
    all: chosen.all,
    values: chosen.all ? options.map((o) => o.value) : chosen.values,
  };
}
