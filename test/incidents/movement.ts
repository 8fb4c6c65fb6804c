import type { Answer, Series } from './recorded.ts';

/** A movement is seen where it leaves the usual range by this share of the range, and of the largest value. */
const BEYOND = { range: 0.25, value: 0.05 };

/** Which series left the range that they had before, came or went: their labels. */
export function movements(before: Answer, during: Answer): readonly string[] {
  const usual = new Map(before.result.map((series) => [nameOf(series), rangeOf(series)]));
  const now = new Map(during.result.map((series) => [nameOf(series), rangeOf(series)]));
  const moved = [...now].filter(([name, { least, most }]) => {
    const range = usual.get(name);
    if (range === undefined) return true;
    const margin =
      BEYOND.range * (range.most - range.least) +
      BEYOND.value * Math.max(Math.abs(range.most), Math.abs(range.least));
    return most > range.most + margin || least < range.least - margin;
  });
  const gone = [...usual.keys()].filter((name) => !now.has(name));
  return [...moved.map(([name]) => name), ...gone];
}

function nameOf({ metric }: Series): string {
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function rangeOf({ values }: Series): { readonly least: number; readonly most: number } {
  const numbers = values.map(([, value]) => Number(value)).filter(Number.isFinite);
  return { least: Math.min(...numbers), most: Math.max(...numbers) };
}
