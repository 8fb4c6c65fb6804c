import type { Expr, Matcher, Range, Selector } from '../../../lib/promql/ast.ts';
import { children } from '../../../lib/promql/ast.ts';
import { parse, seconds } from '../../../lib/promql/parse.ts';
import type { Recording } from '../../../rules/index.ts';
import { alertSeries, alertsOf, alertsReadBy, matches } from './alert-series.ts';
import { type RuleVersion, readBy } from './rules.ts';
import { computedFrom } from './totals.ts';

/** An expression that can be asked of a server's history. */
export interface Question {
  readonly expr: string;
  /** Recorded series that it reads as they were recorded. */
  readonly recorded: readonly string[];
  /** Recorded series whose rule stands in the expression instead, because the server recorded them not, or otherwise. */
  readonly inlined: readonly string[];
}

/** Why an alert cannot be replayed. */
export class CannotReplay extends Error {}

/**
 * Most evaluations of a rule within one of the alert that reads it over a range: half an hour at 15 s. More
 * would ask a server for days of work.
 */
const MOST_STEPS = 120;
/** A label of our own, to select by in expressions that have no braces. */
const TEMPORARY = '__selected';

/**
 * An expression in which every series that was not recorded as these rules record it is replaced by what it is
 * recorded from.
 * @param isRecorded whether the server recorded a rule as it stands here. Of an alert it is asked with the record
 *   `ALERTS` and the alert's name as label: whether the server evaluated that alert as it stands here.
 * @throws CannotReplay where the replacement would cost too much or PromQL has no form for it, and where the
 *   expression reads what another version of an alert did.
 */
export function question(
  expr: string,
  version: RuleVersion,
  isRecorded: (rule: Recording) => boolean,
): Question {
  const read = readBy(version, expr);
  // What is recorded from something that must be computed anew was recorded from something else.
  const isComputedRule = (rule: Recording): boolean =>
    !isRecorded(rule) || alertsReadBy(version, rule.expr).some((name) => !isRecorded(alertSeries(name)));
  const computed = new Set(read.filter((rule) => [rule, ...readBy(version, rule.expr)].some(isComputedRule)));
  const inlined = new Set<string>();
  const recorded = new Set<string>();
  const rewrite = (source: string, within: readonly Recording[] = []): string => {
    let text = '';
    let done = 0;
    const replace = (part: Expr, by: string) => {
      text += source.slice(done, part.from) + by;
      done = part.to;
    };
    const visit = (part: Expr): void => {
      if (part.kind === 'offset' && part.expr.kind === 'selector') {
        refuseOthers(part.expr);
        if (isComputed(part.expr))
          throw new CannotReplay(
            `reads ${part.expr.metric} with an offset, and the server has not recorded it like that`,
          );
        recordedIn(part.expr);
        return;
      }
      const selector = part.kind === 'range' ? part.expr : part;
      if (selector.kind === 'selector') {
        refuseOthers(selector);
        if (!isComputed(selector)) {
          recordedIn(selector);
          return;
        }
        inlined.add(selector.metric);
        const parts = rulesFor(selector).map((rule) =>
          computed.has(rule)
            ? selected(rule, selector, inner(rule, within))
            : asRecorded(rule, source.slice(selector.from, selector.to)),
        );
        const computedFrom = `(${parts.join(' or ')})`;
        replace(part, part.kind === 'range' ? subquery(part, computedFrom) : computedFrom);
        return;
      }
      for (const child of [...children(part)].sort((a, b) => a.from - b.from)) visit(child);
    };
    visit(parse(source));
    return text + source.slice(done);
  };
  const inner = (rule: Recording, within: readonly Recording[]): string => {
    if (within.includes(rule))
      throw new CannotReplay(
        `reads ${rule.record}, which depends on its own past, and the server has not recorded it like that: bring the recording rule up first`,
      );
    return rewrite(computedFrom(version, rule), [...within, rule]);
  };
  const rulesFor = (selector: Selector) =>
    read.filter((rule) => rule.record === selector.metric && agrees(rule, selector.matchers));
  const isComputed = (selector: Selector) => rulesFor(selector).some((rule) => computed.has(rule));
  const recordedIn = ({ metric }: Selector) => {
    if (read.some(({ record }) => record === metric)) recorded.add(metric);
  };
  const refuseOthers = (selector: Selector) => {
    const other = alertsOf(version, selector).find((name) => !isRecorded(alertSeries(name)));
    if (other !== undefined)
      throw new CannotReplay(
        `reads ALERTS of ${other}, and the server has not evaluated that alert as it stands here: what it recorded of it says nothing`,
      );
  };
  const subquery = (part: Range, inner: string): string => {
    const metric = part.expr.kind === 'selector' ? part.expr.metric : '';
    const group = read.find(({ record }) => record === metric)?.group ?? '';
    const step = (version.intervals[group] ?? 15_000) / 1000;
    if (seconds(part.range) / step > MOST_STEPS)
      throw new CannotReplay(
        `reads ${metric} over ${part.range}, and the server has not recorded it like that: bring the recording rule up first`,
      );
    return `${inner}[${part.range}:${step}s]`;
  };
  return { expr: rewrite(expr), recorded: [...recorded].sort(), inlined: [...inlined].sort() };
}

/** Whether a rule's fixed labels leave any series that a selector asks for. */
const agrees = ({ labels = {} }: Recording, matchers: readonly Matcher[]): boolean =>
  matchers.every((matcher) => {
    const value = labels[matcher.label];
    return value === undefined || matches(matcher, value);
  });

/** A selector of several rules' series, narrowed to those of one. */
function asRecorded({ record, labels = {} }: Recording, selector: string): string {
  const fixed = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const own = /\{(.*)\}$/s.exec(selector)?.[1] ?? '';
  return `${record}{${[own, ...fixed].filter((matcher) => matcher.trim() !== '').join(', ')}}`;
}

/** What a rule records, with the labels that it adds, and of that what a selector's other matchers leave. */
function selected(rule: Recording, { matchers }: Selector, expr: string): string {
  let text = `(${expr})`;
  for (const [label, value] of Object.entries(rule.labels ?? {}))
    text = `label_replace(${text}, "${label}", ${JSON.stringify(value.replaceAll('$', '$$$$'))}, "", "")`;
  for (const { label, op, value } of matchers) {
    if (rule.labels?.[label] !== undefined) continue;
    const pattern = op.endsWith('~') ? value : value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    const marked = `label_replace(${text}, "${TEMPORARY}", "1", "${label}", ${JSON.stringify(pattern)})`;
    const one = `label_replace(vector(1), "${TEMPORARY}", "1", "", "")`;
    const kept = `(${marked} ${op.startsWith('!') ? 'unless' : 'and'} on (${TEMPORARY}) ${one})`;
    text = `label_replace(${kept}, "${TEMPORARY}", "", "", "")`;
  }
  return text;
}
