import type { Labels } from './config.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

const FORM = /^([a-zA-Z_][a-zA-Z0-9_]*)(=~|!~|!=|=)"((?:[^"\\]|\\.)*)"$/;

/**
 * Reads `label="value"`, `!=`, `=~` or `!~`.
 *
 * @throws if the text is of another form, or its regular expression does not compile.
 */
export function parseMatcher(text: string): Matcher {
  const [, label, operator, quoted] = FORM.exec(text) ?? [];
  if (label === undefined || operator === undefined || quoted === undefined) {
    throw new Error(`matcher ${text}: write it as label="value", with one of = != =~ !~`);
  }
  const value = quoted.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  const matcher: Matcher = { label, operator: operator as MatchOperator, value };
  if (isRegex(matcher)) anchored(value, text);
  return matcher;
}

/** The text of a matcher as Alertmanager reads it. */
export function formatMatcher({ label, operator, value }: Matcher): string {
  const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `${label}${operator}"${quoted}"`;
}

/** What a matcher asks of labels; a missing label counts as empty, and expressions are anchored. */
function compile({ label, operator, value }: Matcher): (labels: Labels) => boolean {
  const expression = operator === '=~' || operator === '!~' ? anchored(value) : undefined;
  switch (operator) {
    case '=':
      return (labels) => (labels[label] ?? '') === value;
    case '!=':
      return (labels) => (labels[label] ?? '') !== value;
    case '=~':
      return (labels) => expression?.test(labels[label] ?? '') === true;
    case '!~':
      return (labels) => expression?.test(labels[label] ?? '') === false;
  }
}

/** Whether labels satisfy every matcher of a list, as texts. No matcher: every alert. */
export function matchesAll(matchers: readonly string[] | undefined, labels: Labels): boolean {
  return (matchers ?? []).every((text) => compiled(text)(labels));
}

/** A configuration has some dozens of matchers, and each meets every alert many times. */
const predicates = new Map<string, (labels: Labels) => boolean>();

function compiled(text: string): (labels: Labels) => boolean {
  const known = predicates.get(text);
  if (known !== undefined) return known;
  const predicate = compile(parseMatcher(text));
  predicates.set(text, predicate);
  return predicate;
}

/** A matcher for any of some values: `=` for one, `=~` for more. Names here need no escaping in expressions. */
export function anyOf(label: string, values: readonly string[]): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return formatMatcher({ label, operator: '=', value: only });
  return formatMatcher({ label, operator: '=~', value: values.join('|') });
}

function isRegex(matcher: Matcher): boolean {
  return matcher.operator === '=~' || matcher.operator === '!~';
}

function anchored(expression: string, shown = expression): RegExp {
  try {
    return new RegExp(`^(?:${expression})$`, 's');
  } catch {
    throw new Error(`matcher ${shown}: its regular expression does not compile`);
  }
}
