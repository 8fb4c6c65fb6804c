import type { Labels } from './config.ts';

/** A step of `alert_relabel_configs`, as Prometheus spells it. */
export interface RelabelStep {
  readonly action?: string;
  readonly regex?: string;
  readonly source_labels?: readonly string[];
  readonly separator?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}

/**
 * The labels of an alert after Prometheus's relabelling, or undefined where a step drops the alert. Actions that need
 * a hash leave the labels as they are.
 */
export function relabelled(steps: readonly RelabelStep[], alert: Labels): Labels | undefined {
  let labels: Readonly<Record<string, string>> = alert;
  for (const step of steps) {
    const next = apply(step, labels);
    if (next === undefined) return undefined;
    labels = next;
  }
  return labels;
}

/** Prometheus anchors expressions, and lets the dot match a line's end. */
const anchored = (regex = '(.*)'): RegExp => new RegExp(`^(?:${regex})$`, 's');

function apply(step: RelabelStep, labels: Labels): Labels | undefined {
  const { action = 'replace', regex, source_labels: sources = [], separator = ';' } = step;
  const value = sources.map((label) => labels[label] ?? '').join(separator);
  const expression = anchored(regex);
  const kept = (keep: (label: string) => boolean) =>
    Object.fromEntries(Object.entries(labels).filter(([label]) => keep(label)));
  switch (action.toLowerCase()) {
    case 'replace': {
      const found = expression.exec(value);
      if (found === null) return labels;
      return withLabel(
        labels,
        expanded(step.target_label ?? '', found),
        expanded(step.replacement ?? '$1', found),
      );
    }
    case 'lowercase':
      return withLabel(labels, step.target_label ?? '', value.toLowerCase());
    case 'uppercase':
      return withLabel(labels, step.target_label ?? '', value.toUpperCase());
    case 'keep':
      return expression.test(value) ? labels : undefined;
    case 'drop':
      return expression.test(value) ? undefined : labels;
    case 'keepequal':
      return value === (labels[step.target_label ?? ''] ?? '') ? labels : undefined;
    case 'dropequal':
      return value === (labels[step.target_label ?? ''] ?? '') ? undefined : labels;
    case 'labeldrop':
      return kept((label) => !expression.test(label));
    case 'labelkeep':
      return kept((label) => expression.test(label));
    case 'labelmap':
      return Object.entries(labels).reduce((all, [label, text]) => {
        const found = expression.exec(label);
        return found === null ? all : withLabel(all, expanded(step.replacement ?? '$1', found), text);
      }, labels);
    default:
      return labels;
  }
}

/** `$1` and `${1}` stand for what a group of the expression took. */
const expanded = (text: string, found: RegExpExecArray): string =>
  text.replaceAll(
    /\$(?:\{(\d+)\}|(\d+))/g,
    (_, braced?: string, bare?: string) => found[Number(braced ?? bare)] ?? '',
  );

/** A label that is empty is no label. */
function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...rest } = labels;
  return value === '' ? rest : { ...rest, [name]: value };
}
