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

/** Whether labels satisfy a matcher; a missing label counts as empty, and expressions are anchored. */
export function matches({ label, operator, value }: Matcher, labels: Labels): boolean {
  const actual = labels[label] ?? '';
  switch (operator) {
    case '=':
      return actual === value;
    case '!=':
      return actual !== value;
    case '=~':
      return anchored(value).test(actual);
    case '!~':
      return !anchored(value).test(actual);
  }
}

/** Whether labels satisfy every matcher of a list, as texts. No matcher: every alert. */
export function matchesAll(matchers: readonly string[] | undefined, labels: Labels): boolean {
  return (matchers ?? []).every((text) => matches(parseMatcher(text), labels));
}

/** A matcher for any of some values: `=` for one, `=~` for more. Names here need no escaping in expressions. */
export function anyOf(label: string, values: readonly string[]): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return formatMatcher({ label, operator: '=', value: only });
  return formatMatcher({ label, operator: '=~', value: values.join('|') });
}

export function isRegex(matcher: Matcher): boolean {
  return matcher.operator === '=~' || matcher.operator === '!~';
}

function anchored(expression: string, shown = expression): RegExp {
  try {
    return new RegExp(`^(?:${expression})$`, 's');
  } catch {
    throw new Error(`matcher ${shown}: its regular expression does not compile`);
  }
}
