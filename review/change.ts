/** What a change does to the protection that monitoring gives. */
export const EFFECTS = ['risk', 'weaker', 'unclear', 'stricter', 'neutral'] as const;
/**
 * `risk`: data may be lost. `weaker`: less is noticed, or fewer are told. `stricter`: the opposite. `unclear`: one
 * of both, and only a person can say which. `neutral`: nothing known of either.
 */
export type Effect = (typeof EFFECTS)[number];

export const AREAS = {
  data: 'Data at risk',
  alert: 'Alerts',
  slo: 'SLOs',
  notification: 'Notifications',
  dashboard: 'Dashboards',
  scrape: 'Scrape targets',
  metric: 'Metrics',
  recording: 'Recording rules',
  workload: 'Workloads',
  file: 'Further files',
} as const;
export type Area = keyof typeof AREAS;

/** One thing that differs between two versions, in the field's terms. */
export interface Change {
  readonly area: Area;
  /** Name of the alert, SLO, dashboard, job … */
  readonly subject: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** What happened, in a line. */
  readonly text: string;
  readonly effect: Effect;
  /** What it was and what it is, where a line is too short: expressions, queries. */
  readonly before?: string;
  readonly after?: string;
  /** Where nothing changed but the name of one metric. */
  readonly renames?: { readonly before: string; readonly after: string };
}

/** Names that are in one version alone, and those that are in both with what they are in each. */
export function compared<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>) {
  return {
    added: [...after].filter(([name]) => !before.has(name)),
    removed: [...before].filter(([name]) => !after.has(name)),
    both: [...after].flatMap(([name, now]) => {
      const was = before.get(name);
      return was === undefined ? [] : [{ name, was, now }];
    }),
  };
}

/** `slack, pagerduty`, or what to say where there is none. */
export const list = (names: readonly string[], none = 'nobody'): string => names.join(', ') || none;
