import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { checkExpression } from '../../rules/promql-check.ts';
import type { Dashboard } from '../dashboard.ts';
import { type DashboardLint, reporter } from './finding.ts';
import { substituteVariables } from './substitute.ts';

/** Grafana's number for a variable that asks again when the time range changes. */
const ON_TIME_RANGE_CHANGED = 2;

const variables = (dashboard: Dashboard): VariableModel[] => dashboard.json.templating.list ?? [];

/** The first variable picks the data source, of type prometheus, and says so. */
export const templateDatasource: DashboardLint = (dashboard) => {
  const report = reporter('template-datasource', dashboard);
  const variable = variables(dashboard).find(({ name }) => name === 'datasource');
  if (!variable) return [report("there is no variable 'datasource'")];
  if (variable.type !== 'datasource' || variable.query !== 'prometheus') {
    return [report("variable 'datasource' must pick data sources of type prometheus")];
  }
  return variable.label === 'Data source'
    ? []
    : [report("variable 'datasource' must be labelled 'Data source'")];
};

/** A variable of a target label takes any number of values or all. */
const templateLabel =
  (name: string): DashboardLint =>
  (dashboard) => {
    const report = reporter(`template-${name}`, dashboard);
    const variable = variables(dashboard).find((candidate) => candidate.name === name);
    if (!variable) return [report(`there is no variable '${name}'`)];
    const takesAll = variable.multi && variable.includeAll;
    return [
      ...(takesAll ? [] : [report(`variable '${name}' must take several values, and all of them`)]),
      ...(variable.allValue === '.+'
        ? []
        : [report(`variable '${name}' must have allValue '.+', not '${variable.allValue ?? ''}'`)]),
    ];
  };

export const templateJob = templateLabel('job');
export const templateInstance = templateLabel('instance');

/** Variables ask for labels of series that exist. */
export const templateLabelPromql: DashboardLint = (dashboard, { vocabulary }) => {
  const report = reporter('template-label-promql', dashboard);
  return variables(dashboard)
    .filter(({ type }) => type === 'query')
    .flatMap(({ name, query }) => {
      const text = typeof query === 'string' ? query : String(query?.query);
      const [, series, label] = /^label_values\((.+), (\w+)\)$/.exec(text) ?? [];
      if (series === undefined || label === undefined) {
        return [report(`variable '${name}' asks '${text}'; expected label_values(series, label)`)];
      }
      return checkExpression(`count by (${label}) (${substituteVariables(series)})`, vocabulary).map(
        (problem) => report(`variable '${name}': ${problem}`),
      );
    });
};

/** Variables ask again when the time range changes: values come and go. */
export const templateOnTimeChangeReload: DashboardLint = (dashboard) => {
  const report = reporter('template-on-time-change-reload', dashboard);
  return variables(dashboard)
    .filter(({ type, refresh }) => type === 'query' && refresh !== ON_TIME_RANGE_CHANGED)
    .map(({ name }) => report(`variable '${name}' must ask again when the time range changes`));
};

/** A variable that takes all says what all is, and every variable is used by some query. */
export const templateUsed: DashboardLint = (dashboard) => {
  const report = reporter('template-used', dashboard);
  const text = JSON.stringify(dashboard.json.panels);
  return variables(dashboard)
    .filter(({ name, type }) => type !== 'datasource' && !new RegExp(`\\$\\{?${name}\\b`).test(text))
    .map(({ name }) => report(`no panel uses variable '${name}'`));
};
