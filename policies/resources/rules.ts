import { load } from 'js-yaml';
import { settingsName } from '../../rules/alert-names.ts';
import type { Recording, ResolvedAlert, Severity } from '../../rules/index.ts';
import { promqlNumber } from '../../rules/threshold.ts';

/** The rules of a stack as far as they can be read back from rule files. */
export interface ReadRules {
  readonly alerts: readonly ResolvedAlert[];
  readonly recordings: readonly Recording[];
}

interface WrittenRule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr?: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The groups of a rule file; undefined for any other file. */
function groupsOf(text: string): readonly { name: string; rules: readonly WrittenRule[] }[] | undefined {
  if (!/^groups:/m.test(text)) return undefined;
  const { groups } = load(text) as { groups?: unknown };
  return Array.isArray(groups)
    ? groups.map(({ name = '', rules = [] }: { name?: string; rules?: WrittenRule[] }) => ({ name, rules }))
    : undefined;
}

/**
 * Reads rules back from the rule files among some files. What a file does not say, such as the SLO that an
 * alert guards, comes from the alert of that name that the settings declare.
 */
export function readRules(files: readonly string[], declared: readonly ResolvedAlert[]): ReadRules {
  const rules = files.flatMap((text) =>
    (groupsOf(text) ?? []).flatMap((group) => group.rules.map((rule) => ({ group: group.name, rule }))),
  );
  return {
    alerts: rules.flatMap(({ group, rule }) =>
      rule.alert === undefined ? [] : [alertOf(group, rule.alert, rule, declared)],
    ),
    recordings: rules.flatMap(({ group, rule: { record, expr = '', labels } }) =>
      record === undefined ? [] : [{ record, group, expr, help: '', ...(labels && { labels }) }],
    ),
  };
}

function alertOf(
  group: string,
  alertname: string,
  rule: WrittenRule,
  declared: readonly ResolvedAlert[],
): ResolvedAlert {
  const name = settingsName(alertname, rule.labels ?? {});
  const { keepFiringFor: _, ...known } = declared.find((alert) => alert.name === name) ?? unknown(name, rule);
  const { expr = '', labels = {}, annotations = {} } = rule;
  return {
    ...known,
    ...(name !== alertname && { alertname }),
    group,
    expr,
    threshold: { ...known.threshold, value: thresholdIn(expr, known) },
    for: rule.for ?? '0s',
    ...(rule.keep_firing_for && { keepFiringFor: rule.keep_firing_for }),
    severity: (labels.severity ?? '') as Severity,
    service: labels.service ?? '',
    labels,
    annotations,
  };
}

/** An alert of which only the rule file knows: its threshold compares with nothing. */
function unknown(name: string, { labels = {}, annotations = {} }: WrittenRule): Omit<ResolvedAlert, 'group'> {
  return {
    name,
    severity: 'none',
    service: '',
    team: labels.team ?? '',
    signal: 'monitoring',
    expr: '',
    threshold: { value: Number.NaN, unit: 'count', direction: 'above' },
    for: '0s',
    summary: '',
    description: '',
    labels,
    annotations,
    runbook: annotations.runbook_url?.split('/').at(-1) ?? '',
    dashboard: 'system-overview',
    proofs: [],
    origin: 'a rule file',
  };
}

/**
 * The threshold in an expression that differs from the declared one in its threshold alone. Any other
 * expression keeps the declared threshold: that it was rewritten is a violation of its own.
 */
function thresholdIn(expr: string, { expr: original, threshold }: Omit<ResolvedAlert, 'group'>): number {
  if (expr === original) return threshold.value;
  const number = RegExp.escape(promqlNumber(threshold.value));
  const parts = original.split(new RegExp(`(?<![\\w.])${number}(?![\\w.])`));
  const pattern = parts.map((part) => RegExp.escape(part)).join('(-?[0-9.]+(?:e[+-]?[0-9]+)?)');
  const found = new RegExp(`^${pattern}$`).exec(expr)?.slice(1).map(Number) ?? [];
  return found.find((value) => value !== threshold.value) ?? threshold.value;
}
