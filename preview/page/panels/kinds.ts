import { drawBarGauge } from './bargauge.ts';
import { drawBarChart, drawHistogram } from './bars.ts';
import { drawGauge } from './gauge.ts';
import { drawHeatmap } from './heatmap.ts';
import type { Draw } from './panel.ts';
import { drawPie } from './pie.ts';
import { drawStat } from './stat.ts';
import { drawStateTimeline } from './statetimeline.ts';
import { drawTable } from './table.ts';
import { drawAlertList, drawText } from './text.ts';
import { drawTimeseries } from './timeseries.ts';

/** Panel kinds that the preview draws, by Grafana's panel type. */
export const KINDS: Readonly<Record<string, Draw>> = {
  timeseries: drawTimeseries,
  stat: drawStat,
  gauge: drawGauge,
  bargauge: drawBarGauge,
  table: drawTable,
  heatmap: drawHeatmap,
  'state-timeline': drawStateTimeline,
  'status-history': drawStateTimeline,
  piechart: drawPie,
  barchart: drawBarChart,
  histogram: drawHistogram,
  text: drawText,
  alertlist: drawAlertList,
};

/** Kinds that ask nothing of Prometheus through their targets. */
export const WITHOUT_QUERIES = new Set(['text', 'alertlist', 'row']);
