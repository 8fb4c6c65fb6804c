import { duration, seconds } from '../../../lib/promql/parse.ts';
import { type Change, compared, type Effect } from '../change.ts';
import { type Difference, describeDifference, differences } from '../differences.ts';
import { DEFAULT_INTERVAL, type Model } from '../model.ts';

/** Provisioning and templates: but for the interval of a data source, nothing here knows what a field of them does. */
export function fileChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(before.others, after.others);
  const change = (
    subject: string,
    kind: Change['kind'],
    text: string,
    more: Partial<Change> = {},
  ): Change => ({
    area: 'file',
    subject,
    kind,
    text,
    effect: 'unclear',
    ...more,
  });
  return [
    ...removed.map(([path]) => change(path, 'removed', 'removed')),
    ...added.map(([path]) => change(path, 'added', 'added')),
    ...both.flatMap(({ name, was, now }) =>
      typeof was === 'string' || typeof now === 'string'
        ? was === now
          ? []
          : [change(name, 'changed', changedLines(String(was), String(now)))]
        : differences(was, now).map((each) => {
            const { text, effect } = ofQueries(each, before, after) ?? {
              text: describeDifference(each),
              effect: 'unclear',
            };
            return change(name, 'changed', text, { effect });
          }),
    ),
  ];
}

/** Grafana’s least `$__rate_interval`, in intervals of the data source. */
const RATE_INTERVALS = 4;

/** What a data source's own interval does to the windows of panels; undefined of every other field. */
function ofQueries(
  found: Difference,
  before: Model,
  after: Model,
): { readonly text: string; readonly effect: Effect } | undefined {
  if (!/^datasources\[\d+\]\.jsonData\.timeInterval$/.test(found.path)) return undefined;
  const scraped = ({ prometheus }: Model) => seconds(prometheus.global?.scrape_interval ?? DEFAULT_INTERVAL);
  const [was, is] = [seconds(found.before), seconds(found.after)];
  if (Number.isNaN(was) || Number.isNaN(is)) return undefined;
  const text = describeDifference(found);
  const windows = `panels’ $__rate_interval is at least ${duration(RATE_INTERVALS * is)}`;
  if (was === scraped(before) && is === scraped(after))
    return { text: `${text}, as global.scrape_interval: ${windows}`, effect: 'neutral' };
  const samples = RATE_INTERVALS * is < 2 * scraped(after) ? ', which may hold no two samples' : '';
  return {
    text: `${text}, beside a global.scrape_interval of ${duration(scraped(after))}: ${windows}${samples}`,
    effect: 'unclear',
  };
}

/** How many lines of a text are other ones, and the first of them. */
function changedLines(before: string, after: string): string {
  const [was, is] = [before.split('\n'), after.split('\n')];
  const fresh = is.filter((line) => !was.includes(line));
  const gone = was.filter((line) => !is.includes(line));
  const shown = (lines: readonly string[]) =>
    lines[0] === undefined ? 'nothing' : `“${lines[0].trim().slice(0, 80)}”`;
  return `changed, ${gone.length} lines removed and ${fresh.length} added: ${shown(gone)} → ${shown(fresh)}`;
}

/** What rule groups say beside their rules: limits, labels, offsets. */
export function groupChanges(before: Model, after: Model): readonly Change[] {
  return compared(before.groups, after.groups).both.flatMap(({ name, was, now }) =>
    differences(was, now).map(
      (each): Change => ({
        area: 'recording',
        subject: `group ${name}`,
        kind: 'changed',
        text: describeDifference(each),
        effect: 'unclear',
      }),
    ),
  );
}
