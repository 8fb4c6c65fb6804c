import { DEMO, DEPENDENCIES, type DependencyName, SERVICES } from '../catalogue/services.ts';
import { STACK } from '../catalogue/stack.ts';
import {
  alertmanagerAddresses,
  alertmanagerSecrets,
  blackboxAddress,
  grafanaDashboardsPath,
  prometheusSecrets,
  rulesFolder,
} from '../components/mount-paths.ts';
import { scrapedParts } from '../components/parts/index.ts';
import { prometheusYaml } from '../components/prometheus/config.ts';
import type { TargetGroup } from '../components/prometheus/discovery.ts';
import { withoutSeries } from '../components/prometheus/remote-write.ts';
import type { StackFiles } from '../components/stack-files.ts';
import { type Replicas, stackDiscovery, topology } from '../components/topology.ts';
import {
  buildDashboards,
  type Dashboard,
  externalGrafana,
  fitConfigMap,
  folderPermissions,
  foldersOf,
  folderUid,
  ownDashboards,
  renderDashboards,
  renderProvisioning,
} from '../dashboards/index.ts';
import {
  type AlertmanagerConfig,
  alertLabels,
  buildAlertmanager,
  dashboardLinks,
} from '../notifications/index.ts';
import type { Addressing } from '../platforms/workload.ts';
import { buildRules, type RuleSet, renderOpenSlo, renderRules, type WatchedService } from '../rules/index.ts';
import { RUNNING_SUMS } from '../rules/slo/totals.ts';
import { renderOwnTests } from '../rules/tests.ts';
import { intervalProblems } from './intervals.ts';
import { serviceNameProblems } from './names.ts';
import { renamingProblems } from './renaming.ts';
import {
  externalLabelValue,
  foldersWithOwnRights,
  type Service,
  type Settings,
  SettingsError,
} from './settings/index.ts';
import type { UserFiles } from './user-files.ts';
import { virtualTargets } from './virtual-targets.ts';

export interface FilesOptions {
  readonly settings: Settings;
  readonly platform: Addressing;
  readonly replicas: Replicas;
  readonly user: UserFiles;
}

/** The stack's files, and what is rendered for people to use elsewhere. */
export interface RenderedFiles extends StackFiles {
  /** SLOs as OpenSLO documents by file name. */
  readonly openslo: Readonly<Record<string, string>>;
  /** Tests of the user's own alerts and SLOs by file name, for promtool. */
  readonly ownTests: Readonly<Record<string, string>>;
  /** What the rule files say, for whoever judges it. */
  readonly ruleSet: RuleSet;
  /** What people should know of their own files, a sentence each: what is not read, and what may be wrong. */
  readonly warnings: readonly string[];
  /** What `alertmanager.yml` says. */
  readonly alertmanagerConfig: AlertmanagerConfig;
}

/**
 * Renders every file of a stack from its settings.
 * @throws RulesError, DashboardsError, NotificationsError with every mistake found.
 */
export function renderFiles({ settings, platform, replicas, user }: FilesOptions): RenderedFiles {
  refuse(serviceNameProblems(settings), settings);
  const grafanaUrl = settings.rules.dashboardBaseUrl ?? grafanaOf(settings, platform);
  const rules = declaredRules(settings, user, grafanaUrl);
  refuse([...renamingProblems(settings, rules.metrics), ...intervalProblems(settings, rules)], settings);
  const ruleFiles = renderRules(rules);
  const plan = topology(settings, platform, replicas);
  const externalLabels = {
    environment: settings.environment,
    cluster: settings.stack,
    ...settings.prometheus.externalLabels,
  };
  const alertmanager = buildAlertmanager({
    settings: settings.notifications,
    alerts: alertLabels(rules.alerts),
    production: settings.production,
    secretsDirectory: alertmanagerSecrets(platform),
    stack: settings.stack,
    externalLabels,
    ...(grafanaUrl && { dashboards: dashboardLinks(rules.alerts, grafanaUrl) }),
    ...(settings.demoEnabled
      ? { standInUrl: `http://${platform.address('demo', DEMO.demo.port)}/webhook` }
      : {}),
  });
  const shipped = buildDashboards({ settings: settings.dashboards, rules });
  const own = ownDashboards({
    files: user.dashboards,
    taken: shipped,
    inputs: settings.dashboards.inputs,
    vocabulary: rules,
    stack: settings.stack,
    root: settings.dashboards.extraDirectory,
  });
  const dashboards = [...shipped, ...own.dashboards];
  if (settings.platform === 'kubernetes' && settings.grafana.mode === 'managed') fitConfigMap(dashboards);
  const prometheus = prometheusYaml({
    scrapeInterval: settings.prometheus.scrapeInterval,
    evaluationInterval: settings.prometheus.evaluationInterval,
    externalLabels: {
      environment: settings.environment,
      cluster: settings.stack,
      // The twins of a cluster say the same: what tells them apart is dropped from their alerts.
      ...(replicas.prometheus > 1 ? { replica: '${POD_NAME}' } : {}),
      ...mapped(settings.prometheus.externalLabels, externalLabelValue),
    },
    limits: settings.prometheus.limits,
    jobs: plan.jobs,
    probes: plan.probes,
    blackbox: blackboxAddress(platform),
    alertmanagers: alertmanagerAddresses(platform, replicas.alertmanager),
    rulesFolder: rulesFolder(platform),
    secretsFolder: prometheusSecrets(platform),
    ...optional('discovered', stackDiscovery(settings, platform, user.targets).jobs),
    ...optional('extraScrapeConfigs', settings.prometheus.scrapeConfigs),
    ...optional(
      'remoteWrite',
      // Each replica has totals of its own: storage that takes samples of two for one series would mix them up.
      settings.rules.longWindows === 'totals'
        ? settings.prometheus.remoteWrite.map((entry) => withoutSeries(entry, RUNNING_SUMS))
        : settings.prometheus.remoteWrite,
    ),
  });
  return {
    rulesFolder: rulesFolder(platform),
    prometheus: prometheus.config,
    ...(prometheus.open === undefined ? {} : { prometheusOpen: prometheus.open }),
    prometheusSecrets: prometheus.secrets,
    rules: ruleFiles,
    targets: user.targets,
    ownTests: renderOwnTests(rules),
    ruleSet: rules,
    alertmanagerConfig: alertmanager.config,
    openslo: renderOpenSlo(rules),
    alertmanager: alertmanager.files,
    alertmanagerSecrets: alertmanager.secretFiles,
    notices: alertmanager.notices,
    warnings: [
      ...settings.idle,
      ...user.unread,
      ...virtualTargets(settings, user.targets),
      ...rules.advice,
      ...own.warnings,
    ],
    provisioning: renderProvisioning({
      settings: settings.dashboards,
      dashboards,
      dashboardsPath: grafanaDashboardsPath(platform),
      prometheusUrl: `http://${platform.address('prometheus', STACK.prometheus.port)}`,
      alertmanagerUrl: `http://${platform.address('alertmanager', STACK.alertmanager.port)}`,
      scrapeInterval: settings.prometheus.scrapeInterval,
    }),
    dashboards: renderDashboards(dashboards),
    ...grafanaByApi(settings, platform, dashboards),
  };
}

/** Where people open the stack's Grafana; undefined where it has none. */
function grafanaOf({ grafana }: Settings, platform: Addressing): string | undefined {
  if (grafana.mode === 'off') return undefined;
  return grafana.mode === 'external' ? grafana.url : platform.url('grafana', STACK.grafana.port);
}

/** What is told to a Grafana through its API instead of by files. */
function grafanaByApi(
  { dashboards: settings, grafana, prometheus }: Settings,
  platform: Addressing,
  dashboards: readonly Dashboard[],
): Pick<StackFiles, 'externalGrafana' | 'folderRights'> {
  if (grafana.mode === 'managed') {
    const withOwnRights = foldersWithOwnRights(settings);
    const folderRights = foldersOf(dashboards)
      .filter(({ key }) => withOwnRights.includes(key))
      .map((folder) => ({
        name: folder.name,
        uid: folderUid(folder),
        permissions: folderPermissions(settings, folder.key, 'managed'),
      }));
    return { folderRights };
  }
  if (grafana.mode === 'off') return { folderRights: [] };
  return {
    folderRights: [],
    externalGrafana: externalGrafana({
      settings,
      dashboards,
      prometheusUrl: grafana.prometheusUrl ?? platform.url('prometheus', STACK.prometheus.port),
      alertmanagerUrl: grafana.alertmanagerUrl ?? platform.url('alertmanager', STACK.alertmanager.port),
      scrapeInterval: prometheus.scrapeInterval,
    }),
  };
}

/** Every file for people to use elsewhere, by path in the folder that `make render` writes. */
export function filesByPath(files: RenderedFiles): Record<string, string> {
  return {
    'prometheus/prometheus.yml': files.prometheus,
    ...within('prometheus/rules', files.rules),
    ...within('alertmanager', files.alertmanager),
    ...within('grafana/provisioning', files.provisioning),
    ...within('grafana/dashboards', files.dashboards),
    ...within('openslo', files.openslo),
  };
}

function within(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));
}

/**
 * Every rule that a stack's settings and files of the user declare, for what the stack watches.
 * @throws RulesError with every mistake found.
 */
export function declaredRules(
  settings: Settings,
  user: Pick<UserFiles, 'rules' | 'targets'>,
  dashboardBaseUrl = settings.rules.dashboardBaseUrl,
): RuleSet {
  return buildRules({
    settings: { ...settings.rules, ...(dashboardBaseUrl && { dashboardBaseUrl }) },
    services: settings.services.map(watched),
    parts: scrapedParts(settings),
    dependencies: (Object.keys(DEPENDENCIES) as DependencyName[]).filter(
      (name) => settings[name].address !== undefined,
    ),
    targetLabels: broughtLabels(settings, user.targets),
    userFiles: user.rules,
  });
}

/** Labels that targets bring, as far as the settings and `targets.d/` say. */
function broughtLabels(
  { discovery, prometheus, services: given }: Settings,
  targets: UserFiles['targets'],
): readonly string[] {
  const { pods, services } = discovery.kubernetes;
  const configured = prometheus.scrapeConfigs.flatMap(({ static_configs: groups }) =>
    Array.isArray(groups) ? (groups as Pick<TargetGroup, 'labels'>[]) : [],
  );
  const groups = [...Object.values(targets).flat(), ...configured];
  return [
    ...groups.flatMap((group) => Object.keys(group?.labels ?? {})),
    ...(pods || services || given.some(({ find }) => find?.by === 'kubernetes')
      ? ['namespace', 'pod', 'node']
      : []),
    ...(given.some(({ find }) => find?.by === 'consul') ? ['node'] : []),
  ].filter((label) => !label.startsWith('__'));
}

/** What rules want to know of a service; of one that the catalogue does not have, its name. */
function watched({ name, interval, find }: Service): WatchedService {
  const known = name in SERVICES ? SERVICES[name as keyof typeof SERVICES] : undefined;
  return {
    name,
    interval,
    ...(known && { title: known.title, team: known.team }),
    ...(find && { copies: true }),
  };
}

function refuse(problems: readonly string[], { stack }: Settings): void {
  if (problems.length > 0) throw new SettingsError(problems, `Pulumi.${stack}.yaml`);
}

/** A record with each value replaced. */
function mapped(values: Readonly<Record<string, string>>, by: (value: string) => string) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, by(value)]));
}

function optional<K extends string, T>(key: K, values: readonly T[]): Record<string, readonly T[]> {
  return values.length === 0 ? {} : { [key]: values };
}
