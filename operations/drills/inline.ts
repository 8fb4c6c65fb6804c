import type { Recorded } from './rules.ts';

/**
 * An expression with the recorded series in it replaced by what they are recorded from, so that it can be asked
 * of raw data at any instant. Series that are read with a selector, a range or an offset stay as they are: what
 * is staged over minutes cannot be known sooner than it is recorded.
 */
export function inlined(expr: string, recordings: readonly Recorded[]): string {
  let text = expr;
  for (let round = 0; round < 5; round += 1) {
    const before = text;
    for (const { record, expr: source, labels } of recordings) {
      if (labels && Object.keys(labels).length > 0) continue;
      const bare = new RegExp(`(?<![\\w:])${record}(?![\\w:]|\\s*[{[(]|\\s+offset)`, 'g');
      text = text.replace(bare, () => `(${source})`);
    }
    if (text === before) return text;
  }
  return text;
}
