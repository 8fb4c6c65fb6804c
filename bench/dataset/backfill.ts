import type { Recording } from '../../rules/index.ts';
import { startPrometheus } from '../prometheus.ts';
import { type Span, writeBlocks } from './blocks.ts';
import { STEP_SECONDS } from './course.ts';
import { seriesText } from './series.ts';

export type Recorded = Pick<Recording, 'record' | 'expr' | 'labels'>;

/**
 * Evaluates rules over the past, minute by minute, and adds what they record to the data. `promtool
 * create-blocks-from rules` would write a block for each rule and stretch of time, thousands of them, which no
 * Prometheus has.
 */
export async function backfill(
  tools: { readonly prometheus: string; readonly promtool: string; readonly data: string },
  rules: readonly Recorded[],
  span: Span,
  from: (rule: Recorded) => number,
): Promise<void> {
  const running = await startPrometheus(tools.prometheus, tools.data);
  try {
    await writeBlocks(tools.promtool, tools.data, span, async function* ({ start, end }) {
      for (const rule of rules) {
        const first = Math.max(start, from(rule));
        if (first >= end) continue;
        const { result } = await running.range(rule.expr, first, end - STEP_SECONDS, STEP_SECONDS);
        for (const { metric, values = [] } of result) {
          const { __name__: _, ...labels } = metric;
          const text = seriesText(rule.record, { ...labels, ...rule.labels });
          yield values.map(([time, value]) => `${text} ${value} ${time}\n`).join('');
        }
      }
    });
  } finally {
    await running.stop();
  }
}
