import { normal, seeded } from './random.ts';

/** How a feature's values are distributed: what they are made from, checked against and standardised by. */
interface Distribution {
  readonly kind: 'normal' | 'log-normal';
  /** Mean, or median of a log-normal. */
  readonly centre: number;
  readonly spread: number;
}

const around = (centre: number, spread: number): Distribution => ({ kind: 'normal', centre, spread });
const skewed = (centre: number, spread: number): Distribution => ({ kind: 'log-normal', centre, spread });

/** Features by group. A group is read and written as one value. */
export const FEATURE_GROUPS = {
  user_profile: {
    account_age_days: skewed(400, 0.8),
    country_risk: around(0.3, 0.08),
    loyalty_points: around(500, 120),
    price_sensitivity: around(0.5, 0.12),
  },
  transaction_history: {
    mean_amount_usd: skewed(45, 0.5),
    declined_ratio: around(0.1, 0.03),
    purchases_per_week: skewed(2, 0.6),
  },
  device: { device_risk: around(0.3, 0.08), device_age_days: skewed(200, 0.9) },
  merchant: { merchant_risk: around(0.3, 0.08), merchant_mean_amount_usd: skewed(60, 0.7) },
} as const satisfies Record<string, Record<string, Distribution>>;

export type FeatureGroup = keyof typeof FEATURE_GROUPS;
export const GROUP_NAMES = Object.keys(FEATURE_GROUPS) as [FeatureGroup, ...FeatureGroup[]];

/** Values of one entity in one group; null is a value that is missing. */
export type FeatureValues = Readonly<Record<string, number | null>>;

export function isFeatureGroup(name: string): name is FeatureGroup {
  return Object.hasOwn(FEATURE_GROUPS, name);
}

function distributions(group: FeatureGroup): Readonly<Record<string, Distribution>> {
  return FEATURE_GROUPS[group];
}

/** The value that lies `z` standard deviations from the centre. */
function valueAt({ kind, centre, spread }: Distribution, z: number): number {
  return kind === 'normal' ? centre + spread * z : centre * Math.exp(spread * z);
}

/** What is known of an entity offline: made from its name, so that every process agrees. */
export function offlineValues(group: FeatureGroup, id: string): Record<string, number> {
  const random = seeded(`${group}/${id}`);
  return Object.fromEntries(
    Object.entries(distributions(group)).map(([name, d]) => [name, valueAt(d, normal(random))]),
  );
}

/** Standard deviations from the centre; 0 for a value that is missing or not a number. */
export function standardise(group: FeatureGroup, name: string, value: unknown): number {
  const d = distributions(group)[name];
  if (!d || typeof value !== 'number' || !Number.isFinite(value)) return 0;
  const z =
    d.kind === 'normal'
      ? (value - d.centre) / d.spread
      : Math.log(Math.max(value, Number.MIN_VALUE) / d.centre) / d.spread;
  return Math.max(-6, Math.min(6, z));
}

/** Data quality checks of a group's values, by name: whether each passed. */
export const QUALITY_CHECKS = {
  complete: (group, values) => Object.keys(distributions(group)).every((name) => name in values),
  not_null: (_, values) => Object.values(values).every((value) => value !== null),
  in_range: (group, values) =>
    Object.entries(values).every(
      ([name, value]) => value === null || Math.abs(standardise(group, name, value)) < 5,
    ),
} as const satisfies Record<string, (group: FeatureGroup, values: FeatureValues) => boolean>;

export type QualityCheck = keyof typeof QUALITY_CHECKS;
export const CHECK_NAMES = Object.keys(QUALITY_CHECKS) as QualityCheck[];
