import { COMPARISONS, unwrap } from '../../lib/promql/ast.ts';
import { seconds, tryParse } from '../../lib/promql/parse.ts';
import { type Alert, type Recording, SEVERITIES, type Severity, SIGNALS, type Signal } from '../alert.ts';
import { teamOf } from '../alerts/define.ts';
import {
  type Imported,
  type ImportedGroup,
  isGroup,
  slug,
  textOf,
  textsOf,
  unknownKeys,
  type Written,
} from './form.ts';

const GROUP_KEYS = [
  'name',
  'interval',
  'limit',
  'query_offset',
  'labels',
  'rules',
  'partial_response_strategy',
];
const RULE_KEYS = ['alert', 'record', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

/**
 * Imports the groups of a rule file of Prometheus, or of the `spec` of a PrometheusRule, as they stand.
 * @param origin the path of the file.
 * @param problems takes what Prometheus would refuse, without the path.
 */
export function importGroups(
  document: Readonly<Record<string, unknown>>,
  origin: string,
  problems: string[],
): Imported {
  problems.push(...unknownKeys(document, ['groups'], 'the rule file'));
  const { groups } = document;
  if (!Array.isArray(groups)) {
    problems.push('groups: a list of groups is wanted, each with a name and rules');
    return { groups: [], slos: [], written: [], advice: [] };
  }
  const advice: string[] = [];
  const written: Written[] = [];
  const imported = groups.flatMap((group: unknown, index): ImportedGroup[] => {
    const where = `groups[${index}]`;
    if (!isGroup(group)) {
      problems.push(`${where}: a group is wanted, with a name and rules`);
      return [];
    }
    return [groupOf(group, where, { origin, problems, advice, written })];
  });
  return { groups: imported, slos: [], written, advice };
}

/** The file that is read, and what is found on the way. */
interface File {
  readonly origin: string;
  readonly problems: string[];
  readonly advice: string[];
  readonly written: Written[];
}

function groupOf(group: Readonly<Record<string, unknown>>, where: string, file: File): ImportedGroup {
  const { origin, problems, advice } = file;
  problems.push(...unknownKeys(group, GROUP_KEYS, where));
  const written = textOf(group.name);
  if (!written) problems.push(`${where}.name is missing: each group has a name`);
  if (group.partial_response_strategy !== undefined)
    advice.push(
      `${where}.partial_response_strategy is for Thanos: Prometheus knows nothing of it, and it is left out`,
    );
  const interval = durationOf(group, 'interval', where, problems);
  const queryOffset = durationOf(group, 'query_offset', where, problems);
  const limit = Number(textOf(group.limit) ?? 0);
  if (!Number.isInteger(limit))
    problems.push(`${where}.limit is “${group.limit}”, but must be a whole number`);
  const name = nameOf(origin, written ?? String(where));
  if (!Array.isArray(group.rules)) problems.push(`${where}.rules is missing: a list of rules is wanted`);
  const rules = (Array.isArray(group.rules) ? group.rules : []).map((rule: unknown, index) =>
    ruleOf(rule, `${where}.rules[${index}]`, { ...file, group: name, labels: textsOf(group.labels) }),
  );
  return {
    name,
    ...(interval && { interval }),
    ...(queryOffset && { queryOffset }),
    ...(limit > 0 && { limit }),
    recordings: rules.flatMap(({ recording }) => recording ?? []),
    alerts: rules.flatMap(({ alert }) => alert ?? []),
  };
}

/** A name for the group and its file that no group of this project has. */
function nameOf(origin: string, group: string): string {
  const stem = slug((origin.split('/').at(-1) ?? origin).replace(/\.(ya?ml|rules|json)$/, ''));
  const name = slug(group);
  return name === stem || name.startsWith(`${stem}-`) ? `own-${name}` : `own-${stem}-${name}`;
}

function durationOf(
  group: Readonly<Record<string, unknown>>,
  key: string,
  where: string,
  problems: string[],
): string | undefined {
  const text = textOf(group[key]);
  if (text === undefined || text === '' || text === '0') return undefined;
  if (!Number.isNaN(seconds(text))) return text;
  problems.push(
    `${where}.${key} is “${text}”, but must be a Prometheus duration such as 30s or 1h30m: each unit once, the larger before the smaller`,
  );
  return undefined;
}

interface Within extends File {
  readonly group: string;
  /** Labels of the group, which each rule has unless it sets them itself. */
  readonly labels: Readonly<Record<string, string>>;
}

function ruleOf(
  rule: unknown,
  where: string,
  within: Within,
): { readonly alert?: Alert; readonly recording?: Recording } {
  const { problems } = within;
  if (!isGroup(rule)) {
    problems.push(`${where}: a rule is wanted, with alert or record, and expr`);
    return {};
  }
  const name = textOf(rule.alert) ?? textOf(rule.record) ?? '';
  const place = name ? `${where} (${name})` : where;
  problems.push(...unknownKeys(rule, RULE_KEYS, place));
  const expr = textOf(rule.expr)?.trim() ?? '';
  if (expr === '') problems.push(`${place}.expr is missing: each rule has an expression`);
  if ((rule.alert === undefined) === (rule.record === undefined)) {
    problems.push(`${place}: each rule has either alert or record`);
    return {};
  }
  if (expr === '') return {};
  const labels = { ...within.labels, ...textsOf(rule.labels) };
  if (rule.record !== undefined) {
    for (const key of ['for', 'keep_firing_for', 'annotations'])
      if (rule[key] !== undefined) problems.push(`${place}.${key}: a recording rule has none`);
    const recording: Recording = {
      record: name,
      group: within.group,
      expr,
      ...(Object.keys(labels).length > 0 && { labels }),
      help: '',
      origin: within.origin,
      imported: true,
      proofs: [],
    };
    return { recording };
  }
  const annotations = textsOf(rule.annotations);
  within.written.push({
    origin: within.origin,
    alert: name,
    labels: Object.keys(labels),
    annotations: Object.keys(annotations),
  });
  within.advice.push(...severityAdvice(labels.severity).map((line) => `${place}: ${line}`));
  const keepFiringFor = durationOf(rule, 'keep_firing_for', place, problems);
  return {
    alert: {
      ...alertOf(name, expr, labels, annotations),
      group: within.group,
      for: durationOf(rule, 'for', place, problems) ?? '0s',
      ...(keepFiringFor && { keepFiringFor }),
    },
  };
}

/** Severities as other people call them. */
const SEVERITY_OF: Readonly<Record<string, Severity>> = {
  ...Object.fromEntries(SEVERITIES.map((severity) => [severity, severity])),
  ...{ page: 'critical', high: 'critical', error: 'critical', major: 'critical', emergency: 'critical' },
  ...{ warn: 'warning', ticket: 'warning', medium: 'warning', minor: 'warning' },
  // The dead man's switch must stay the only alert that feeds the heartbeat.
  ...{ information: 'info', notice: 'info', low: 'info', none: 'info' },
};

/** What another severity is taken for, in a sentence; nothing where it is one of ours. */
function severityAdvice(written: string | undefined): string[] {
  const known = SEVERITIES.filter((severity) => severity !== 'none');
  if (written === undefined || known.some((severity) => severity === written)) return [];
  const taken = SEVERITY_OF[written.toLowerCase()] ?? DEFAULT_SEVERITY;
  return [`its severity “${written}” is none of ${known.join(', ')}: it is taken as ${taken}`];
}

/** What an alert is taken for where its file does not say. */
export const DEFAULT_SEVERITY: Severity = 'warning';
export const DEFAULT_SERVICE = 'platform';
/** Alerts of this signal silence none of each other. */
export const DEFAULT_SIGNAL: Signal = 'monitoring';

type Converted = Omit<Alert, 'group' | 'for'>;

function alertOf(
  name: string,
  expr: string,
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
): Converted {
  const { severity: said = '', service = DEFAULT_SERVICE, team, signal, ...more } = labels;
  const summary = annotations.summary ?? annotations.title ?? name;
  const link = annotations.runbook_url;
  return {
    name,
    severity: SEVERITY_OF[said.toLowerCase()] ?? DEFAULT_SEVERITY,
    service,
    team: team ?? teamOf(service),
    signal: SIGNALS.find((known) => known === signal) ?? DEFAULT_SIGNAL,
    ...comparedWith(expr),
    labels: more,
    summary,
    description: annotations.description ?? annotations.message ?? summary,
    annotations,
    // The page is what follows the last slash of the link.
    runbook: link?.includes('/') ? link.slice(link.lastIndexOf('/') + 1) : slug(name),
    dashboard: 'system-overview',
    proofs: [],
    imported: true,
  };
}

/** The number that an expression is compared with, so that a stack can set another; NaN where there is none. */
function comparedWith(source: string): Pick<Alert, 'expr' | 'threshold'> {
  const root = tryParse(source);
  const top = root && unwrap(root);
  const none = { value: Number.NaN, unit: 'count', direction: 'above' } as const;
  if (top?.kind !== 'binary' || !COMPARISONS.has(top.op) || ['==', '!='].includes(top.op))
    return { expr: () => source, threshold: none };
  const [left, right] = [unwrap(top.left), unwrap(top.right)];
  const limit = right.kind === 'number' ? right : left.kind === 'number' ? left : undefined;
  if (limit?.kind !== 'number') return { expr: () => source, threshold: none };
  const above = top.op.startsWith('>') === (limit === right);
  return {
    expr: (threshold) =>
      Number(threshold) === limit.value
        ? source
        : `${source.slice(0, limit.from)}${threshold}${source.slice(limit.to)}`,
    threshold: { value: limit.value, unit: 'count', direction: above ? 'above' : 'below' },
  };
}
