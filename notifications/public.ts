import type { z } from 'zod';
import { type AlertmanagerFiles, type AlertmanagerOptions, buildAlertmanager } from './build.ts';
import { NotificationsError } from './checks.ts';
import { notificationsSettings } from './settings.ts';

/** Alertmanager's files from typed settings, and which alert reaches whom. Loads no Pulumi. */
export type { AlertmanagerConfig, Labels } from './config.ts';
export {
  type AlertmanagerFiles,
  type AlertmanagerOptions,
  alertLabels,
  messages,
  NotificationsError,
  type Outcome,
  route,
  simulate,
} from './index.ts';

/** Settings of notifications, each with a default. */
export type NotificationsSettingsInput = z.input<typeof notificationsSettings>;

/** What Alertmanager's files are made from. */
export interface NotificationsOptions extends Omit<AlertmanagerOptions, 'settings'> {
  readonly settings: NotificationsSettingsInput;
}

/**
 * Alertmanager's configuration, templates and secret files for a set of alerts. Pure.
 * @throws NotificationsError with every mistake found, each with its key.
 */
export function alertmanagerFiles({ settings, ...options }: NotificationsOptions): AlertmanagerFiles {
  const parsed = notificationsSettings.safeParse(settings);
  if (!parsed.success)
    throw new NotificationsError(
      parsed.error.issues.map(
        ({ path, message }) => `notifications.${path.map(String).join('.')}: ${message}`,
      ),
    );
  return buildAlertmanager({ ...options, settings: parsed.data });
}
