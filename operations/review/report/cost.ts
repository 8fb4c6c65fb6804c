import type { Table } from '../../reports/document.ts';
import { duration, number } from '../../reports/format.ts';
import type { Model } from '../model.ts';
import { recordingKey, type VersionFacts } from '../version.ts';
import type { Part } from './document.ts';

/** Seconds that Prometheus took for an expression, by expression. */
export type Timings = ReadonlyMap<string, number>;

export interface CostOptions {
  readonly before: Model;
  readonly after: Model;
  readonly series: { readonly before: VersionFacts['series']; readonly after: VersionFacts['series'] };
  /** Evaluation times measured on a Prometheus. Default: none was asked. */
  readonly timings?: Timings;
}

/** Expressions of rules that are in one version alone: what to measure. */
export function changedExpressions(before: Model, after: Model): readonly string[] {
  const [was, is] = [new Set(expressions(before)), new Set(expressions(after))];
  return [...was.symmetricDifference(is)];
}

/** What monitoring itself costs more, or less. */
export function costPart({ before, after, series, timings }: CostOptions): Part {
  const [was, is] = [sum(Object.values(series.before)), sum(Object.values(series.after))];
  const rows: Table['rows'] = [
    line('recording rules', before.recordings.size, after.recordings.size),
    line('series that they write, about', was, is),
    line('alert rules', before.alerts.size, after.alerts.size),
    line('targets and probes', targets(before), targets(after)),
    ...(timings === undefined ? [] : [evaluation(before, after, timings)]),
  ];
  const grown = largest(before, after, series);
  return {
    title: 'Cost',
    summary: `${signed(is - was)} series`,
    open: false,
    sections: [
      {
        title: 'What it takes',
        note: [
          'Series are estimated: each label that an expression keeps is taken to have 10 values, labels of an SLO or of the health score one.',
          timings === undefined
            ? 'With PROM=<url> the evaluation time of changed rules is measured.'
            : 'Evaluation time is that of rules which are in one version alone, each asked once.',
        ].join(' '),
        table: { head: ['', 'before', 'after', 'added'], rows },
      },
      ...(grown.length === 0
        ? []
        : [
            {
              title: 'Recording rules that add most',
              table: { head: ['rule', 'series added, about'], rows: grown },
            },
          ]),
    ],
  };
}

const expressions = ({ alerts, recordings }: Model) => [
  ...[...alerts.values(), ...recordings.values()].map(({ expr }) => expr),
];

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const signed = (value: number) =>
  value > 0 ? `+${number(value)}` : value < 0 ? `−${number(-value)}` : 'no more';
const line = (what: string, was: number, is: number) => [
  what,
  number(was),
  number(is),
  is === was ? '–' : signed(is - was),
];

const targets = ({ jobs }: Model) =>
  sum(
    [...jobs.values()].map(({ static_configs: configs = [] }) =>
      sum(
        (configs as readonly { targets?: readonly string[] }[]).map(({ targets: each = [] }) => each.length),
      ),
    ),
  );

function evaluation(before: Model, after: Model, timings: Timings): readonly string[] {
  const total = (model: Model) => sum(expressions(model).map((expr) => timings.get(expr) ?? 0));
  const [was, is] = [total(before), total(after)];
  return [
    'evaluation of changed rules',
    duration(was),
    duration(is),
    is >= was ? `+${duration(is - was)}` : `−${duration(was - is)}`,
  ];
}

/** How many rules are named. */
const NAMED = 5;

function largest(before: Model, after: Model, series: CostOptions['series']): readonly (readonly string[])[] {
  return [...after.recordings.values()]
    .map(({ record, labels }) => recordingKey(record, labels))
    .map((key) => ({
      key,
      more: (series.after[key] ?? 0) - (before.recordings.has(key) ? (series.before[key] ?? 0) : 0),
    }))
    .filter(({ more }) => more > 0)
    .sort((a, b) => b.more - a.more)
    .slice(0, NAMED)
    .map(({ key, more }) => [key, `+${number(more)}`]);
}
