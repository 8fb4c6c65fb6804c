import { walk } from '../../lib/promql/ast.ts';
import { tryParse } from '../../lib/promql/parse.ts';
import { isAlert, type Recording, type ResolvedAlert } from '../alert.ts';
import type { RuleSet } from '../index.ts';
import { lookup, type Vocabulary } from '../promql-check.ts';
import { sloGroup } from '../slo/recordings.ts';
import { UNKNOWN_SAMPLE } from '../slo/sample.ts';
import type { Written } from './form.ts';
import { DEFAULT_SERVICE, DEFAULT_SEVERITY, DEFAULT_SIGNAL } from './prometheus.ts';

type Rule = Recording | ResolvedAlert;

/**
 * What imported files leave open, asked for by name, a paragraph each with an example to paste: what a metric is,
 * whose an alert is, and what shows that it fires.
 */
export function askFor(set: RuleSet, words: Vocabulary): string[] {
  const rules = set.groups.flatMap((group) =>
    group.rules.map((rule) => ({ rule, origin: originOf(rule, set) })),
  );
  const imported = rules.flatMap(({ rule, origin }) => (origin === undefined ? [] : [{ rule, origin }]));
  return [...Map.groupBy(imported, ({ origin }) => origin)].flatMap(([origin, found]) => {
    const own = found.map(({ rule }) => rule);
    const slos = set.slos.filter(
      (slo) => slo.imported && slo.origin === origin && slo.sample === UNKNOWN_SAMPLE,
    );
    return [...metricsOf(origin, own, words), ...proofsOf(origin, own, slos)];
  });
}

/** The file that a rule was imported from; undefined where it was not. */
function originOf(rule: Rule, { slos }: RuleSet): string | undefined {
  const slo = slos.find(({ name }) => rule.group === sloGroup(name));
  if (slo?.imported) return slo.origin;
  return rule.imported ? rule.origin : undefined;
}

/** Metrics that a rule reads and nothing declares. */
const unknownOf = ({ expr }: Rule, words: Vocabulary): string[] => {
  const root = tryParse(expr);
  return [...(root ? walk(root) : [])].flatMap((part) =>
    part.kind === 'selector' && part.metric !== '' && lookup(part.metric, words) === undefined
      ? [part.metric]
      : [],
  );
};

/** Series of a histogram go by the histogram's name. */
function declarationOf(metric: string, metrics: ReadonlySet<string>): readonly [string, string] {
  const base = metric.replace(/_(bucket|sum|count)$/, '');
  if (metric.endsWith('_bucket') || (base !== metric && metrics.has(`${base}_bucket`)))
    return [base, 'histogram'];
  return [metric, /_(total|count|sum)$/.test(metric) ? 'counter' : 'gauge'];
}

const names = (rules: readonly Rule[]): string => [...new Set(rules.map(nameOf))].join(', ');

/** What an SLO records goes by the name of the SLO. */
const nameOf = (rule: Rule): string =>
  rule.group.startsWith(sloGroup(''))
    ? rule.group.slice(sloGroup('').length)
    : isAlert(rule)
      ? rule.name
      : rule.record;

function metricsOf(origin: string, rules: readonly Rule[], words: Vocabulary): string[] {
  const unknown = new Set(rules.flatMap((rule) => unknownOf(rule, words)));
  if (unknown.size === 0) return [];
  const reading = rules.filter((rule) => unknownOf(rule, words).length > 0);
  const declarations = new Map([...unknown].map((metric) => declarationOf(metric, unknown)));
  const lines = [...declarations].map(
    ([metric, type]) =>
      `  ${/^[a-zA-Z_:][\w:]*$/.test(metric) ? metric : JSON.stringify(metric)}: {type: ${type}, labels: []}`,
  );
  return [
    `${origin}: nothing says what ${[...unknown].join(', ')} is, which ${names(reading)} read${new Set(reading.map(nameOf)).size === 1 ? 's' : ''}; names, labels and types are not checked. Declare it in any file of rules.d/, with the labels that it has:\nmetrics:\n${lines.join('\n')}`,
  ];
}

function proofsOf(
  origin: string,
  rules: readonly Rule[],
  slos: readonly { readonly name: string }[],
): string[] {
  const alerts = rules.filter(
    (rule): rule is ResolvedAlert =>
      isAlert(rule) && rule.proofs.length + (rule.timelines?.length ?? 0) === 0,
  );
  if (alerts.length === 0 && slos.length === 0) return [];
  const [alert] = alerts;
  const [slo] = slos;
  const lines = [
    ...(alert === undefined ? [] : ['  alerts:', ...proofOf(alert)]),
    ...(slo === undefined ? [] : ['  slos:', ...sloProofOf(slo, rules)]),
  ];
  const all = [names(alerts), slos.map(({ name }) => name).join(', ')]
    .filter((text) => text !== '')
    .join(' and ');
  return [
    `${origin}: nothing shows that ${all} fire${alerts.length + slos.length === 1 ? 's' : ''} when and only when they should. Give each its boundary case in any file of rules.d/, for example:\nproofs:\n${lines.join('\n')}`,
  ];
}

interface Example {
  readonly series: string;
  readonly kind: 'counter' | 'gauge';
}

/** Some value that a simple pattern matches: `5..` is `500`. */
const exampleOf = (pattern: string): string =>
  (pattern.split('|')[0] ?? '')
    .replace(/[.][*+]/g, 'x')
    .replaceAll('.', '0')
    .replace(/[^\w-]/g, '');

/** The series that a rule reads in the end, as far as a name goes, with the labels that it asks for. */
function seriesOf(rule: Rule): Example[] {
  const root = tryParse(rule.expr);
  const found = [...(root ? walk(root) : [])].flatMap((part): Example[] => {
    if (part.kind !== 'selector' || part.metric === '') return [];
    const labels = part.matchers
      .filter(({ op }) => op === '=' || op === '=~')
      .map(({ label, op, value }) => `${label}="${op === '=' ? value : exampleOf(value)}"`);
    const series = labels.length > 0 ? `${part.metric}{${labels.join(', ')}}` : part.metric;
    return [{ series, kind: /_(total|count|sum|bucket)$/.test(part.metric) ? 'counter' : 'gauge' }];
  });
  return [...new Map(found.map((each) => [each.series, each])).values()];
}

function proofOf(alert: ResolvedAlert): string[] {
  const { value, direction } = alert.threshold;
  const limit = Number.isNaN(value) ? 1 : value;
  const away = (Math.abs(limit) || 1) * 0.1 * (direction === 'above' ? 1 : -1);
  const at = (level: number) =>
    seriesOf(alert)
      .map(
        ({ series, kind }) => `{series: '${series}', kind: ${kind}, value: ${Number(level.toPrecision(6))}}`,
      )
      .join(', ');
  return [
    `    ${JSON.stringify(alert.name)}:`,
    `      over: [${at(limit + away)}]`,
    `      under: [${at(limit - away)}]`,
    '      labels: [{}]',
  ];
}

function sloProofOf({ name }: { readonly name: string }, rules: readonly Rule[]): string[] {
  const own = rules.filter(({ group }) => group === sloGroup(name)).flatMap(seriesOf);
  const read = own.filter(({ series }) => !series.startsWith('slo:'));
  const lines = read.map(
    ({ series, kind }, index) =>
      `      - {series: '${series}', kind: ${kind}, good: ${index === 0 ? 0 : 1}, bad: ${index === 0 ? 1 : 0}}`,
  );
  return [`    ${name}:`, ...new Set(lines)];
}

/** Labels and annotations that an imported alert lacks, and what stands in for them. */
export function missingOf(written: readonly Written[]): string[] {
  const wanted = (each: Written) =>
    ['severity', 'service', 'signal']
      .filter((label) => !each.labels.includes(label))
      .concat(['summary', 'description', 'runbook_url'].filter((key) => !each.annotations.includes(key)));
  const lacking = written.filter((each) => wanted(each).length > 0);
  const files = Map.groupBy(lacking, ({ origin }) => origin);
  return [...files].map(([origin, alerts]) => {
    const keys = [...new Set(alerts.flatMap(wanted))].join(', ');
    return `${origin}: ${[...new Set(alerts.map(({ alert }) => alert))].join(', ')} lack${alerts.length === 1 ? 's' : ''} ${keys}; severity ${DEFAULT_SEVERITY}, service ${DEFAULT_SERVICE}, signal ${DEFAULT_SIGNAL} and the name stand in. Routes, inhibition and messages go by them; give them in the file, for example:\n        labels: {severity: critical, service: orders, signal: availability}\n        annotations: {summary: Few orders, description: "{{ $value }} orders a second.", runbook_url: "https://runbook.company.com/orders-few"}`;
  });
}
