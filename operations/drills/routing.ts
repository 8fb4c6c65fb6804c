import type { AlertmanagerConfig, Labels } from '../../notifications/index.ts';
import { matchesAll } from '../../notifications/matcher.ts';

type Route = AlertmanagerConfig['route'];

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of a duration such as `1m30s`. */
export const durationSeconds = (text: string): number =>
  [...text.matchAll(/(\d+)(ms|[smhdw])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (SECONDS[unit ?? ''] ?? 0),
    0,
  );

/** Alertmanager's own default. */
const GROUP_WAIT = '30s';

/** The shortest `group_wait` of the routes that an alert takes, in seconds. */
export function groupWait({ route }: AlertmanagerConfig, alert: Labels): number {
  return Math.min(...waits(route, alert, GROUP_WAIT).map(durationSeconds));
}

function waits(route: Route, alert: Labels, inherited: string): readonly string[] {
  if (!matchesAll(route.matchers, alert)) return [];
  const own = route.group_wait ?? inherited;
  const found: string[] = [];
  for (const child of route.routes ?? []) {
    const below = waits(child, alert, own);
    found.push(...below);
    if (below.length > 0 && child.continue !== true) break;
  }
  return found.length > 0 ? found : [own];
}
