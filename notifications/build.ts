import { dump } from 'js-yaml';
import { NotificationsError, problemsOfOutcome, problemsOfSettings } from './checks.ts';
import type { AlertmanagerConfig, Labels } from './config.ts';
import { inhibitRules } from './inhibition.ts';
import { timeIntervals } from './intervals.ts';
import {
  allReceivers,
  HEARTBEAT,
  type MissingSecret,
  resolveHeartbeat,
  resolveReceiver,
  UNROUTED,
  withStandIn,
} from './receivers.ts';
import { routingTree } from './routes.ts';
import type { NotificationsSettings } from './settings.ts';
import { templateFiles } from './templates.ts';
import { receiversIn, usedIntervals } from './tree.ts';

export interface AlertmanagerOptions {
  readonly settings: NotificationsSettings;
  /** Every alert of the stack, as `alertLabels` gives them. */
  readonly alerts: readonly Labels[];
  /** Labels that Prometheus adds to every alert, such as `environment`. Default: none. */
  readonly externalLabels?: Labels;
  /** Refuses receivers without their secrets. */
  readonly production: boolean;
  /** Directory of the secret files as Alertmanager sees it, an absolute path. */
  readonly secretsDirectory: string;
  /**
   * URL that takes, outside production, what lacks its secret; the receiver's name is added as a last segment:
   * `http://demo:8090/webhook`. Default: none, so that every receiver needs its secrets.
   */
  readonly standInUrl?: string;
  /** URL by name of the alerts without an annotation that links to one, as `dashboardLinks` gives them. Default: none. */
  readonly dashboards?: Readonly<Record<string, string>>;
  /** Stack named in the commands that mend a mistake. Default: the selected one. */
  readonly stack?: string;
}

export interface AlertmanagerFiles {
  readonly config: AlertmanagerConfig;
  /** `alertmanager.yml` and `templates/*.tmpl`, by path relative to the configuration's directory. */
  readonly files: Readonly<Record<string, string>>;
  /** Content by file name in the secrets' directory. Each is a secret. */
  readonly secretFiles: Readonly<Record<string, string>>;
  /** Secrets that are missing, each with the stand-in used: for people, at a preview. */
  readonly notices: readonly string[];
}

/**
 * Builds Alertmanager's files. The result depends on its input alone and is written in one order, so that a
 * preview shows what changes.
 *
 * @throws NotificationsError with every mistake found, each with the setting and what mends it.
 */
export function buildAlertmanager(options: AlertmanagerOptions): AlertmanagerFiles {
  const { settings, alerts, secretsDirectory, standInUrl } = options;
  const early = problemsOfSettings(settings, alerts, {
    externalLabels: options.externalLabels ?? {},
    stack: options.stack,
  });
  if (early.length > 0) throw new NotificationsError(early);

  const route = routingTree(settings, alerts);
  const used = receiversIn(route);
  const resolved = Object.entries(allReceivers(settings))
    .filter(([name]) => used.includes(name))
    .map(([name, receiver]) => resolveReceiver(name, receiver, settings, secretsDirectory));
  if (used.includes(HEARTBEAT)) resolved.push(resolveHeartbeat(settings, secretsDirectory));

  const missing = resolved.flatMap((receiver) => receiver.missing);
  const standIn = options.production ? undefined : standInUrl;
  const config: AlertmanagerConfig = {
    global: { resolve_timeout: '5m' },
    templates: ['templates/*.tmpl'],
    route,
    inhibit_rules: inhibitRules(alerts),
    receivers: resolved.map((receiver) =>
      receiver.missing.length > 0 && standIn !== undefined
        ? withStandIn(receiver.config, standIn)
        : receiver.config,
    ),
    time_intervals: timeIntervals(settings).filter(({ name }) => usedIntervals(route).includes(name)),
  };

  const problems = [
    ...resolved.flatMap((receiver) => receiver.problems),
    ...(standIn === undefined ? group(missing).map((secret) => refusal(secret, options.stack)) : []),
    ...problemsOfOutcome(config, alerts),
  ];
  if (problems.length > 0) throw new NotificationsError([...new Set(problems)]);
  return {
    config,
    files: {
      'alertmanager.yml': dump(config, { lineWidth: -1, noRefs: true }),
      ...templateFiles(options.dashboards ?? {}),
    },
    secretFiles: Object.assign({}, ...resolved.map((receiver) => receiver.secretFiles)),
    notices: group(missing).map((secret) => notice(secret, standIn ?? '', options.stack)),
  };
}

/** One entry a secret, with all receivers that lack it. */
function group(missing: readonly MissingSecret[]) {
  return [...Map.groupBy(missing, ({ key }) => key)].map(([key, entries]) => ({
    key,
    what: entries[0]?.what ?? '',
    receivers: entries.map(({ receiver }) =>
      receiver === UNROUTED ? `${receiver} (all that no route knows)` : receiver,
    ),
  }));
}

type Missing = ReturnType<typeof group>[number];

function refusal({ key, what, receivers }: Missing, stack: string | undefined): string {
  return `${key} is not set: ${what}, for ${receivers.join(', ')}. Set it: ${command(key, stack)}`;
}

function notice({ key, what, receivers }: Missing, standIn: string, stack: string | undefined): string {
  return `${key} is not set (${what}), so ${receivers.join(', ')} goes to ${standIn}. Set it: ${command(key, stack)}`;
}

function command(key: string, stack: string | undefined): string {
  return `make secret${stack === undefined ? '' : ` STACK=${stack}`} NAME='${key}'`;
}
