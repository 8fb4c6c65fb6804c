import { duration, seconds } from '../../lib/promql/parse.ts';
import { alertnameOf, type Phase, type Proof, type ResolvedAlert, type Timeline } from '../alert.ts';
import { excerpt, type Given } from '../excerpt.ts';
import type { RuleSet } from '../index.ts';
import { renderGroups, yaml } from '../render.ts';
import { layOut, START } from './series.ts';
import { renderTemplate } from './template.ts';

/** How far over and under the threshold the boundary cases lie. */
const STEP = 0.02;
/** How long an alert is watched after it should have fired, or should not. */
const HOLD = 60;

type Labels = Readonly<Record<string, string>>;

/** What must be true at a time, in seconds from the start: which label sets of the alert fire. */
interface Expectation {
  readonly at: number;
  readonly firing: readonly { readonly labels: Labels; readonly value?: number }[];
}

export interface Case {
  readonly name: string;
  /** Seconds between samples, and between evaluations. */
  readonly interval: number;
  readonly evaluation: number;
  readonly phases: readonly Phase[];
  readonly vanishing?: 'stale' | 'gap';
  readonly expect: readonly Expectation[];
}

/** Files for `promtool test rules` by name: for each alert a test, and the excerpt of the rules that it needs. */
export function renderTests(set: RuleSet, only?: ReadonlySet<string>): Record<string, string> {
  const files: Record<string, string> = {};
  for (const alert of set.alerts) {
    if (only && !only.has(alert.name)) continue;
    const cases = casesOf(alert);
    if (cases.length === 0) continue;
    const groups = excerpt(set, alert, givenSeries(cases));
    files[`${alert.name}.rules.yaml`] = renderGroups(groups);
    for (const interval of new Set(cases.map((each) => each.evaluation))) {
      const suffix = interval === 15 ? '' : `.${duration(interval)}`;
      files[`${alert.name}${suffix}.test.yaml`] = yaml({
        rule_files: [`${alert.name}.rules.yaml`],
        evaluation_interval: duration(interval),
        group_eval_order: groups.map((group) => group.name),
        tests: cases.filter((each) => each.evaluation === interval).map((each) => test(alert, each)),
      });
    }
  }
  return files;
}

/** Recorded series that cases give themselves: the rules for them stay out of the test. */
function givenSeries(cases: readonly Case[]): Given {
  const series = cases
    .flatMap((each) => each.phases.flatMap((phase) => phase.series))
    .map((each) => each.series);
  return ({ record, labels = {} }) =>
    series.some(
      (text) =>
        text.replace(/\{.*/, '') === record &&
        Object.entries(labels).every(([label, value]) => text.includes(`${label}="${value}"`)),
    );
}

/** The boundary cases of an alert, as metrics over time and what must fire when. */
export function casesOf(alert: ResolvedAlert): Case[] {
  return [
    ...alert.proofs.flatMap((proof) => proofCases(alert, proof)),
    ...(alert.timelines ?? []).map((timeline) => timelineCase(alert, timeline)),
  ];
}

function levels(alert: ResolvedAlert, proof: Proof): { over: number; under: number } {
  const { value, direction } = alert.threshold;
  const away = direction === 'above' ? STEP : -STEP;
  const given = (level: Proof['over']) => (typeof level === 'function' ? level(value) : level);
  return { over: given(proof.over) ?? value * (1 + away), under: given(proof.under) ?? value * (1 - away) };
}

function proofCases(alert: ResolvedAlert, proof: Proof): Case[] {
  const { over, under } = levels(alert, proof);
  const healthy = proof.healthy ?? under;
  const interval = seconds(proof.evaluate ?? '15s');
  const begins = seconds(proof.prelude ?? '0s');
  const wait = seconds(alert.for);
  // `for` is over between two evaluations: the next one fires.
  const fires = Math.ceil((begins + seconds(proof.settles ?? '0s') + wait) / interval) * interval;
  const lasts = Math.ceil((fires - begins + HOLD) / interval) * interval;
  const recovers = seconds(proof.recovers ?? '10m') + seconds(alert.keepFiringFor ?? '0s');
  const prelude: Phase[] = begins > 0 ? [{ lasts: duration(begins), series: proof.series(healthy) }] : [];
  const incident = (level: number): Phase => ({ lasts: duration(lasts), series: proof.series(level) });
  const recovery: Phase = { lasts: duration(recovers), series: proof.series(healthy) };
  const ended = begins + lasts;
  const firing = (proof.labels ?? [{}]).map((labels) => ({ labels, value: proof.value?.(over) ?? over }));
  const common = { interval, evaluation: interval, ...(proof.vanishing && { vanishing: proof.vanishing }) };
  const name = proof.name ? `${alert.name}, ${proof.name}` : alert.name;
  const quiet = (where: string, level: number): Case => ({
    ...common,
    name: `${name}: stays quiet ${where} its threshold`,
    phases: [...prelude, incident(level)],
    expect: [
      { at: fires, firing: [] },
      { at: begins + lasts, firing: [] },
    ],
  });
  return [
    {
      ...common,
      name: `${name}: fires just over its threshold, not before its time, and resolves`,
      phases: [...prelude, incident(over), recovery],
      expect: [
        ...(wait > 0 ? [{ at: Math.max(fires - interval, 0), firing: [] }] : []),
        { at: fires, firing },
        ...(proof.lingers
          ? [{ at: ended + seconds(proof.lingers), firing: firing.map(({ labels }) => ({ labels })) }]
          : []),
        { at: ended + recovers, firing: [] },
      ],
    },
    quiet('just under', under),
    ...(proof.exact ? [quiet('at', alert.threshold.value)] : []),
  ];
}

function timelineCase(alert: ResolvedAlert, timeline: Timeline): Case {
  const phases = timeline.phases(levels(alert, { series: () => [] }).over);
  const interval = seconds(timeline.evaluate ?? '15s');
  const end = phases.reduce((sum, phase) => sum + seconds(phase.lasts), 0);
  return {
    name: `${alert.name}, ${timeline.name}: ${timeline.fires ? 'fires' : 'stays quiet'}`,
    interval,
    evaluation: timeline.onlyAtEnd ? end : interval,
    phases,
    ...(timeline.vanishing && { vanishing: timeline.vanishing }),
    expect: [
      { at: end, firing: timeline.fires ? (timeline.labels ?? [{}]).map((labels) => ({ labels })) : [] },
    ],
  };
}

function test(alert: ResolvedAlert, { name, interval, phases, vanishing, expect }: Case): unknown {
  const full = (labels: Labels): Labels => ({ ...labels, ...alert.labels });
  const texts = (value: number | undefined, labels: Labels): Record<string, string> | undefined => {
    if (value === undefined || Number.isNaN(value)) return undefined;
    const rendered = Object.entries(alert.annotations).map(
      ([key, template]) => [key, renderTemplate(template, value, labels)] as const,
    );
    const templated = Object.values(alert.labels).some((label) => label.includes('{{'));
    return templated || rendered.some(([, text]) => text === undefined)
      ? undefined
      : (Object.fromEntries(rendered) as Record<string, string>);
  };
  const withTexts = expect.map(({ at, firing }) => ({
    at,
    // A text sees the labels of the series alone, not those that the rule adds.
    firing: firing.map(({ labels, value }) => ({ labels: full(labels), texts: texts(value, labels) })),
  }));
  // Where texts cannot be foretold the state alone is compared, by the series that Prometheus writes of it. An
  // alert whose labels have templates is never looked up by them.
  const byState = withTexts.filter(({ firing }) => firing.some((each) => each.texts === undefined));
  const byText = withTexts.filter((each) => !byState.includes(each));
  return {
    name,
    interval: duration(interval),
    start_timestamp: START,
    input_series: layOut(phases, interval, vanishing),
    ...(byText.length > 0 && {
      alert_rule_test: byText.map(({ at, firing }) => ({
        eval_time: duration(at),
        alertname: alertnameOf(alert),
        exp_alerts: firing.map(({ labels, texts }) => ({ exp_labels: labels, exp_annotations: texts })),
      })),
    }),
    ...(byState.length > 0 && {
      promql_expr_test: byState.map(({ at, firing }) => ({
        ...stateOf(alert, firing),
        eval_time: duration(at),
      })),
    }),
  };
}

/** What says that an alert fires under label sets: the series that Prometheus writes of it. */
function stateOf(alert: ResolvedAlert, firing: readonly { readonly labels: Labels }[]) {
  const state = { alertname: alertnameOf(alert), alertstate: 'firing' };
  const expr = selector('ALERTS', state);
  // A label with a template has a value that Prometheus alone renders: how many fire must do.
  if (Object.values(alert.labels).some((value) => value.includes('{{'))) {
    const exp_samples = firing.length === 0 ? [] : [{ labels: '{}', value: firing.length }];
    return { expr: `count(${expr})`, exp_samples };
  }
  const exp_samples = firing.map(({ labels }) => ({
    labels: selector('ALERTS', { ...labels, ...state }),
    value: 1,
  }));
  return { expr, exp_samples };
}

/** A series as PromQL writes it, whatever its labels and their values are made of. */
function selector(metric: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    const key = /^[a-zA-Z_]\w*$/.test(name) ? name : JSON.stringify(name);
    return `${key}=${JSON.stringify(value)}`;
  });
  return `${metric}{${pairs.join(', ')}}`;
}
