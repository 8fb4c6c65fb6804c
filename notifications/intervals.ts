import type { TimeInterval, TimeSpan } from './config.ts';
import type { MaintenanceWindow, NotificationsSettings } from './settings.ts';
import type { Severity } from './severity.ts';

export const BUSINESS_HOURS = 'business-hours';

const MAINTENANCE = 'maintenance-';

/** Name of the time interval of a maintenance window. */
export const maintenanceInterval = (window: MaintenanceWindow) => `${MAINTENANCE}${window.name}`;

/** Whether a time interval is that of a maintenance window, which has an owner and a reason in the settings. */
export const isMaintenance = (interval: string): boolean => interval.startsWith(MAINTENANCE);

/** Every time interval that some route uses. */
export function timeIntervals(settings: NotificationsSettings): readonly TimeInterval[] {
  const { businessHours: hours, maintenance } = settings;
  const office: TimeInterval = {
    name: BUSINESS_HOURS,
    time_intervals: [
      {
        times: [{ start_time: hours.from, end_time: hours.to }],
        weekdays: hours.days,
        location: hours.timeZone,
      },
    ],
  };
  return [
    ...(hours.severities.length > 0 ? [office] : []),
    ...maintenance.map((window) => ({ name: maintenanceInterval(window), time_intervals: [span(window)] })),
  ];
}

function span(window: MaintenanceWindow): TimeSpan {
  return {
    times: [{ start_time: window.from, end_time: window.to }],
    ...(window.weekdays && { weekdays: window.weekdays }),
    ...(window.daysOfMonth && { days_of_month: window.daysOfMonth }),
    location: window.timeZone,
  };
}

/** Intervals in which a route of a severity is heard, if not always. */
export function activeIntervals(settings: NotificationsSettings, severity: Severity): readonly string[] {
  return (settings.businessHours.severities as readonly string[]).includes(severity) ? [BUSINESS_HOURS] : [];
}

/** Windows of a severity that hold for every service. */
export function generalMutes(settings: NotificationsSettings, severity: Severity): readonly string[] {
  return windowsOf(settings, severity)
    .filter((window) => window.services === undefined)
    .map(maintenanceInterval);
}

/** Services with windows of their own for a severity, those with the same windows together. */
export function serviceMutes(
  settings: NotificationsSettings,
  severity: Severity,
): readonly { readonly services: readonly string[]; readonly intervals: readonly string[] }[] {
  const windows = windowsOf(settings, severity).filter((window) => window.services !== undefined);
  const services = [...new Set(windows.flatMap((window) => window.services ?? []))].sort();
  const intervalsOf = (service: string) =>
    windows.filter((window) => window.services?.includes(service)).map(maintenanceInterval);
  const groups = Map.groupBy(services, (service) => intervalsOf(service).join(' '));
  return [...groups.values()].map((members) => ({
    services: members,
    intervals: intervalsOf(members[0] ?? ''),
  }));
}

function windowsOf(settings: NotificationsSettings, severity: Severity) {
  return settings.maintenance.filter((window) => window.severities.includes(severity));
}
