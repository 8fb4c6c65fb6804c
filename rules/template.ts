import { nearest } from '../lib/nearest.ts';

/** Functions of Go's templates and of Prometheus's (its package `template`, 3.15). */
const FUNCTIONS = new Set([
  ...['and', 'or', 'not', 'len', 'index', 'slice', 'print', 'printf', 'println', 'html', 'js', 'urlquery'],
  ...['call', 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'query', 'first', 'label', 'value', 'strvalue', 'args'],
  ...['reReplaceAll', 'safeHtml', 'match', 'title', 'toUpper', 'toLower', 'graphLink', 'tableLink'],
  ...['sortByLabel', 'stripPort', 'stripDomain', 'humanize', 'humanize1024', 'humanizeDuration'],
  ...['humanizePercentage', 'humanizeTimestamp', 'toTime', 'toDuration', 'now', 'pathPrefix'],
  ...['externalURL', 'parseDuration', 'urlQueryEscape'],
]);
const OPENS = new Set(['if', 'with', 'range', 'define', 'block']);
const WORDS = new Set([...OPENS, 'else', 'end', 'template', 'break', 'continue', 'true', 'false', 'nil']);
/** Variables that Prometheus puts before every text of an alert. */
const VARIABLES = ['$', '$labels', '$externalLabels', '$externalURL', '$value'];

/** What is known of a text of an alert. */
export interface TextFacts {
  /** Why Prometheus would refuse it, each in a sentence. Empty where it would not, as far as is seen here. */
  readonly problems: readonly string[];
  /** Labels of the alert that it shows. */
  readonly labels: readonly string[];
}

const TOKEN =
  /\s+|"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])+'|\$[\p{L}\p{Nd}_]*|\.[\p{L}\p{Nd}_]*|[+-]?\d[\p{L}\p{Nd}_.]*|[\p{L}_][\p{L}\p{Nd}_]*|:=|[=|(),]/uy;

/**
 * Reads the text of an annotation or label as Prometheus does. What is found wrong here Prometheus refuses as well;
 * it may still refuse more.
 */
export function readText(text: string): TextFacts {
  const problems: string[] = [];
  const labels = new Set<string>();
  const declared = new Set(VARIABLES);
  const open: string[] = [];
  for (let at = text.indexOf('{{'); at >= 0; at = text.indexOf('{{', at)) {
    const action = actionAt(text, at);
    const shown = text.slice(at, at + 40).split('\n')[0];
    if (typeof action === 'string')
      return { problems: [`${action}, from “${shown}” on`], labels: [...labels] };
    at = action.end;
    if (action.comment) continue;
    const words = action.tokens;
    problems.push(...unknownWords(words, declared));
    if (words.length === 0) problems.push('an action {{ }} is empty');
    const [first = ''] = words;
    if (first === 'end' && open.pop() === undefined) problems.push('an {{ end }} closes nothing');
    if (first === 'else' && open.length === 0) problems.push('an {{ else }} belongs to nothing');
    const parentheses = (sign: string) => words.filter((word) => word === sign).length;
    if (parentheses('(') !== parentheses(')'))
      problems.push(`“${shown}” has a parenthesis without its other`);
    // Within `with` and `range` the dot is something else than the alert.
    const ours = !open.some((word) => word !== 'if');
    for (const label of labelsOf(words, ours)) labels.add(label);
    if (OPENS.has(first)) open.push(first);
  }
  if (open.length > 0) problems.push(`{{ ${open[0]} … }} has no {{ end }}`);
  return { problems: [...new Set(problems)], labels: [...labels] };
}

interface Action {
  readonly tokens: readonly string[];
  readonly comment: boolean;
  /** Where the text goes on. */
  readonly end: number;
}

/** The action that begins at `{{`, or why it is none. */
function actionAt(text: string, start: number): Action | string {
  const comment = /\{\{(?:-\s+)?\/\*/y;
  comment.lastIndex = start;
  if (comment.test(text)) {
    const close = /\*\/(?:\s+-)?\}\}/g;
    close.lastIndex = comment.lastIndex;
    return close.test(text)
      ? { tokens: [], comment: true, end: close.lastIndex }
      : 'a comment is not closed by */}}';
  }
  const tokens: string[] = [];
  const begin = /\{\{(?:-(?=\s))?/y;
  begin.lastIndex = start;
  begin.test(text);
  for (let at = begin.lastIndex; at < text.length; ) {
    const close = /(?:\s+-)?\}\}/y;
    close.lastIndex = at;
    if (close.test(text)) return { tokens, comment: false, end: close.lastIndex };
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) {
      const found = text[at] ?? '';
      return /["'`]/.test(found) ? `a text in ${found} is not closed` : `“${found}” means nothing here`;
    }
    if (!/^\s/.test(token)) tokens.push(token);
    at += token.length;
  }
  return 'an action is not closed by }}';
}

/** Names that Prometheus does not know. Variables that an action declares are known from then on. */
function unknownWords(tokens: readonly string[], declared: Set<string>): string[] {
  if (tokens.includes(':=') || tokens.includes('=')) {
    const upTo = tokens.findIndex((token) => token === ':=' || token === '=');
    for (const token of tokens.slice(0, upTo)) if (token.startsWith('$')) declared.add(token);
  }
  return tokens.flatMap((token) => {
    if (token.startsWith('$')) {
      if (declared.has(token)) return [];
      const near = nearest(token, [...declared]);
      return [`there is no variable ${token}${near ? `: did you mean ${near}?` : ''}`];
    }
    if (!/^[\p{L}_]/u.test(token) || FUNCTIONS.has(token) || WORDS.has(token)) return [];
    const near = nearest(token, [...FUNCTIONS]);
    return [`there is no function “${token}”${near ? `: did you mean “${near}”?` : ''}`];
  });
}

/** Labels of the alert that an action names. `ours`: whether the dot is the alert. */
function labelsOf(tokens: readonly string[], ours: boolean): string[] {
  return tokens.flatMap((token, index) => {
    const next = tokens[index + 1] ?? '';
    const root = token === '$labels' ? 1 : token === '$' && next === '.Labels' ? 2 : undefined;
    const own = root ?? (ours && token === '.Labels' && tokens[index - 1] !== '$' ? 1 : undefined);
    if (own === undefined) return [];
    const field = tokens[index + own] ?? '';
    if (/^\.[\p{L}_]/u.test(field)) return [field.slice(1)];
    if (tokens[index - 1] === 'index' && field.startsWith('"')) return [field.slice(1, -1)];
    return [];
  });
}
