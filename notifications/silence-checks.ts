import { remove, set } from '../lib/setting-commands.ts';
import { settingsName } from '../rules/alert-names.ts';
import type { Labels } from './config.ts';
import { matchesAll, parseMatcher } from './matcher.ts';
import type { SilenceSettings } from './settings.ts';
import { HEARTBEAT_SEVERITY } from './severity.ts';

/** What silences are held against besides the alerts. */
export interface SilenceContext {
  /** Labels that Prometheus adds to every alert that leaves it, such as `environment`. */
  readonly externalLabels: Labels;
  /** Stack named in the commands that mend a mistake. Default: the selected one. */
  readonly stack?: string | undefined;
}

/** What rules label their alerts with. Other labels, such as `instance`, come from data: any value may be right. */
const STATED = new Set(['alertname', 'severity', 'service', 'team', 'signal', 'slo', 'burn']);

/** Leaves the dead man's switch out of whatever the other matchers of a silence cover. */
const SPARE = `severity!="${HEARTBEAT_SEVERITY}"`;

/**
 * What is wrong with the silences of the settings that only the stack's alerts can tell: one that covers no alert,
 * most likely a mistyped name, and one that covers the dead man's switch, whose quiet is what raises the alarm outside.
 *
 * @param alerts every alert of the stack, as `alertLabels` gives them.
 */
export function silenceProblems(
  silences: readonly SilenceSettings[],
  alerts: readonly Labels[],
  { externalLabels, stack }: SilenceContext,
): readonly string[] {
  const leaving = alerts.map((alert) => ({ ...externalLabels, ...alert }));
  const known = new Set([...STATED, ...Object.keys(externalLabels)]);
  return silences.flatMap((silence, index) => {
    const key = `notifications.silences[${index}]`;
    const shown = `${key} (${silence.id}: ${silence.matchers.join(', ')})`;
    const covered = leaving.filter((alert) => mayCover(silence, alert, known));
    if (covered.length === 0) return [`${shown} meets no alert; ${hint(silence, alerts)}`];
    const [heartbeat] = covered.filter(
      (alert) => alert.severity === HEARTBEAT_SEVERITY && matchesAll(silence.matchers, alert),
    );
    if (heartbeat === undefined) return [];
    const alone = covered.every(({ severity }) => severity === HEARTBEAT_SEVERITY);
    const mend = alone
      ? `Remove it: ${remove(key, stack)}`
      : `Leave that alert out: ${set(`${key}.matchers[${silence.matchers.length}]`, SPARE, stack)}`;
    return [
      `${shown} also silences ${heartbeat.alertname}, the dead man's switch: its heartbeat would stop, and whoever listens for it outside would raise the alarm. ${mend}`,
    ];
  });
}

/** What may be meant: a name that settings have for an alert which arrives under another. */
function hint({ matchers }: SilenceSettings, alerts: readonly Labels[]): string {
  const names = matchers
    .map(parseMatcher)
    .flatMap(({ label, operator, value }) => (label === 'alertname' && operator === '=' ? [value] : []));
  const meant = alerts.find((alert) => {
    const { alertname = '' } = alert;
    const name = settingsName(alertname, alert);
    return name !== alertname && names.includes(name);
  });
  return meant === undefined
    ? 'look for a mistyped name'
    : `${settingsName(meant.alertname ?? '', meant)} arrives as alertname="${meant.alertname}", service="${meant.service}"`;
}

/** Whether a silence covers an alert, or could for some value of a label that comes from data. */
function mayCover({ matchers }: SilenceSettings, alert: Labels, known: ReadonlySet<string>): boolean {
  return matchesAll(
    matchers.filter((text) => known.has(parseMatcher(text).label)),
    alert,
  );
}
