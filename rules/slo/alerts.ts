import type { Slo } from '../../catalogue/slos.ts';
import type { Alert, Threshold } from '../alert.ts';
import { camel } from '../alert-names.ts';
import { sloGroup } from './recordings.ts';
import { burnTimelines } from './timelines.ts';
import { BURN_WINDOWS, factor, percent } from './windows.ts';

const WORDS: Record<string, string> = { '1h': 'hour', '6h': '6 hours', '1d': 'day', '3d': '3 days' };

/** Whether a fast burn pages. What users feel at once does; a level that is only a cause is looked into. */
export const pages = (slo: Slo): boolean => slo.pages ?? slo.kind === 'events';

export const burnAlertName = (name: string, burn: 'fast' | 'slow'): string =>
  `${camel(name)}BudgetBurn${burn === 'fast' ? 'Fast' : 'Slow'}`;

/** The burn alerts of an SLO. */
export function burnAlerts(name: string, slo: Slo): Alert[] {
  return (['fast', 'slow'] as const).map((burn) => {
    const rows = BURN_WINDOWS.filter((window) => window.burn === burn);
    const at = (window: string) => `{slo="${name}", window="${window}"}`;
    const branch = (row: (typeof rows)[number], limit: string | number) =>
      `max(slo:burn_rate:ratio${at(row.long)}) > ${limit} and max(slo:burn_rate:ratio${at(row.short)}) > ${limit} and max(slo:total:increase${at(row.long)}) >= ${slo.minimumEvents}`;
    const [first, second] = rows;
    if (!first || !second) throw new Error(`no burn windows for ${burn}`);
    const threshold: Threshold = {
      value: factor(first, slo.windowDays),
      unit: 'burn_rate',
      direction: 'above',
    };
    return {
      name: burnAlertName(name, burn),
      group: sloGroup(name),
      severity: burn === 'fast' && pages(slo) ? 'critical' : 'warning',
      service: slo.service,
      team: slo.team,
      signal: slo.signal,
      labels: { slo: name, burn },
      expr: (limit) => `${branch(first, limit)} or ${branch(second, factor(second, slo.windowDays))}`,
      threshold,
      for: '0s',
      summary: `${slo.title}: the error budget burns ${burn === 'fast' ? 'fast' : 'too fast to last'}`,
      description: description(name, slo, first.long, second.long),
      runbook: slo.runbook,
      dashboard: 'slos',
      proofs: [],
      timelines: burnTimelines(name, slo, rows),
    };
  });
}

/** The two largest units of a duration. */
const ROUGHLY = 'humanizeDuration | reReplaceAll "(d [0-9]+h|h [0-9]+m) .*" "$1"';

/** What is happening, in plain words: the SLO, the burn rate, how much budget is gone, when it runs out. */
function description(name: string, slo: Slo, first: string, second: string): string {
  const unit = slo.kind === 'events' ? (slo.noun ?? 'events') : 'minutes';
  const spent = `query "100 * (1 - slo:error_budget_remaining:ratio{slo='${name}'})"`;
  const rest = `query "slo:error_budget_exhaustion:seconds{slo='${name}'}"`;
  const percentage = '{{ printf "%.4g" $spent }} %';
  return [
    `Promised for ${percent(slo.objective)} of ${unit} over ${slo.windowDays} days: “${slo.promise}”`,
    `Over the last ${WORDS[first]} or ${WORDS[second]} failures used up the error budget {{ $value | humanize }} times faster than that allows.`,
    [
      `{{ with ${spent} }}{{ $spent := . | first | value }}`,
      `{{ if ge $spent 100.0 }}The whole budget is gone (${percentage} of it).`,
      `{{ else }}${percentage} of the budget is gone{{ with ${rest} }}; if this goes on, the rest lasts {{ . | first | value | ${ROUGHLY} }}{{ end }}.{{ end }}{{ end }}`,
    ].join(''),
  ].join(' ');
}
