import { seconds } from '../../../lib/promql/parse.ts';
import type { Difference } from '../differences.ts';

/** What people read or find. A change of it is harmless where nobody reads another number, or none, for it. */
interface Look {
  readonly path: RegExp;
  /** What people call it. */
  readonly name: string;
  /** Whether this change of it is harmless. Default: every change. */
  readonly isHarmless?: (found: Difference) => boolean;
}

const isHidden = (value: string): boolean => value === 'hidden' || value === 'none';

const LOOKS: readonly Look[] = [
  { path: /^title$/, name: 'title' },
  { path: /^description$/, name: 'description' },
  { path: /^links\b/, name: 'links' },
  { path: /^id$/, name: 'id' },
  { path: /^(transparent|pluginVersion)$/, name: 'look' },
  // Not `calcs`, which are the numbers beside each name.
  { path: /^options\.legend\.(placement|width|sortBy|sortDesc)$/, name: 'legend' },
  {
    path: /^options\.legend\.displayMode$/,
    name: 'legend',
    isHarmless: ({ before, after }) => !isHidden(before) && !isHidden(after),
  },
  { path: /^options\.tooltip\.(sort|maxHeight|maxWidth)$/, name: 'tooltip' },
  {
    path: /^options\.tooltip\.mode$/,
    name: 'tooltip',
    isHarmless: ({ before, after }) => !isHidden(before) && !isHidden(after),
  },
  // Not those of limits and of mapped values, which say what is well.
  {
    path: /^(fieldConfig\.defaults\.color|fieldConfig\.overrides\[\d+\]\.properties\[\d+\]\.value)\.fixedColor$/,
    name: 'colours',
  },
  { path: /^options\.color\.scheme$/, name: 'colours' },
  {
    path: /^fieldConfig\.defaults\.custom\.lineWidth$/,
    name: 'lines',
    isHarmless: ({ after }) => Number(after) > 0,
  },
  {
    path: /^fieldConfig\.defaults\.custom\.showPoints$/,
    name: 'lines',
    // A sample between two gaps is drawn as a point alone.
    isHarmless: ({ after }) => after !== 'never',
  },
  {
    path: /^fieldConfig\.defaults\.custom\.(drawStyle|lineStyle|lineInterpolation|fillOpacity|gradientMode|pointSize|barAlignment|barWidthFactor)\b/,
    name: 'lines',
  },
  {
    path: /^fieldConfig\.defaults\.decimals$/,
    name: 'decimals',
    // With fewer, 99.95 % reads as 100 %.
    isHarmless: ({ before, after }) => Number(after) > Number(before),
  },
];

/** What people call a change of a panel’s look; undefined where it is not known to be harmless. */
export function harmlessLook(found: Difference): string | undefined {
  const look = LOOKS.find(({ path }) => path.test(found.path));
  return look !== undefined && (look.isHarmless?.(found) ?? true) ? look.name : undefined;
}

/** Fields of a board that people find or read it by, with what they call them. */
const FRAME: Readonly<Record<string, string>> = {
  title: 'title',
  tags: 'tags',
  description: 'description',
  links: 'links',
  time: 'time range',
  refresh: 'refresh',
  weekStart: 'first day of the week',
  fiscalYearStartMonth: 'fiscal year',
  graphTooltip: 'tooltips',
  editable: 'whether it may be edited',
  style: 'style',
  liveNow: 'live drawing',
  preload: 'preloading',
};

/** What people call a field of a board, or its first part: `time.from` is the time range. */
export const frameName = (path: string): string | undefined =>
  /^timepicker\.(refresh_intervals|time_options|quick_ranges)\b/.test(path)
    ? 'time picker'
    : FRAME[path.split(/[.[]/)[0] ?? ''];

/** A reduction of a range that says the same however long the range is. */
const OF_NOW: readonly unknown[] = ['last', 'lastNotNull'];

/** Whether a board shows numbers that depend on how long a range it is opened with: `$__range`, or a largest value. */
export function readsRange(value: unknown): boolean {
  if (typeof value === 'string') return /\$\{?__range/.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) =>
    key === 'calcs' && Array.isArray(inner)
      ? inner.some((calculation) => !OF_NOW.includes(calculation))
      : readsRange(inner),
  );
}

/** Whether a change of a board’s frame leaves every number that it shows, and how old the number may be. */
export function isHarmlessFrame(
  { path, before, after }: Difference,
  board: Readonly<Record<string, unknown>>,
): boolean {
  const { from, to } = (board.time ?? {}) as { readonly from?: string; readonly to?: string };
  const isRounded = `${from} ${to}`.includes('/');
  switch (path.split(/[.[]/)[0]) {
    case 'time':
      return !readsRange(board.panels);
    case 'refresh': {
      // No duration: it is off.
      const [was, now] = [seconds(before), seconds(after)];
      return Number.isNaN(was) ? !Number.isNaN(now) : now <= was;
    }
    case 'weekStart':
    case 'fiscalYearStartMonth':
      return !isRounded;
    default:
      return true;
  }
}
