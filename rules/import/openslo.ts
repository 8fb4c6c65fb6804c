import {
  DEFAULT_MINIMUM_EVENTS,
  DEFAULT_MINIMUM_MINUTES,
  DEFAULT_SLICE_OBJECTIVE,
} from '../../catalogue/slos.ts';
import { type Imported, isGroup, textOf, textsOf } from './form.ts';
import { type ImportedSlo, objectiveOf, ranged, sloBase, windowOf } from './slo.ts';

type Group = Readonly<Record<string, unknown>>;
const groupAt = (group: Group, key: string): Group => (isGroup(group[key]) ? (group[key] as Group) : {});

const EXAMPLE = `indicator:
  metadata: {name: orders-errors}
  spec:
    ratioMetric:
      bad: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(orders_total{code=~"5.."}[5m]))'}}}
      total: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(orders_total[5m]))'}}}`;

/**
 * Imports the SLOs among documents of OpenSLO `v1`. An indicator may stand in the SLO or be one of the documents.
 * @param problems takes what keeps an SLO from being built, without the path.
 */
export function importOpenSlo(documents: readonly Group[], problems: string[]): Imported {
  const advice: string[] = [];
  const indicators = new Map(
    documents
      .filter(({ kind }) => kind === 'SLI')
      .map((sli) => [textOf(groupAt(sli, 'metadata').name), groupAt(sli, 'spec')]),
  );
  const slos = documents.flatMap((document): ImportedSlo[] => {
    const { apiVersion, kind } = document;
    const name = textOf(groupAt(document, 'metadata').name);
    if (kind === 'SLI' || kind === 'Service' || kind === 'DataSource') return [];
    if (kind !== 'SLO') {
      advice.push(
        `${kind} ${name ?? ''} is left out: alerts follow from each SLO here, and notifications from the settings`,
      );
      return [];
    }
    if (apiVersion !== 'openslo/v1') {
      problems.push(
        `SLO ${name ?? ''}: its apiVersion is ${apiVersion}, but must be openslo/v1: convert it to that`,
      );
      return [];
    }
    if (name === undefined) {
      problems.push('metadata.name is missing: each SLO has a name');
      return [];
    }
    return slosOf(name, document, indicators, problems, advice);
  });
  return { groups: [], slos, written: [], advice };
}

function slosOf(
  name: string,
  document: Group,
  indicators: ReadonlyMap<string | undefined, Group>,
  problems: string[],
  advice: string[],
): ImportedSlo[] {
  const place = `SLO ${name}`;
  const [metadata, spec] = [groupAt(document, 'metadata'), groupAt(document, 'spec')];
  const service = textOf(spec.service);
  if (service === undefined)
    problems.push(`${place}: spec.service is missing: whose SLO it is, such as service: orders`);
  const reference = textOf(spec.indicatorRef);
  const indicator =
    reference === undefined ? groupAt(groupAt(spec, 'indicator'), 'spec') : indicators.get(reference);
  if (indicator === undefined) {
    problems.push(
      `${place}: spec.indicatorRef is “${reference}”, but the file has no document of kind SLI under that name`,
    );
    return [];
  }
  const objectives = Array.isArray(spec.objectives) ? spec.objectives.filter(isGroup) : [];
  if (objectives.length === 0)
    problems.push(`${place}: spec.objectives is missing; write, for example: objectives: [{target: 0.999}]`);
  const [window] = Array.isArray(spec.timeWindow) ? spec.timeWindow.filter(isGroup) : [];
  if (window !== undefined && textOf(window.isRolling) !== 'true')
    advice.push(`${place}: its window is counted as a rolling one`);
  const base = {
    ...sloBase(name, {
      service: service ?? 'orders',
      title: textOf(metadata.displayName),
      promise: textOf(spec.description),
      labels: textsOf(metadata.labels),
    }),
    windowDays: windowOf(
      textOf(window?.duration) ?? '30d',
      `${place}: spec.timeWindow[0].duration`,
      problems,
    ),
  };
  return objectives.flatMap((objective, index) =>
    objectiveSlo({ ...base, name: index === 0 ? base.name : `${base.name}-${index + 1}` }, objective, {
      place: index === 0 ? place : `${place}, objectives[${index}]`,
      indicator,
      slices: textOf(spec.budgetingMethod) === 'Timeslices',
      problems,
    }),
  );
}

interface Within {
  readonly place: string;
  readonly indicator: Group;
  readonly slices: boolean;
  readonly problems: string[];
}

type Base = ReturnType<typeof sloBase> & { readonly windowDays: ImportedSlo['windowDays'] };

function objectiveSlo(
  base: Base & { readonly name: string },
  objective: Group,
  { place, indicator, slices, problems }: Within,
): ImportedSlo[] {
  const ratio = isGroup(indicator.ratioMetric) ? indicator.ratioMetric : undefined;
  const threshold = isGroup(indicator.thresholdMetric) ? indicator.thresholdMetric : undefined;
  const target = textOf(objective.target);
  const percent =
    target === undefined ? objective.targetPercent : Number((Number(target) * 100).toPrecision(12));
  const share = () => objectiveOf(percent, `${place}: target (× 100) or targetPercent`, problems);
  if (threshold !== undefined) {
    const op = textOf(objective.op) ?? '';
    const value = Number(textOf(objective.value) ?? Number.NaN);
    if (!/^(lt|gt)e?$/.test(op) || Number.isNaN(value)) {
      problems.push(
        `${place}: an objective of a thresholdMetric has op and value, such as {op: lt, value: 0.2, target: 0.99}`,
      );
      return [];
    }
    const level = queryOf(threshold) ?? asked(place, problems);
    const bound = { op: op.startsWith('lt') ? '<' : '>', value, unit: '1' } as const;
    const objectiveShare = percent === undefined ? DEFAULT_SLICE_OBJECTIVE : share();
    return [
      {
        ...base,
        kind: 'slices',
        objective: objectiveShare,
        level,
        bound,
        minimumEvents: DEFAULT_MINIMUM_MINUTES,
      },
    ];
  }
  const part = (key: string) => (ratio && isGroup(ratio[key]) ? queryOf(ratio[key] as Group) : undefined);
  const [good, bad, total] = [part('good'), part('bad'), part('total')];
  if (total === undefined || (good === undefined && bad === undefined)) {
    asked(place, problems);
    return [];
  }
  const counter = textOf(ratio?.counter) === 'true';
  const query = (text: string, key: string) =>
    ranged(text, counter, `${place}: ratioMetric.${key}`, problems);
  const all = query(total, 'total');
  // Good events of which there is no series yet are none: all others failed.
  const failed =
    bad === undefined ? `(${all}) - ((${query(good ?? '', 'good')}) or vector(0))` : query(bad, 'bad');
  if (!slices)
    return [
      {
        ...base,
        kind: 'events',
        objective: share(),
        bad: failed,
        total: all,
        minimumEvents: DEFAULT_MINIMUM_EVENTS,
      },
    ];
  const limit = Number(textOf(objective.timeSliceTarget) ?? Number.NaN);
  if (!(limit > 0 && limit <= 1)) {
    problems.push(
      `${place}: budgetingMethod is Timeslices: objectives need timeSliceTarget, the share that makes a minute good, such as 0.99`,
    );
    return [];
  }
  const minute = (text: string) => text.replaceAll('$window', '5m');
  const level = `1 - (${minute(failed)}) / ((${minute(all)}) > 0)`;
  const bound = { op: '>', value: limit, unit: 'ratio' } as const;
  return [
    { ...base, kind: 'slices', objective: share(), level, bound, minimumEvents: DEFAULT_MINIMUM_MINUTES },
  ];
}

/** The query of a metric, whichever way its source is named. */
function queryOf(metric: Group): string | undefined {
  const spec = groupAt(groupAt(metric, 'metricSource'), 'spec');
  return textOf(spec.query) ?? textOf(spec.promql) ?? textOf(spec.expr);
}

function asked(place: string, problems: string[]): string {
  problems.push(
    `${place}: its indicator needs a ratioMetric of total and good or bad, or a thresholdMetric, each with a query for Prometheus. Write, for example:\n${EXAMPLE}`,
  );
  return 'vector(0)';
}
