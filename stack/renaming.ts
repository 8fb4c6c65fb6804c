import type { Metric } from '../catalogue/metric.ts';
import { nearest } from '../lib/nearest.ts';
import { remove } from '../lib/setting-commands.ts';
import { keyOf, type Service, type Settings, set } from './settings/index.ts';
import { LABEL_PRESETS, METRIC_PRESETS, type MetricPreset } from './settings/presets.ts';

type Metrics = Readonly<Record<string, Metric>>;

/** Labels that the scrape gives, and parts of a metric's own kind: nothing is renamed to them. */
const RESERVED = ['job', 'instance', 'le', 'quantile', 'replica'];

/**
 * Names and labels that `metricNames` and `metricLabels` map to what no rule reads, the wrong way round, or so that two
 * series become one. Each names its key, what it is, and the command.
 * @param metrics every metric that rules may read, the user's own included.
 */
export function renamingProblems(settings: Settings, metrics: Metrics): readonly string[] {
  return settings.services.flatMap((service) => {
    const key = `services[${settings.given.services.indexOf(service.name)}]`;
    return [
      ...nameProblems(service, key, metrics, settings.stack),
      ...labelProblems(service, key, metrics, settings.stack),
      ...collapsing(service, key, metrics, settings.stack),
    ];
  });
}

/** The metric of a name, or of the part of a histogram that it is. */
function metricOf(name: string, metrics: Metrics): Metric | undefined {
  const own = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  const base = name.replace(/_(bucket|sum|count)$/, '');
  const whole = base !== name && Object.hasOwn(metrics, base) ? metrics[base] : undefined;
  return own ?? (whole?.type === 'histogram' ? whole : undefined);
}

function nameProblems(
  { metricNames }: Service,
  key: string,
  metrics: Metrics,
  stack: string,
): readonly string[] {
  const entries = Object.entries(metricNames);
  return entries.flatMap(([exposed, catalogued], index) => {
    const here = `${key}.${keyOf(['metricNames', exposed])}`;
    const change = (value: string) => `Change it: ${set(here, value, stack)}`;
    if (metricOf(catalogued, metrics) === undefined) {
      if (metricOf(exposed, metrics) !== undefined)
        return [
          `${here} is "${catalogued}", which is the wrong way round: the name that the service exposes comes first, and that of the ` +
            `catalogue is its value. Write ${key}.metricNames: { ${catalogued}: ${exposed} }: ${set(`${key}.metricNames.${catalogued}`, exposed, stack)}`,
        ];
      const near = nearest(catalogued, Object.keys(metrics));
      return [
        `${here} is "${catalogued}", which is no metric that a rule reads${near === undefined ? '.' : `; did you mean ${near}?`} ${change(near ?? '<metric of the catalogue>')}`,
      ];
    }
    const first = entries.findIndex(([, other]) => other === catalogued);
    if (first !== index)
      return [
        `${here} is "${catalogued}", which ${entries[first]?.[0]} is renamed to already: series of both would become one. ${change('<another metric>')}`,
      ];
    const chained = entries.some(([other]) => other === catalogued && other !== exposed);
    return chained
      ? [
          `${here} is "${catalogued}", which metricNames renames again: leave one of the two out. ${change('<another metric>')}`,
        ]
      : [];
  });
}

/** Metrics that a service may bring: those of its own name, and those that it is mapped to. */
function broughtBy({ name, metricNames }: Service, metrics: Metrics): readonly Metric[] {
  const own = Object.values(metrics).filter(({ source }) => source === name);
  const mapped = Object.values(metricNames).flatMap((each) => metricOf(each, metrics) ?? []);
  const found = [...own, ...mapped];
  return found.length > 0 ? found : Object.values(metrics);
}

function labelProblems(service: Service, key: string, metrics: Metrics, stack: string): readonly string[] {
  const entries = Object.entries(service.metricLabels ?? {});
  const known = [...new Set(broughtBy(service, metrics).flatMap(({ labels }) => labels))];
  return entries.flatMap(([exposed, catalogued], index) => {
    const here = `${key}.${keyOf(['metricLabels', exposed])}`;
    const change = (value: string) => `Change it: ${set(here, value, stack)}`;
    const choice = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
    if (RESERVED.includes(catalogued) || catalogued.startsWith('__'))
      return [
        `${here} is "${catalogued}", a label that Prometheus or the stack sets itself; ${choice}. ${change('<label>')}`,
      ];
    if (!known.includes(catalogued)) {
      if (known.includes(exposed))
        return [
          `${here} is "${catalogued}", which is the wrong way round: the label that the service exposes comes first, and that of the ` +
            `catalogue is its value: ${set(`${key}.metricLabels.${catalogued}`, exposed, stack)}`,
        ];
      const near = nearest(catalogued, known);
      return [
        `${here} is "${catalogued}", which is no label of the metrics of ${service.name}; ${near === undefined ? `${choice}.` : `did you mean ${near}?`} ${change(near ?? '<label>')}`,
      ];
    }
    const first = entries.findIndex(([, other]) => other === catalogued);
    if (first !== index)
      return [
        `${here} is "${catalogued}", which ${entries[first]?.[0]} is renamed to already: one of the two would be lost, and series become one. ${change('<another label>')}`,
      ];
    if (known.includes(exposed) && exposed !== catalogued)
      return [
        `${here} takes away the label ${exposed}, which rules need: series that differ by it alone would become one. Leave it out: ${remove(here, stack)}`,
      ];
    return [];
  });
}

/** Metrics of well-known exporters whose labels are others than the catalogue's, renamed without their labels. */
function collapsing(
  { metricNames, metricLabels = {} }: Service,
  key: string,
  metrics: Metrics,
  stack: string,
): readonly string[] {
  return Object.entries(metricNames).flatMap(([exposed, catalogued]) => {
    const preset = (Object.keys(METRIC_PRESETS) as MetricPreset[]).find(
      (each) => exposed in METRIC_PRESETS[each],
    );
    const needed = metricOf(catalogued, metrics)?.labels ?? [];
    if (preset === undefined) return [];
    const mapped = Object.values(metricLabels);
    const missing = Object.entries(LABEL_PRESETS[preset]).filter(
      ([, label]) => needed.includes(label) && !mapped.includes(label),
    );
    if (missing.length === 0) return [];
    const labels = missing.map(([own, label]) => `${own}: ${label}`).join(', ');
    return [
      `${key}.metricNames.${exposed} is "${catalogued}", whose rules need the labels ${needed.join(' and ')}: ${preset} exposes others, so that ` +
        `all its series would become one. Add metricLabels: { ${labels} }, or use the preset: ${set(`${key}.preset`, preset, stack)}`,
    ];
  });
}
