/** The value below which a share of the sorted values lies; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Milliseconds as a person reads them: three digits. */
export function time(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Number(milliseconds.toPrecision(3))} ms`
    : `${Number((milliseconds / 1000).toPrecision(3))} s`;
}

/** `12.3 ×`. */
export const times = (ratio: number): string => `${Number(ratio.toPrecision(3))} ×`;

export const percent = (share: number): string =>
  share > 0 && share < 1e-9 ? '< 0.001 %' : `${Number((share * 100).toPrecision(3))} %`;

export const thousands = (value: number): string => Math.round(value).toLocaleString('en');
