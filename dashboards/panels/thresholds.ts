import {
  type Threshold,
  type ThresholdsConfig,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** Colours that mean the same on every dashboard. */
export const COLOR = {
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  severe: 'dark-red',
  neutral: 'blue',
  muted: '#8e8e8e',
} as const;

/** The levels of a value; each starts where the one before ends. */
export type Levels = readonly Threshold[];

/** Good below `warning`, bad from `bad` on, and worse from `severe` on. A limit that is not given is left out. */
export function highIsBad(limits: {
  readonly warning?: number | undefined;
  readonly bad: number | undefined;
  readonly severe?: number | undefined;
}): Levels {
  return [
    { value: null, color: COLOR.good },
    ...step(limits.warning, COLOR.warning),
    ...step(limits.bad, COLOR.bad),
    ...step(limits.severe, COLOR.severe),
  ];
}

/** Bad below `bad`, good from `good` on, a warning between. What is not given is left out. */
export function lowIsBad(limits: {
  readonly bad: number | undefined;
  readonly good: number | undefined;
}): Levels {
  if (limits.bad === undefined && limits.good === undefined) return NEUTRAL;
  const lowest = limits.bad === undefined ? COLOR.warning : COLOR.bad;
  return [
    { value: null, color: lowest },
    ...step(limits.bad, limits.good === undefined ? COLOR.good : COLOR.warning),
    ...step(limits.good, COLOR.good),
  ];
}

const step = (value: number | undefined, color: string): Threshold[] =>
  value === undefined ? [] : [{ value, color }];

/** A value that is only informative. */
export const NEUTRAL: Levels = [{ value: null, color: COLOR.neutral }];

/** Good, and bad from the first one on: what should not happen at all. */
export const NONE_EXPECTED: Levels = highIsBad({ bad: 1 });

/** Share of an error budget that is left: spent at 0, and running out below a quarter. */
export const BUDGET_LEVELS: Levels = lowIsBad({ bad: 0, good: 0.25 });

/** The same as text, which praises nothing: what is left before the window was measured may still be spent. */
export const BUDGET_TEXT: Levels = [
  { value: null, color: COLOR.bad },
  { value: 0, color: 'orange' },
  { value: 0.25, color: 'text' },
];

/** The levels as Grafana stores them. */
export function thresholdsConfig(levels: Levels): ThresholdsConfig {
  return { mode: ThresholdsMode.Absolute, steps: [...levels] };
}
