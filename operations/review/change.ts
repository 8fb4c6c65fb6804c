/** What a change does to the protection that monitoring gives. */
export const EFFECTS = ['risk', 'weaker', 'unclear', 'stricter', 'neutral'] as const;
/**
 * `risk`: data may be lost. `weaker`: less is noticed, or fewer are told. `stricter`: the opposite. `unclear`: one
 * of both, and only a person can say which; what nothing here can judge is unclear too. `neutral`: proven to change
 * nothing that is noticed or told, or on the list of harmless fields (`harmless.ts`).
 */
export type Effect = (typeof EFFECTS)[number];

/**
 * How monitoring gets weaker: what stops reaching people (`silent`), what reaches them later (`later`), what needs
 * more to fire (`more`).
 */
export const LOSSES = ['silent', 'later', 'more'] as const;
export type Loss = (typeof LOSSES)[number];

export const AREAS = {
  data: 'Data at risk',
  alert: 'Alerts',
  slo: 'SLOs',
  notification: 'Notifications',
  dashboard: 'Dashboards',
  scrape: 'Scrape targets',
  metric: 'Metrics',
  recording: 'Recording rules',
  policy: 'Policies',
  secret: 'Secrets',
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
  /** How it gets weaker. Default: `more`. */
  readonly loss?: Loss;
  /** What it was and what it is, where a line is too short: expressions, queries. */
  readonly before?: string;
  readonly after?: string;
  /** What the change reaches: names of alerts, SLOs and panels. */
  readonly reaches?: readonly string[];
  /** Where nothing changed but the name of one metric. */
  readonly renames?: { readonly before: string; readonly after: string };
}

/** The parts of a report, in the order in which a reviewer needs them. */
export const CONSEQUENCES = {
  risk: 'Data at risk',
  silent: 'No longer reaches people',
  later: 'Comes later',
  more: 'Needs more to fire',
  unclear: 'Cannot be judged here',
  stricter: 'Stricter',
  neutral: 'The rest',
} as const;
export type Consequence = keyof typeof CONSEQUENCES;

/** The part of the report that a change belongs to. */
export const consequenceOf = ({ effect, loss = 'more' }: Change): Consequence =>
  effect === 'weaker' ? loss : effect;

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

/** Longest list of names in a line. */
const NAMED = 4;

/** `A, B, C, D and 11 more`, each name once. */
export function named(names: Iterable<string>): string {
  const all = [...new Set(names)];
  const rest = all.length - NAMED;
  return rest > 1 ? `${all.slice(0, NAMED).join(', ')} and ${rest} more` : all.join(', ');
}

/** `1 alert`, `2 alerts`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
