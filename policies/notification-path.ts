import { type AlertmanagerConfig, isMaintenance, type Labels, route } from '../notifications/index.ts';
import { intervalsAt } from '../notifications/time.ts';

/** Every quarter of an hour of a month of 31 days: intervals repeat by hour, weekday or day of the month. */
const INSTANTS = Array.from({ length: 31 * 96 }, (_, index) => new Date(Date.UTC(2026, 0, 1, 0, index * 15)));
const WEEKS = 31 / 7;

/** When a receiver hears of an alert. */
export interface Hearing {
  /** At some time. */
  readonly ever: boolean;
  /** At every time but planned maintenance. */
  readonly always: boolean;
  /** Hours a week, on average, for which planned maintenance keeps it quiet. */
  readonly maintenanceHours: number;
}

/** For each interval of a configuration, at which instants it is active. */
const activities = new WeakMap<AlertmanagerConfig, Map<string, readonly boolean[]>>();
const hearings = new WeakMap<AlertmanagerConfig, Map<string, ReadonlyMap<string, Hearing>>>();

/** When each receiver hears of an alert on its own, by name of the receiver. */
export function hearingsOf(config: AlertmanagerConfig, alert: Labels): ReadonlyMap<string, Hearing> {
  const ofConfig = hearings.get(config) ?? new Map<string, ReadonlyMap<string, Hearing>>();
  hearings.set(config, ofConfig);
  const key = JSON.stringify(alert);
  const before = ofConfig.get(key);
  if (before) return before;
  const found = new Map<string, Hearing>();
  for (const { receiver, activeIn, mutedIn } of route(config, alert, INSTANTS[0] as Date)) {
    const one = hearing(config, activeIn, mutedIn);
    const other = found.get(receiver) ?? one;
    found.set(receiver, {
      ever: one.ever || other.ever,
      always: one.always || other.always,
      maintenanceHours: Math.min(one.maintenanceHours, other.maintenanceHours),
    });
  }
  ofConfig.set(key, found);
  return found;
}

function hearing(
  config: AlertmanagerConfig,
  activeIn: readonly string[],
  mutedIn: readonly string[],
): Hearing {
  if (activeIn.length + mutedIn.length === 0) return { ever: true, always: true, maintenanceHours: 0 };
  const during = (names: readonly string[]) => {
    const each = names.map((name) => activity(config, name));
    return INSTANTS.map((_, index) => each.some((active) => active[index]));
  };
  const [active, muted] = [during(activeIn), during(mutedIn)];
  const quarters = muted.filter(Boolean).length;
  return {
    ever: INSTANTS.some((_, index) => (activeIn.length === 0 || active[index]) && !muted[index]),
    always: activeIn.length === 0 && mutedIn.every(isMaintenance),
    maintenanceHours: quarters / 4 / WEEKS,
  };
}

function activity(config: AlertmanagerConfig, name: string): readonly boolean[] {
  const ofConfig = activities.get(config) ?? new Map<string, readonly boolean[]>();
  activities.set(config, ofConfig);
  const known = ofConfig.get(name) ?? INSTANTS.map((at) => intervalsAt(config, [name], at).length > 0);
  ofConfig.set(name, known);
  return known;
}
