import { compileExpression, type Expression, expressionProblem, quoteExpression } from '../lib/re2.ts';
import type { Labels } from './config.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

const FORM = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*$/s;

const READABLE = 'written as label="value", with one of = != =~ !~';

/** A text that is no matcher. The message completes a sentence that begins with “must be”. */
export class MatcherError extends Error {
  override readonly name = 'MatcherError';
}

/**
 * Reads `label="value"`, `!=`, `=~` or `!~` as Alertmanager does: of the escapes it knows `\"`, `\n` and `\\`, and
 * before any other character a backslash stands for itself.
 *
 * @throws MatcherError if the text is of another form, or RE2 refuses its regular expression.
 */
export function parseMatcher(text: string): Matcher {
  const [, label, operator, quoted] = FORM.exec(text) ?? [];
  if (label === undefined || operator === undefined || quoted === undefined) throw new MatcherError(READABLE);
  const value = quoted.replace(/\\(["n\\])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  const matcher: Matcher = { label, operator: operator as MatchOperator, value };
  const problem = isRegex(matcher) ? expressionProblem(value) : undefined;
  if (problem !== undefined) {
    throw new MatcherError(
      `a matcher whose regular expression RE2 can read, which knows no look-ahead and no back reference (${problem})`,
    );
  }
  return matcher;
}

/** The text of a matcher as Alertmanager reads it. */
export function formatMatcher({ label, operator, value }: Matcher): string {
  const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `${label}${operator}"${quoted}"`;
}

/** What a matcher asks of labels; a missing label counts as empty, and expressions are anchored. */
function compile({ label, operator, value }: Matcher): (labels: Labels) => boolean {
  const expression: Expression | undefined =
    operator === '=~' || operator === '!~' ? compileExpression(value) : undefined;
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

/** A matcher for any of some values: `=` for one, `=~` for more. */
export function anyOf(label: string, values: readonly string[]): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return formatMatcher({ label, operator: '=', value: only });
  return formatMatcher({ label, operator: '=~', value: values.map(quoteExpression).join('|') });
}

/** Whether a matcher holds for alerts that lack its label. By Alertmanager's rules `!=` and `!~` never do. */
export function matchesEmpty({ operator, value }: Matcher): boolean {
  if (operator === '=') return value === '';
  return operator === '=~' && compileExpression(value).test('');
}

function isRegex(matcher: Matcher): boolean {
  return matcher.operator === '=~' || matcher.operator === '!~';
}
