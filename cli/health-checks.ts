import { PROBE_JOBS } from '../catalogue/services.ts';
import { STACK, type StackName } from '../catalogue/stack.ts';
import { byPart, PARTS } from '../components/parts/index.ts';
import { stackWorkloads } from '../components/topology.ts';
import { parseEndpoint } from '../lib/endpoint.ts';
import { NoAnswerError, request } from '../lib/http-client.ts';
import { prometheusClient } from '../lib/prometheus-client.ts';
import { isThisMachine } from '../platforms/kinds.ts';
import type { Addressing } from '../platforms/workload.ts';
import { settingsName } from '../rules/alert-names.ts';
import type { Settings } from '../stack/settings/index.ts';
import { type Expected, missing, selection } from './expected-state.ts';

/** One thing that is right or wrong. */
export interface Check {
  readonly kind: 'component' | 'target' | 'targets' | 'rule' | 'rules' | 'alertmanager';
  readonly name: string;
  readonly healthy: boolean;
  /** What was seen; what is wrong, where something is. */
  readonly detail: string;
}

/** Paths at which the stack's programs say that they can serve. */
const READY = byPart(({ ready }) => ready);

/** Nobody opens the exporters: where workloads are containers, Prometheus alone reaches them, as its targets. */
export const OPENED: readonly StackName[] = PARTS.filter(({ opened }) => opened).map(({ name }) => name);

/**
 * Asks every component that can be opened, every scrape target, every rule, and Prometheus for its Alertmanagers. What
 * is expected and not there is unhealthy, and so is what cannot be had.
 */
export async function checkHealth(
  settings: Settings,
  platform: Addressing,
  expected: Expected,
): Promise<readonly Check[]> {
  const prometheus = () => platform.url('prometheus', STACK.prometheus.port);
  const opened = stackWorkloads(settings).filter(
    (name) => isThisMachine(platform.kind) || OPENED.includes(name),
  );
  const components = await Promise.all(
    opened.map((name) => component(name, () => platform.url(name, STACK[name].port), READY[name])),
  );
  const [targets, rules, alertmanagers] = await Promise.all([
    ask<TargetsAnswer>(prometheus, 'targets', { state: 'active' }),
    ask<RulesAnswer>(prometheus, 'rules'),
    ask<AlertmanagersAnswer>(prometheus, 'alertmanagers'),
  ]);
  return [
    ...components,
    ...(targets === undefined ? [untold('targets')] : targetChecks(targets, settings, expected.jobs)),
    ...(rules === undefined ? [untold('rules')] : ruleChecks(rules, settings, expected.rules)),
    alertmanagers === undefined ? untold('alertmanager') : alertmanagerCheck(alertmanagers),
  ];
}

function targetChecks(
  { activeTargets }: TargetsAnswer,
  settings: Settings,
  expected: Expected['jobs'],
): readonly Check[] {
  const own = ownIn(settings);
  const targets = activeTargets.filter(({ labels }) => own.job(labels.job));
  const lost = missing(
    expected,
    targets.map(({ labels }) => labels.job ?? ''),
  );
  if (lost === undefined) return targets.map(targetCheck);
  const mend = selection(
    settings,
    'serviceMonitorSelector, probeSelector, serviceMonitorNamespaceSelector and probeNamespaceSelector',
  );
  const found =
    settings.operator === undefined
      ? ''
      : '; a service is found by the labels and the port that kubernetes.operator.services gives it';
  const detail = `without a target: ${lost.names}. ${mend}${found}`;
  return [
    ...targets.map(targetCheck),
    { kind: 'targets', name: `${lost.share} jobs`, healthy: false, detail },
  ];
}

function ruleChecks(
  { groups }: RulesAnswer,
  settings: Settings,
  expected: Expected['rules'],
): readonly Check[] {
  const own = ownIn(settings);
  const rules = groups.filter(({ file }) => own.file(file)).flatMap(({ rules }) => rules);
  const lost = missing(
    expected,
    rules.map(({ name, labels = {} }) => settingsName(name, labels)),
  );
  if (lost === undefined) return rules.map(ruleCheck);
  const detail = `not loaded: ${lost.names}. ${selection(settings, 'ruleSelector and ruleNamespaceSelector')}`;
  return [...rules.map(ruleCheck), { kind: 'rules', name: `${lost.share} rules`, healthy: false, detail }];
}

/** Nothing is known of what Prometheus does not tell, least of all that it is well. */
function untold(kind: 'targets' | 'rules' | 'alertmanager'): Check {
  const what = kind === 'alertmanager' ? 'Alertmanagers' : kind;
  return { kind, name: `${what} of Prometheus`, healthy: false, detail: 'not told' };
}

/** What of a Prometheus is this stack's: everything, unless an operator runs it for others too. */
function ownIn(settings: Settings): { job(name?: string): boolean; file(path: string): boolean } {
  if (settings.operator === undefined) return { job: () => true, file: () => true };
  const jobs = new Set([
    ...settings.services.map(({ name }) => name),
    ...stackWorkloads(settings),
    ...Object.values(PROBE_JOBS),
  ]);
  // The operator names each file by the namespace and name of its PrometheusRule.
  const prefix = `/${settings.kubernetes.namespace}-`;
  return { job: (name = '') => jobs.has(name), file: (path) => path.includes(prefix) };
}

/** What the rules of a running Prometheus cost: how many there are, and how many series they record. */
export interface RuleCost {
  readonly recordings: number;
  readonly alerts: number;
  readonly series: number;
}

/** Undefined where Prometheus does not answer. */
export async function ruleCost(platform: Addressing): Promise<RuleCost | undefined> {
  const prometheus = () => platform.url('prometheus', STACK.prometheus.port);
  // Only recorded series have colons in their names.
  const query = 'count({__name__=~".+:.+"})';
  const [rules, series] = await Promise.all([
    ask<RulesAnswer>(prometheus, 'rules'),
    ask<SeriesAnswer>(prometheus, 'query', { query }),
  ]);
  if (rules === undefined || series === undefined) return undefined;
  const types = rules.groups.flatMap((group) => group.rules.map(({ type }) => type));
  const recordings = types.filter((type) => type === 'recording').length;
  return {
    recordings,
    alerts: types.length - recordings,
    series: Number(series.result[0]?.value[1] ?? 0),
  };
}

interface SeriesAnswer {
  readonly result: readonly { readonly value: readonly [time: number, value: string] }[];
}

interface TargetsAnswer {
  readonly activeTargets: readonly {
    readonly scrapePool: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly health: 'up' | 'down' | 'unknown';
    readonly lastError: string;
  }[];
}

interface RulesAnswer {
  readonly groups: readonly {
    readonly file: string;
    readonly rules: readonly {
      readonly name: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly type: 'recording' | 'alerting';
      readonly health: string;
      readonly lastError?: string;
    }[];
  }[];
}

interface AlertmanagersAnswer {
  readonly activeAlertmanagers: readonly { readonly url: string }[];
}

async function component(name: string, address: () => string, path: string): Promise<Check> {
  const check = { kind: 'component', name } as const;
  let url = '';
  try {
    url = address();
    const { ok, status } = await request(parseEndpoint(url), path, { seconds: 5 });
    return { ...check, healthy: ok, detail: ok ? 'ready' : `answers ${status} at ${url}${path}` };
  } catch (error) {
    const detail =
      error instanceof NoAnswerError
        ? `does not answer at ${url}${path}: ${error.reason}`
        : (error as Error).message;
    return { ...check, healthy: false, detail };
  }
}

function targetCheck({
  scrapePool,
  labels,
  health,
  lastError,
}: TargetsAnswer['activeTargets'][number]): Check {
  return {
    kind: 'target',
    name: `${scrapePool} ${labels.instance}`,
    healthy: health === 'up',
    detail: health === 'up' ? 'up' : lastError || 'not scraped yet',
  };
}

function ruleCheck({
  name,
  labels = {},
  health,
  lastError,
}: RulesAnswer['groups'][number]['rules'][number]): Check {
  return {
    kind: 'rule',
    name: settingsName(name, labels),
    healthy: health === 'ok',
    detail: health === 'ok' ? 'ok' : lastError || 'not evaluated yet',
  };
}

function alertmanagerCheck({ activeAlertmanagers }: AlertmanagersAnswer): Check {
  const known = activeAlertmanagers.length;
  return {
    kind: 'alertmanager',
    name: 'Prometheus to Alertmanager',
    healthy: known > 0,
    detail: known > 0 ? `${known} known` : 'Prometheus knows no Alertmanager',
  };
}

/** Undefined where the answer cannot be had. */
async function ask<T>(
  prometheus: () => string,
  path: string,
  parameters?: Readonly<Record<string, string>>,
): Promise<T | undefined> {
  try {
    return await prometheusClient(parseEndpoint(prometheus()), { seconds: 10 }).ask<T>(path, parameters);
  } catch {
    return undefined;
  }
}
