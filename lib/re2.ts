import { RE2JS, RE2JSException } from 're2js';

/**
 * Regular expressions as Prometheus and Alertmanager read them: Go's RE2, without look-ahead or back references.
 * JavaScript's own differ both ways: it takes `(?!x)` and refuses `(?i)x`.
 */
export interface Expression {
  /** Whether the whole text matches. */
  readonly test: (text: string) => boolean;
}

export interface ExpressionOptions {
  /**
   * Whether `.` matches a line break as well. Prometheus says so (`^(?s:…)$`), Alertmanager does not (`^(?:…)$`).
   * Default: false.
   */
  readonly dotAll?: boolean;
}

/**
 * Compiles an expression, anchored at both ends.
 *
 * @throws if RE2 refuses it, in RE2's own words; `expressionProblem` tells without throwing.
 */
export function compileExpression(
  expression: string,
  { dotAll = false }: ExpressionOptions = {},
): Expression {
  const compiled = RE2JS.compile(`^(?${dotAll ? 's' : ''}:${expression})$`);
  return { test: (text) => compiled.test(text) };
}

/**
 * Why RE2 refuses an expression, such as ``invalid or unsupported Perl syntax: `(?!` ``; undefined where it does not.
 * The expression has to be valid by itself as well as anchored: Alertmanager compiles it both ways.
 */
export function expressionProblem(expression: string): string | undefined {
  try {
    RE2JS.compile(expression);
    compileExpression(expression);
    return undefined;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return error.message.replace(/^error parsing regexp: /, '');
  }
}

/** The expression that matches a text and nothing else. */
export const quoteExpression = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
