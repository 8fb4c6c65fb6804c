import type { Override } from './define.ts';
import { colored, coloredLike } from './graphs.ts';
import { COLOR } from './thresholds.ts';

/** Answers by class of HTTP status. */
export const STATUS_COLORS: readonly Override[] = [
  coloredLike('/^2../', 'green'),
  coloredLike('/^4../', 'yellow'),
  coloredLike('/^5../', 'red'),
  // Refused for want of capacity is another cause than broken.
  coloredLike('/^503/', 'super-light-red'),
];

/** Percentiles in one hue, which no model and no severity has: the rarer, the darker. */
export const PERCENTILE_COLORS: readonly Override[] = [
  colored('P50', 'super-light-purple'),
  colored('P95', 'purple'),
  colored('P99', 'dark-purple'),
];

/** What went well and what did not. */
export const RESULT_COLORS: readonly Override[] = [
  coloredLike('/(ok|success|finished|passed|hit|approved)/i', 'green'),
  coloredLike('/(error|fail|miss|declined|dead|dropped)/i', 'red'),
];

/** Changes, in hues that no severity has, and alerts in theirs. */
export const CHANGE_COLORS: readonly Override[] = [
  colored('critical alerts', 'red'),
  colored('warning alerts', 'orange'),
  colored('deployment', 'blue'),
  colored('configuration', 'purple'),
  colored('maintenance', COLOR.muted),
  colored('optimisation', 'super-light-blue'),
];

/** Alerts by severity and state: the louder, the stronger the colour. */
export const ALERT_COLORS: readonly Override[] = [
  colored('critical firing', 'red'),
  colored('critical pending', 'super-light-red'),
  colored('warning firing', 'orange'),
  colored('warning pending', 'super-light-orange'),
  coloredLike('/^info /', 'light-blue'),
  coloredLike('/^none /', COLOR.muted),
];

/** The models and their endpoints, which colours by name would draw alike. */
export const MODEL_COLORS: readonly Override[] = [
  coloredLike('/^(\\/predict\\/)?fraud$/', 'orange'),
  coloredLike('/^(\\/predict\\/)?personalization$/', 'blue'),
];
