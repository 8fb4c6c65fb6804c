/** A number with `decimals` places. Without a count it takes as many as Grafana does: see `significantDecimals`. */
export function toFixed(value: number, decimals?: number | null): string {
  if (!Number.isFinite(value)) return value.toLocaleString('en-US');
  const places = Math.min(100, Math.max(0, decimals ?? significantDecimals(value)));
  const factor = 10 ** places;
  const rounded = Math.round(value * factor) / factor;
  return String(rounded).includes('e') ? String(rounded) : rounded.toFixed(places);
}

/** Three significant digits; none after the point of whole numbers. */
function significantDecimals(value: number): number {
  if (value % 1 === 0) return 0;
  return Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
}

/** What Prometheus writes as a sample: `+Inf`, `-Inf`, `NaN` or a number. */
export function parseSample(text: string): number {
  const infinity = /^([+-]?)inf/i.exec(text);
  if (infinity) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}
