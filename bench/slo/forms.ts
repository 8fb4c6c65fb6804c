import { isAlert, type ResolvedSlo } from '../../rules/index.ts';
import { RECORDED_WINDOWS } from '../../rules/slo/windows.ts';
import { datasetRules } from '../dataset/rules.ts';
import { exactCount } from './exact.ts';
import { badMinutes, slothRules } from './sloth.ts';

/** What is evaluated once a cycle. */
export interface Form {
  readonly name: string;
  readonly rules: readonly TimedRule[];
}

export interface TimedRule {
  readonly expr: string;
  /** Of which SLO and window, as `slo/window`, a result is the share of bad events. Default: it is something else. */
  readonly shares?: (labels: Readonly<Record<string, string>>) => readonly string[];
}

/** Every form of the shipped SLOs: the direct expressions, ours, and sloth's. */
export async function forms(): Promise<Form[]> {
  const set = datasetRules();
  const ours = set.groups.filter(({ name }) => name.startsWith('slo-')).flatMap(({ rules }) => rules);
  const sloth = await slothRules();
  return [
    { name: 'plain: each window from raw series', rules: set.slos.flatMap(plain) },
    {
      name: 'ours: all rules',
      rules: ours.map((rule) => ({
        expr: rule.expr,
        ...(!isAlert(rule) &&
          rule.record === 'slo:error:ratio' && {
            shares: ({ slo, window }: Readonly<Record<string, string>>) => [`${slo}/${window}`],
          }),
      })),
    },
    {
      name: 'sloth 0.16.0: all rules',
      rules: sloth.map(({ record, expr, labels }) => {
        const window = /^slo:sli_error:ratio_rate(\w+)$/.exec(record ?? '')?.[1];
        return { expr, ...(window && { shares: () => [`${labels.sloth_slo}/${window}`] }) };
      }),
    },
  ];
}

/** What the shares of bad events are, counted exactly: not timed, and what the others are held against. */
export const exactForm = (): Form => ({
  name: 'exact counts',
  rules: datasetRules().slos.flatMap((slo) =>
    windowsOf(slo).map((window) => ({
      shares: () => [`${slo.name}/${window}`],
      expr:
        slo.kind === 'events'
          ? `(${exactCount(slo.bad, window)}) / (${exactCount(slo.total, window)})`
          : badMinutes(slo, window),
    })),
  ),
});

const windowsOf = (slo: ResolvedSlo) => [...RECORDED_WINDOWS, `${slo.windowDays}d`];

function plain(slo: ResolvedSlo): TimedRule[] {
  return windowsOf(slo).map((window) => ({
    shares: () => [`${slo.name}/${window}`],
    expr:
      slo.kind === 'events'
        ? `(${slo.bad.replaceAll('$window', window)}) / (${slo.total.replaceAll('$window', window)})`
        : badMinutes(slo, window),
  }));
}
