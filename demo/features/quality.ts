import {
  CHECK_NAMES,
  type FeatureGroup,
  type FeatureValues,
  GROUP_NAMES,
  QUALITY_CHECKS,
} from '../models/features.ts';

/** Shares of nulls are over this many of a group's last values. */
const WINDOW = 400;

/** Share of nulls among the last values. */
export class NullRatio {
  readonly #nulls: boolean[] = [];
  #next = 0;
  #count = 0;

  add(isNull: boolean): void {
    if (this.#nulls[this.#next]) this.#count--;
    if (isNull) this.#count++;
    this.#nulls[this.#next] = isNull;
    this.#next = (this.#next + 1) % WINDOW;
  }

  get value(): number {
    return this.#nulls.length === 0 ? 0 : this.#count / this.#nulls.length;
  }
}

/** Runs the quality checks on values that are served, and keeps the shares of nulls. */
export class QualityMonitor {
  readonly #record: (group: FeatureGroup, check: string, result: 'passed' | 'failed') => void;
  readonly #nulls = new Map(GROUP_NAMES.map((group) => [group, new NullRatio()]));

  constructor(record: (group: FeatureGroup, check: string, result: 'passed' | 'failed') => void) {
    this.#record = record;
  }

  inspect(group: FeatureGroup, values: FeatureValues): void {
    for (const check of CHECK_NAMES) {
      this.#record(group, check, QUALITY_CHECKS[check](group, values) ? 'passed' : 'failed');
    }
    for (const value of Object.values(values)) this.#nulls.get(group)?.add(value === null);
  }

  nullRatio(group: FeatureGroup): number {
    return this.#nulls.get(group)?.value ?? 0;
  }
}

/** The values with each one null with probability `share`: what the data-quality incident delivers. */
export function spoil(values: FeatureValues, share: number): FeatureValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Math.random() < share ? null : value]),
  );
}
