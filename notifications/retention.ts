import { seconds } from '../lib/promql/parse.ts';
import type { NotificationsSettings } from './settings.ts';

/** Alertmanager's own `--data.retention`. https://prometheus.io/docs/alertmanager/latest/configuration/ */
const DEFAULT_HOURS = 120;

/**
 * How long Alertmanager has to keep its data, in hours, where its default of 120 is too short: it forgets a notification
 * after that, and sends it again before its time. It keeps one for twice its repeat interval at most (`SetNotifiesStage`
 * in its `notify/notify.go`). Default: undefined, its own default is enough.
 */
export function retentionHours({ timings }: Pick<NotificationsSettings, 'timings'>): number | undefined {
  const longest = Math.max(...Object.values(timings).map(({ repeatInterval }) => seconds(repeatInterval)));
  const hours = Math.ceil((2 * longest) / 3600);
  return longest / 3600 + 1 > DEFAULT_HOURS ? hours : undefined;
}
