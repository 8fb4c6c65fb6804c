import { type AlertmanagerConfig, type Labels, simulate } from '../notifications/index.ts';

/** A working hour, and a night of a weekend: time intervals keep receivers quiet at one or the other. */
const BY_DAY = new Date('2026-01-14T12:00:00Z');
const BY_NIGHT = new Date('2026-01-18T03:00:00Z');

/**
 * Receivers that get a message of an alert that fires alone, sorted. One that is quiet by night or by day says so:
 * `slack (by day)`.
 */
export function notifiedOf(config: AlertmanagerConfig, alert: Labels): readonly string[] {
  if (config.route === undefined) return [];
  const at = (time: Date) => new Set(simulate(config, [alert], time).flatMap(({ notified }) => notified));
  const [day, night] = [at(BY_DAY), at(BY_NIGHT)];
  return [...day.union(night)]
    .sort()
    .map((name) =>
      day.has(name) && night.has(name) ? name : `${name} (by ${day.has(name) ? 'day' : 'night'})`,
    );
}
