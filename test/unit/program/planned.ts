import type { MonitoringStackArgs } from '../../../components/stack-parts.ts';
import { addressing, replicasOf } from '../../../stack/addressing.ts';
import { drafted } from '../../../stack/draft.ts';
import { renderFiles } from '../../../stack/files.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES, type UserFiles } from '../../../stack/user-files.ts';

/** Values that no file may hold. */
export const CANARIES = {
  password: 'canary-password-0417',
  redis: 'canary-redis-0417',
  webhook: 'https://hooks.slack.com/services/T0417/B0417/canaryslack0417',
  key: '0417ca0417ca0417ca0417ca0417ca04',
  heartbeat: 'https://heartbeat.example.org/canary-heartbeat-0417',
  token: 'canary-token-0417',
};

/** Settings with a secret of each kind that a workload mounts. */
export const SECRETIVE = {
  grafana: { adminPassword: CANARIES.password },
  notifications: {
    slack: { webhookUrl: CANARIES.webhook },
    pagerduty: { routingKey: CANARIES.key },
    heartbeat: { url: CANARIES.heartbeat },
  },
};

/** A stack as it would be brought up. @param user files of a user. Default: none. */
export function planned(input: unknown, stack = 'try', user: UserFiles = NO_USER_FILES): MonitoringStackArgs {
  const settings = parseSettings(input, { stack });
  const platform = addressing(settings, '/project');
  const files = renderFiles({ settings, platform, replicas: replicasOf(settings), user });
  const plan = drafted(settings, files, '/project');
  return { ...plan, own: { ...plan.own, path: (file) => `/app/${file}` } };
}
