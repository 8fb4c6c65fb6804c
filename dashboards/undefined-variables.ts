import { isBuiltIn, referencesIn } from './user/substitute.ts';

/** A query that reads a variable that its dashboard does not define. */
export interface UndefinedVariable {
  readonly panel: string;
  readonly query: string;
  readonly variable: string;
}

interface Query {
  readonly refId?: string;
  readonly expr?: string;
}
interface Panel {
  readonly title?: string;
  readonly type?: string;
  readonly targets?: readonly Query[];
  readonly panels?: readonly Panel[];
}
interface Json {
  readonly panels?: readonly Panel[];
  readonly templating?: { readonly list?: readonly { readonly name?: string }[] };
}

/** The variables that a query reads, without Grafana's own. */
const variablesIn = (query: string): readonly string[] => [
  ...new Set(
    referencesIn(query)
      .map(({ name }) => name)
      .filter((name) => !isBuiltIn(name)),
  ),
];

/** Every query of a dashboard, as Grafana's JSON has it, that reads a variable that nothing defines. */
export function undefinedVariables(json: Json): readonly UndefinedVariable[] {
  const known = new Set((json.templating?.list ?? []).map(({ name }) => name));
  const panels = (json.panels ?? []).flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  return panels.flatMap(({ title, type, targets = [] }) =>
    targets.flatMap(({ refId = '', expr = '' }) =>
      variablesIn(expr)
        .filter((variable) => !known.has(variable))
        .map((variable) => ({ panel: title || (type ?? ''), query: refId, variable })),
    ),
  );
}
