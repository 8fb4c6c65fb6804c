import { isAlert, type Recording, type ResolvedSlo, type RuleSet } from '../../rules/index.ts';
import { RECORDED_WINDOWS } from '../../rules/slo/windows.ts';
import { datasetRules, totalsRules } from '../dataset/rules.ts';
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
  /** Of which SLO and window the result counts bad or all events. Default: it is something else. */
  readonly counts?: { readonly part: 'bad' | 'total'; readonly of: string };
}

/** Every form of the shipped SLOs: the direct expressions, ours in both ways, and sloth's. */
export async function forms(): Promise<Form[]> {
  const sloth = await slothRules();
  return [
    { name: 'plain: each window from raw series', rules: datasetRules().slos.flatMap(plain) },
    { name: 'ours, sums: all rules', rules: ours(datasetRules()) },
    { name: 'ours, running totals: all rules', rules: ours(totalsRules()) },
    {
      name: 'sloth 0.16.0: all rules',
      rules: sloth.map(({ record, expr, labels }) => {
        const window = /^slo:sli_error:ratio_rate(\w+)$/.exec(record ?? '')?.[1];
        return { expr, ...(window && { shares: () => [`${labels.sloth_slo}/${window}`] }) };
      }),
    },
  ];
}

const ours = ({ groups }: RuleSet): TimedRule[] =>
  groups
    .filter(({ name }) => name.startsWith('slo-'))
    .flatMap(({ rules }) => rules)
    .map((rule) => ({
      expr: rule.expr,
      ...(!isAlert(rule) && countOf(rule)),
    }));

/** Which part of a share a window’s rule counts: what it yields, not what the data set holds of it. */
function countOf({ record, labels }: Recording): Pick<TimedRule, 'counts'> {
  const part = /^slo:(bad|total):increase$/.exec(record)?.[1];
  return part === undefined
    ? {}
    : { counts: { part: part as 'bad' | 'total', of: `${labels?.slo}/${labels?.window}` } };
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
