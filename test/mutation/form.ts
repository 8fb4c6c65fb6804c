import { type Expr, SET_OPERATORS, unwrap } from '../../lib/promql/ast.ts';
import { MIRRORED } from '../../lib/promql/normal.ts';
import { duration, parse, seconds } from '../../lib/promql/parse.ts';
import type { Model } from '../../operations/review/model.ts';
import type { Random } from './random.ts';
import {
  type Altered,
  groupsIn,
  isReadFarBack,
  type Json,
  withAlert,
  withAlertmanager,
  withBoard,
  withRecording,
  withRenamed,
} from './versions.ts';

/** An expression in another spelling that says the same. */
export const respelled = (source: string, random: Random): string => written(parse(source), random);

function written(expr: Expr, random: Random): string {
  const text = plainly(expr, random);
  const isValue = expr.kind !== 'range' && expr.kind !== 'subquery' && expr.kind !== 'string';
  return isValue && random.next() < 0.2 ? `(${blank(random)}${text} )` : text;
}

const blank = (random: Random): string => random.pick(['', ' ', '  ', '\n  ']);

/** `5m`, `300s` or `300000ms`. */
function time(text: string, random: Random): string {
  const value = seconds(text);
  if (Number.isNaN(value)) return text;
  return random.pick([text, `${value * 1000}ms`, ...(Number.isInteger(value) ? [`${value}s`] : [])]);
}

/** In parentheses unless it is one word. */
function operand(expr: Expr, random: Random): string {
  const inner = unwrap(expr);
  const text = written(inner, random);
  return inner.kind === 'binary' || inner.kind === 'unary' ? `(${text})` : text;
}

const labels = (names: readonly string[], random: Random): string =>
  random.shuffled(names).join(random.pick([',', ', ']));

function plainly(expr: Expr, random: Random): string {
  switch (expr.kind) {
    case 'number':
      // PromQL calls it Inf: Infinity would be a metric.
      if (!Number.isFinite(expr.value)) return String(expr.value).replace('Infinity', 'Inf');
      return expr.value > 0
        ? random.pick([String(expr.value), expr.value.toExponential()])
        : String(expr.value);
    case 'string':
      return JSON.stringify(expr.value);
    case 'selector': {
      const matchers = random
        .shuffled(expr.matchers)
        .map(({ label, op, value }) => `${label}${blank(random)}${op}${JSON.stringify(value)}`);
      return `${expr.metric}${matchers.length > 0 || expr.metric === '' ? `{${matchers.join(', ')}}` : random.pick(['', '{}'])}`;
    }
    case 'range':
      return `${written(expr.expr, random)}[${time(expr.range, random)}]`;
    case 'subquery':
      return `${operand(expr.expr, random)}[${time(expr.range, random)}:${expr.step === '' ? '' : time(expr.step, random)}]`;
    case 'offset':
      return `${operand(expr.expr, random)} ${expr.modifier} ${expr.offset}`;
    case 'aggregate': {
      const { grouping, param } = expr;
      const by = grouping === undefined ? '' : `${grouping.kind} (${labels(grouping.labels, random)})`;
      const inner = `(${param === undefined ? '' : `${written(param, random)}, `}${written(expr.expr, random)})`;
      const isFirst = random.next() < 0.5;
      return isFirst ? `${expr.op} ${by} ${inner}` : `${expr.op}${inner} ${by}`.trim();
    }
    case 'call':
      return `${expr.name}${blank(random)}(${expr.args.map((arg) => written(arg, random)).join(`,${blank(random)}`)})`;
    case 'unary':
      return `${expr.op}${operand(expr.expr, random)}`;
    case 'paren':
      return written(expr.expr, random);
    case 'binary':
      return binary(expr, random);
  }
}

const isScalar = (expr: Expr): boolean =>
  expr.kind === 'number' || (expr.kind === 'paren' && isScalar(expr.expr));

function binary(expr: Extract<Expr, { kind: 'binary' }>, random: Random): string {
  const { op, bool, matching } = expr;
  let sides = [operand(expr.left, random), operand(expr.right, random)];
  let operator = op;
  // With one number the other side gives the labels, whichever side it stands on.
  const hasNumber = isScalar(expr.left) !== isScalar(expr.right);
  const swapped = MIRRORED[op] ?? (op === '+' || op === '*' ? op : undefined);
  if (hasNumber && matching === undefined && swapped !== undefined && random.next() < 0.5) {
    sides = sides.toReversed();
    operator = swapped;
  }
  const on =
    matching === undefined
      ? ''
      : ` ${matching.kind} (${labels(matching.labels, random)})${matching.group === undefined ? '' : ` group_${matching.group} (${labels(matching.include, random)})`}`;
  const gap = SET_OPERATORS.has(op) ? ' ' : random.pick([' ', '  ']);
  return `${sides[0]}${gap}${operator}${bool ? ' bool' : ''}${on} ${sides[1]}`;
}

type Mutator = (model: Model, random: Random) => Altered | undefined;

/** An expression of a rule. */
const spelling: Mutator = (model, random) => {
  if (random.next() < 0.5) {
    const [key, { expr }] = random.pick([...model.recordings]);
    return { what: `${key}: spelling`, model: withRecording(model, key, { expr: respelled(expr, random) }) };
  }
  const [name, { expr }] = random.pick([...model.alerts]);
  return { what: `${name}: spelling`, model: withAlert(model, name, { expr: respelled(expr, random) }) };
};

/** A duration of an alert. */
const times: Mutator = (model, random) => {
  const [name, alert] = random.pick([...model.alerts]);
  const change = {
    for: time(alert.for, random),
    keepFiringFor: time(alert.keepFiringFor, random),
    interval: time(alert.interval, random),
  };
  return { what: `${name}: durations`, model: withAlert(model, name, change) };
};

const reordered = (group: Json, random: Random): Json =>
  Object.fromEntries(random.shuffled(Object.entries(group)));

/** The order of what has none. */
const order: Mutator = (model, random) => {
  const shuffled = <K, V>(map: ReadonlyMap<K, V>) => new Map(random.shuffled([...map]));
  const alerts = new Map(
    random.shuffled([...model.alerts]).map(([name, alert]) => [
      name,
      {
        ...alert,
        labels: reordered(alert.labels, random) as typeof alert.labels,
        annotations: reordered(alert.annotations, random) as typeof alert.annotations,
      },
    ]),
  );
  return {
    what: 'order',
    model: {
      ...model,
      alerts,
      slos: shuffled(model.slos),
      jobs: new Map(random.shuffled([...model.jobs]).map(([name, job]) => [name, reordered(job, random)])),
      dashboards: shuffled(model.dashboards),
      prometheus: reordered(model.prometheus, random),
      labelSets: random.shuffled(model.labelSets),
    },
  };
};

/** Alertmanager's matchers and lists of labels. */
const notification: Mutator = (model, random) => ({
  what: 'Alertmanager: order and blanks',
  model: withAlertmanager(model, (config) => {
    for (const group of groupsIn(config))
      for (const key of ['matchers', 'source_matchers', 'target_matchers', 'group_by', 'equal'])
        if (Array.isArray(group[key]))
          group[key] = random
            .shuffled(group[key] as string[])
            .map((text) =>
              key.endsWith('matchers') ? text.replace(/(=~|!~|!=|=)/, ` $1${blank(random)}`) : text,
            );
    config.inhibit_rules = random.shuffled(config.inhibit_rules as Json[]);
    config.receivers = random.shuffled(config.receivers as Json[]);
    config.time_intervals = random.shuffled((config.time_intervals ?? []) as Json[]);
    for (const group of groupsIn(config.route))
      for (const key of ['group_wait', 'group_interval', 'repeat_interval'])
        if (typeof group[key] === 'string') group[key] = duration(seconds(time(group[key], random)));
  }),
});

/** What Grafana writes anew, and queries in another spelling. */
const board: Mutator = (model, random) => {
  const [uid] = random.pick([...model.dashboards]);
  return {
    what: `${uid}: form`,
    model: withBoard(model, uid, (json) => {
      json.version = 77;
      for (const group of groupsIn(json.panels)) {
        for (const [key, value] of random.shuffled(Object.entries(group))) {
          delete group[key];
          group[key] = value;
        }
        if (typeof group.expr === 'string') group.expr = queried(group.expr, random);
      }
    }),
  };
};

/** Grafana's variables stand where PromQL has none: those queries get blanks and no more. */
const queried = (expr: string, random: Random): string =>
  expr.includes('$') ? `${expr}${blank(random)}` : respelled(expr, random);

/** A recording rule under another name, with all that read it: none of them reads an hour of it, which is lost. */
const renamed: Mutator = (model, random) =>
  withRenamed(
    model,
    random.pick([...model.recordings.values()].filter(({ record }) => !isReadFarBack(model, record))),
  );

export const FORMS = { spelling, times, order, notification, board, renamed } as const satisfies Record<
  string,
  Mutator
>;

/** A version with one change of form. */
export function changedForm(model: Model, random: Random): Altered {
  for (;;) {
    const altered = random.pick(Object.values(FORMS))(model, random);
    if (altered !== undefined) return altered;
  }
}
