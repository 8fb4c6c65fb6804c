/** What a change may do that a peer looks for, and what looks for it here. */
export interface PeerCheck {
  /** The peer's names. */
  readonly theirs: readonly string[];
  /** What they object to. */
  readonly about: string;
  /** What objects to it here; a policy, a lint or a command in backticks. Undefined where it is left out. */
  readonly ours?: string;
  /** What is left out of it, and why. Default: nothing is. */
  readonly left?: string;
}

/** Checks of pint 0.87 (docs/checks of its repository); those of its own comments and files are not listed. */
export const PINT: readonly PeerCheck[] = [
  {
    theirs: ['rule/dependency'],
    about: 'a recording is removed that another rule reads; a recording reads one of another group',
    ours: '`make diff` names the alerts, SLOs and panels that read it; what nobody records is refused, `rule/dependency`',
    left: 'other groups: stages of SLOs build on each other, and a lag of one interval is accepted',
  },
  {
    theirs: ['alerts/count'],
    about: 'how often an alert would have fired',
    ours: '`make backtest`, `make pr-report` with `PROM`: before and after the change',
  },
  {
    theirs: ['query/cost'],
    about: 'series, samples and time of a query',
    ours: '`recorded-series-are-few`, `cost/range`, `cost/subquery`; `make pr-report` with `PROM` measures the time',
    left: 'samples and peaks of each query: a limit on them says little without the server that runs it',
  },
  {
    theirs: ['alerts/comparison'],
    about: 'an alert that compares nothing',
    ours: '`alerts/comparison`; boundary cases of an alert have to fire and not to fire',
  },
  {
    theirs: ['alerts/template'],
    about: 'a text that Prometheus refuses, a label that the expression lacks, a value in a label',
    ours: '`alerts/template`, `label-is-steady`; promtool reads every text',
  },
  {
    theirs: ['alerts/for', 'rule/for'],
    about: '`for` that is no duration, or too short or long',
    ours: '`alerts/for`, `rule/for`, `critical-alert-is-prompt`; `make diff` tells it as later or sooner',
  },
  {
    theirs: ['alerts/annotation', 'rule/label', 'rule/owner', 'rule/name', 'rule/reject'],
    about: 'texts, labels, owners and names that are missing or not allowed',
    ours: '`alert-says-what-is-wrong`, `alert-has-runbook`, `alert-is-labelled`, `alert-names-service`, `alert-has-owner`, `rule/name`, `rule/reject`',
    left: 'patterns of one’s own: an organisation’s conventions belong into its own check',
  },
  {
    theirs: ['rule/duplicate'],
    about: 'two rules that make the same series or alert',
    ours: '`rule/duplicate`; a name that is taken is refused',
  },
  {
    theirs: ['group/interval'],
    about: 'an interval longer than the lookback of five minutes',
    ours: '`group/interval` from two minutes on; `make diff` tells how much later alerts come',
  },
  {
    theirs: ['promql/rate'],
    about: 'a window of too few scrapes',
    ours: '`window-covers-scrapes`; a window that holds no scrape is refused',
  },
  {
    theirs: ['promql/offset', 'promql/range_query'],
    about: 'a query that looks back beyond the retention',
    ours: '`retention-covers-slo`, `cost/range`; less retention is told by `make diff` as data at risk',
    left: 'ranges and offsets of single rules: only windows of SLOs are held against the retention',
  },
  {
    theirs: ['promql/series'],
    about: 'a metric or label that the server does not have',
    ours: 'a metric or label that nothing declares is refused, and asked for by name in rule files of other forms; `make verify-metrics` compares with what a service serves',
    left: 'asking a server: a review must say the same on every machine',
  },
  {
    theirs: ['promql/counter'],
    about: 'the plain value of a counter',
    ours: 'advice on your own rules, refused in those that ship',
  },
  {
    theirs: ['promql/fragile', 'promql/impossible', 'promql/nan', 'promql/regexp', 'promql/syntax'],
    about: 'queries that flap, never return anything, divide by zero or cannot be read',
    ours: '`promql/fragile`, `promql/impossible`, `promql/nan`, `promql/regexp`, `promql/syntax`',
    left: 'sums of different jobs that are compared: no lint looks for them',
  },
  {
    theirs: ['promql/aggregate', 'promql/selector'],
    about: 'labels that have to be kept, matchers that have to be there',
    ours: '`promql/aggregate`, `promql/selector`',
    left: 'lists of one’s own, as above',
  },
  {
    theirs: ['promql/vector_matching'],
    about: 'two sides that never match',
    ours: '`promql/impossible` by labels; an alert whose boundary case does not fire is refused',
    left: 'asking a server for the labels of both sides',
  },
  {
    theirs: ['alerts/absent'],
    about: '`absent()` without a `for` of two scrapes',
    left: 'no lint of its own: no alert that ships uses it without `for`',
  },
  {
    theirs: ['alerts/external_labels', 'labels/conflict', 'promql/features'],
    about: 'external labels and features that a certain server has or lacks',
    left: 'the server’s configuration is rendered here, with the rules that it loads',
  },
  {
    theirs: ['rule/link'],
    about: 'links that do not answer',
    left: 'a check that asks the network fails for reasons that are not in the change; runbooks are files of the repository',
  },
];

/** Rules of Grafana's dashboard-linter 0.2 (docs/index.md of its repository). */
export const DASHBOARD_LINTER: readonly PeerCheck[] = [
  {
    theirs: ['template-datasource-rule', 'panel-datasource-rule'],
    about: 'a panel that asks a fixed data source',
    ours: '`template-datasource`, `panel-datasource`; a data source that nothing provisions is refused',
  },
  {
    theirs: ['template-label-promql-rule', 'template-on-time-change-reload-rule'],
    about: 'a variable whose query is wrong, or stale once the time range changes',
    ours: '`template-label-promql`, `template-on-time-change-reload`; a variable that nobody defines is refused',
  },
  {
    theirs: ['panel-title-description-rule', 'panel-units-rule', 'panel-no-targets-rule'],
    about: 'a panel without title, description, unit or query',
    ours: '`panel-title-description`, `panel-units`, `panel-no-targets`; `make diff` tells the unit before and after',
  },
  {
    theirs: ['target-promql-rule', 'target-rate-interval-rule', 'target-counter-agg-rule'],
    about: 'a query that cannot be read, has a fixed window, or shows a plain counter',
    ours: '`target-promql`, `target-rate-interval`, `target-counter-agg`; `make diff` shows both queries where they compute something else',
  },
  {
    theirs: ['uneditable-dashboard'],
    about: 'a dashboard that can be edited',
    ours: '`uneditable-dashboard`',
  },
  {
    theirs: ['template-job-rule', 'template-instance-rule', 'target-job-rule', 'target-instance-rule'],
    about: 'no variable for job and instance, or a query without them',
    left: 'a job is a service, and a dashboard is about one; recorded series have neither label',
  },
  {
    theirs: ['target-logql-rule', 'target-logql-auto-rule'],
    about: 'queries of Loki',
    left: 'the stack has no Loki',
  },
];

/** A table of each peer's checks. */
export function renderPeers(): readonly string[] {
  return [
    '## Changes that are harmless',
    '',
    'A review judges every field that a change touches. Those whose change is called harmless, with the reason, are listed',
    'in [review.md](review.md#fields-that-are-harmless).',
    '',
    '## What pint and dashboard-linter look for in a change',
    '',
    'Two linters are the usual way to review such changes. What they object to is objected to here as a policy, a lint, advice',
    'or a part of the review; `make preview` gives advice on your own rules and dashboards under the same names. What they',
    'do not look at is how alerts are routed, muted and silenced, and whether a change makes monitoring weaker: `pint ci`',
    'decides which rules a branch touches, and checks those.',
    '',
    ...tableOf('pint 0.87', PINT),
    '',
    ...tableOf('dashboard-linter 0.2', DASHBOARD_LINTER),
    '',
  ];
}

const tableOf = (peer: string, checks: readonly PeerCheck[]): readonly string[] => [
  `| ${peer} | objects to | here | left out, and why |`,
  '| --- | --- | --- | --- |',
  ...checks.map(
    ({ theirs, about, ours = 'nothing', left = '' }) =>
      `| ${theirs.map((name) => `\`${name}\``).join(', ')} | ${about} | ${ours} | ${left} |`,
  ),
];
