import type { Slo } from '../../catalogue/slos.ts';
import { seconds } from '../../lib/promql/parse.ts';

/** Long and short window of a burn alert, and the share of the budget that is gone when it fires. */
export interface BurnWindow {
  readonly long: string;
  readonly short: string;
  readonly budget: number;
  readonly burn: 'fast' | 'slow';
}

/** Multi-window, multi-burn-rate alerts of the SRE workbook, chapter 5. A short window is a twelfth of its long one. */
export const BURN_WINDOWS = [
  { long: '1h', short: '5m', budget: 0.02, burn: 'fast' },
  { long: '6h', short: '30m', budget: 0.05, burn: 'fast' },
  { long: '1d', short: '2h', budget: 0.1, burn: 'slow' },
  { long: '3d', short: '6h', budget: 0.1, burn: 'slow' },
] as const satisfies readonly BurnWindow[];

/** Every window that is recorded besides the SLO's own, shortest first. */
export const RECORDED_WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;

/**
 * How many times faster than allowed the budget burns when the alert fires: budget share × period / long window.
 * Never under 1, at which the budget lasts exactly to the end of the period and there is nothing to warn of.
 */
export function factor(window: BurnWindow, windowDays: number): number {
  const exact = (window.budget * windowDays * 86_400) / seconds(window.long);
  return Math.max(1, Number(exact.toPrecision(6)));
}

/** What is wrong with an SLO: an objective and a factor that can never fire together. Empty where it is sound. */
export function checkSlo(name: string, slo: Slo): string[] {
  const allowed = 1 - slo.objective;
  const largest = Number((1 / allowed).toPrecision(6));
  return BURN_WINDOWS.flatMap((window) => {
    const needed = factor(window, slo.windowDays);
    if (needed * allowed < 1) return [];
    return [
      `SLO “${name}”: an objective of ${percent(slo.objective)} over ${slo.windowDays} days can never fire at the burn rate ${needed} (${window.long}), which would need ${percent(needed * allowed)} errors; the largest factor possible is under ${largest}. Raise the objective over ${percent(1 - 1 / needed)}, or take a shorter window`,
    ];
  });
}

/** A share in percent, without the noise of floating point. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(6))} %`;
