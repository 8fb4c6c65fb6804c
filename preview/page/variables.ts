import type { Dashboard, VariableModel } from '../model/dashboard.ts';
import { seriesName } from '../model/frame.ts';
import { roundInterval } from '../model/interval.ts';
import { formatInterval, parseInterval, type TimeRange } from '../model/time.ts';
import {
  choose,
  customOptions,
  filterByRegex,
  interpolate,
  parseVariableQuery,
  queryText,
  sortOptions,
  type Variable,
} from '../model/variables.ts';
import { labelNames, labelValues, queryInstant, series } from './prometheus.ts';

type Options = Variable['options'];

async function answers(text: string, range: TimeRange): Promise<string[]> {
  const query = parseVariableQuery(text);
  switch (query.kind) {
    case 'label_values':
      return (await labelValues(query.label, range, query.match)).data;
    case 'label_names':
      return (await labelNames(range, query.match)).data;
    case 'metrics': {
      const pattern = new RegExp(query.pattern);
      return (await labelValues('__name__', range)).data.filter((name) => pattern.test(name));
    }
    case 'query_result': {
      const { data } = await queryInstant(query.expr, range.to);
      if (data.resultType !== 'vector') return [];
      return data.result.map(
        ({ metric, value = [0, ''] }) => `${seriesName(metric)} ${value[1]} ${value[0] * 1000}`,
      );
    }
    case 'series':
      return (await series(query.match, range)).data.map(seriesName);
  }
}

function intervalOptions(model: VariableModel, range: TimeRange): Options {
  const options = customOptions(queryText(model));
  if (!model.auto) return options;
  const least = parseInterval(model.auto_min) ?? 10_000;
  const auto = Math.max(least, roundInterval((range.to - range.from) / (model.auto_count ?? 30)));
  return [{ text: 'auto', value: formatInterval(auto) }, ...options];
}

async function optionsOf(
  model: VariableModel,
  range: TimeRange,
  earlier: readonly Variable[],
): Promise<Options> {
  switch (model.type) {
    case 'query': {
      const seconds = Math.round((range.to - range.from) / 1000);
      const text = interpolate(
        queryText(model),
        earlier,
        { __range: `${seconds}s`, __range_s: String(seconds), __range_ms: String(seconds * 1000) },
        'promql',
      );
      const values = sortOptions([...new Set(await answers(text, range))], model.sort);
      return filterByRegex(values, model.regex ? interpolate(model.regex, earlier) : undefined);
    }
    case 'custom':
      return customOptions(interpolate(queryText(model), earlier));
    case 'interval':
      return intervalOptions(model, range);
    case 'datasource': {
      const name = [model.current?.text ?? 'Prometheus'].flat()[0] ?? 'Prometheus';
      return [{ text: name, value: [model.current?.value ?? name].flat()[0] ?? name }];
    }
    case 'constant':
    case 'textbox': {
      const value = [model.current?.value ?? queryText(model)].flat()[0] ?? '';
      return [{ text: value, value }];
    }
    default:
      return model.options?.map(({ text, value }) => ({ text: String(text), value: String(value) })) ?? [];
  }
}

export interface Resolved {
  variables: Variable[];
  errors: string[];
}

/** Every variable in its order, each with those before it filled in. A query that fails leaves no options. */
export async function resolveVariables(
  dashboard: Dashboard,
  range: TimeRange,
  asked: ReadonlyMap<string, readonly string[]>,
): Promise<Resolved> {
  const variables: Variable[] = [];
  const errors: string[] = [];
  for (const model of dashboard.templating?.list ?? []) {
    let options: Options = [];
    try {
      options = await optionsOf(model, range, variables);
    } catch (error) {
      errors.push(`Variable ${model.name}: ${(error as Error).message}`);
    }
    const wanted = asked.get(model.name);
    variables.push(
      model.type === 'textbox' && wanted
        ? choose(
            model,
            wanted.map((value) => ({ text: value, value })),
            wanted,
          )
        : choose(model, options, wanted),
    );
  }
  return { variables, errors };
}
