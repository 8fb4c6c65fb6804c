import { dump } from 'js-yaml';
import type { AlertmanagerConfig, Route } from '../../../notifications/config.ts';

export interface Timings {
  readonly group_wait: string;
  readonly group_interval: string;
  readonly repeat_interval: string;
}

/** The same configuration in a hurry: only timings differ. */
export function hurried(config: AlertmanagerConfig, timings: Timings): AlertmanagerConfig {
  const change = (route: Route): Route => ({
    ...route,
    ...(route.group_wait !== undefined && timings),
    ...(route.routes && { routes: route.routes.map(change) }),
  });
  return { ...config, route: change(config.route) };
}

/** Label that keeps alerts of different cases from meeting in one Alertmanager. */
export const CASE = 'test_case';

/** The same configuration for many cases at once: groups and inhibitions stay within a case. */
export function isolated(config: AlertmanagerConfig): AlertmanagerConfig {
  const change = (route: Route): Route => ({
    ...route,
    ...(route.group_by && { group_by: [...route.group_by, CASE] }),
    ...(route.routes && { routes: route.routes.map(change) }),
  });
  return {
    ...config,
    route: change(config.route),
    inhibit_rules: config.inhibit_rules.map((rule) => ({ ...rule, equal: [...(rule.equal ?? []), CASE] })),
  };
}

export const yaml = (config: AlertmanagerConfig) => dump(config, { lineWidth: -1, noRefs: true });
