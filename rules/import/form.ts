import { nearest } from '../../lib/nearest.ts';
import type { Alert, Recording } from '../alert.ts';
import type { ImportedSlo } from './slo.ts';

/** A group of rules from a file of another form, under a name that is free. */
export interface ImportedGroup {
  readonly name: string;
  readonly interval?: string;
  readonly limit?: number;
  readonly queryOffset?: string;
  readonly recordings: readonly Recording[];
  readonly alerts: readonly Alert[];
}

/** What a file of another form says of one of its alerts. */
export interface Written {
  readonly origin: string;
  readonly alert: string;
  /** Names of its labels, and of its annotations. */
  readonly labels: readonly string[];
  readonly annotations: readonly string[];
}

/** What a document of another form holds. */
export interface Imported {
  readonly groups: readonly ImportedGroup[];
  readonly slos: readonly ImportedSlo[];
  readonly written: readonly Written[];
  /** What could not be taken over as it stands, and what stands in its place. */
  readonly advice: readonly string[];
}

/** Keys of our own form. */
export const OWN_KEYS = ['metrics', 'recordings', 'alerts', 'slos', 'proofs'] as const;

export type Form = 'own' | 'prometheus' | 'prometheus-rule' | 'list' | 'sloth' | 'openslo' | 'unknown';

export const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Which of the known forms a document has. */
export function formOf(document: unknown): Form {
  if (document === null || document === undefined) return 'own';
  if (!isGroup(document)) return 'unknown';
  const { apiVersion, kind, version } = document;
  const api = typeof apiVersion === 'string' ? apiVersion : '';
  if (kind === 'List' && Array.isArray(document.items)) return 'list';
  // VictoriaMetrics has the same groups under another kind.
  if (kind === 'PrometheusRule' || kind === 'VMRule') return 'prometheus-rule';
  if (api.startsWith('openslo/') || api.startsWith('openslo.com/')) return 'openslo';
  if (kind === 'PrometheusServiceLevel' || (typeof version === 'string' && /^prometheus\/v/.test(version)))
    return 'sloth';
  if ('groups' in document) return 'prometheus';
  const keys = Object.keys(document);
  return keys.length === 0 || keys.some((key) => OWN_KEYS.some((own) => own === key)) ? 'own' : 'unknown';
}

/** The least that a file of our own form can be: for messages. */
export const EXAMPLE = `metrics:
  queue_depth: {type: gauge, labels: [queue]}
alerts:
  - name: QueueDeep
    service: checkout
    severity: warning
    signal: saturation
    expr: max by (queue) (queue_depth) > $threshold
    threshold: {value: 100, unit: count, direction: above}
    for: 5m
    summary: A queue is too deep
    description: "{{ $labels.queue }} holds {{ $value }} jobs."
    runbook: queue-deep
    proof:
      over: [{series: 'queue_depth{queue="orders"}', kind: gauge, value: 101}]
      under: [{series: 'queue_depth{queue="orders"}', kind: gauge, value: 99}]
      labels: [{queue: orders}]
      value: 101`;

/** Says that a document is in no form that is known, what the forms are, and what to do. */
export function unknownForm(document: unknown): string {
  const keys = isGroup(document) ? Object.keys(document) : [];
  const found = isGroup(document)
    ? `it has the keys ${keys.join(', ')}${typeof document.kind === 'string' ? ` and is of kind ${document.kind}` : ''}`
    : `it is ${Array.isArray(document) ? 'a list' : `“${String(document).slice(0, 40)}”`}`;
  const near = keys.flatMap((key) => nearest(key, [...OWN_KEYS, 'groups']) ?? []);
  return [
    `this is in no form that is known here: ${found}${near.length > 0 ? `; did you mean “${near[0]}”?` : ''}.`,
    'A file is one of these: our own form (metrics, recordings, alerts, slos, proofs), a rule file of Prometheus (groups),',
    'a PrometheusRule, a file of Sloth (version: prometheus/v1) or of OpenSLO (apiVersion: openslo/v1).',
    `docs/bring-your-own.md has an example of each. To begin with, in our own form:\n${EXAMPLE}`,
  ].join(' ');
}

/** Lower-case letters, digits and dashes of a name. */
export const slug = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'rules';

/** A mistake in a key of a group, where only some are allowed. Empty where all are. */
export function unknownKeys(
  group: Readonly<Record<string, unknown>>,
  known: readonly string[],
  where: string,
): string[] {
  return Object.keys(group)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearest(key, known);
      return `${where}: there is no key “${key}”${near ? `; did you mean “${near}”?` : ''}; known are ${known.join(', ')}`;
    });
}

/** The text of a scalar; undefined where there is none. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;

/** Names with their texts, such as labels; what is no text is left out. */
export const textsOf = (value: unknown): Record<string, string> =>
  isGroup(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, each]) => {
          const text = Array.isArray(each) ? each.map(String).join(', ') : textOf(each);
          return text === undefined ? [] : [[key, text]];
        }),
      )
    : {};
