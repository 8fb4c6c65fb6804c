/** What Grafana's own variables stand for while a query is checked; any length will do. */
const INTERVALS: Readonly<Record<string, string>> = {
  __rate_interval: '1m',
  __range: '1h',
  __interval: '15s',
};

/** The expression as Grafana would send it with every variable at All. */
export function substituteVariables(expr: string): string {
  return expr
    .replaceAll(/\$(__\w+)/g, (whole, name: string) => INTERVALS[name] ?? whole)
    .replaceAll(/"\$\{?([a-zA-Z_]\w*)\}?"/g, '".*"');
}

/** Labels that a legend names: `{{endpoint}}` names `endpoint`. */
export function legendLabels(legend: string): string[] {
  return [...legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label]) => label as string);
}
