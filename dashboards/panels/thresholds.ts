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
  neutral: 'blue',
  muted: '#8e8e8e',
} as const;

/** The levels of a value; each starts where the one before ends. */
export type Levels = readonly Threshold[];

/** Good below `warning`, bad from `bad` on. Without `warning`, good up to `bad`. */
export function highIsBad(limits: { readonly warning?: number; readonly bad: number }): Levels {
  return [
    { value: null, color: COLOR.good },
    ...(limits.warning === undefined ? [] : [{ value: limits.warning, color: COLOR.warning }]),
    { value: limits.bad, color: COLOR.bad },
  ];
}

/** Bad below `bad`, good from `good` on, a warning between. */
export function lowIsBad(limits: { readonly bad: number; readonly good: number }): Levels {
  return [
    { value: null, color: COLOR.bad },
    { value: limits.bad, color: COLOR.warning },
    { value: limits.good, color: COLOR.good },
  ];
}

/** A value that is only informative. */
export const NEUTRAL: Levels = [{ value: null, color: COLOR.neutral }];

/** Good, and bad from the first one on: what should not happen at all. */
export const NONE_EXPECTED: Levels = highIsBad({ bad: 1 });

/** The levels as Grafana stores them. */
export function thresholdsConfig(levels: Levels): ThresholdsConfig {
  return { mode: ThresholdsMode.Absolute, steps: [...levels] };
}
