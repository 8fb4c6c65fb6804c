import { SERVICES } from '../../catalogue/services.ts';
import { buildRules, type ResolvedSlo, type RuleSet, type WatchedService } from '../../rules/index.ts';
import { sumOf } from '../../rules/slo/recordings.ts';
import { RUNNING_SUMS, runningRecord, TOTALLED } from '../../rules/slo/totals.ts';
import type { Recorded } from './backfill.ts';

/** The services of the catalogue, scraped as often as data has samples. */
export const scrapedEvery = (interval: string): readonly WatchedService[] =>
  Object.keys(SERVICES).map((name) => ({ name, interval }));

/** The shipped rules of a stack that scrapes as often as the data set has samples: once a minute. */
export const datasetRules = (): RuleSet => buildRules({ services: scrapedEvery('60s') });

/** The same rules where windows over a day are read off running totals. */
export const totalsRules = (): RuleSet =>
  buildRules({ services: scrapedEvery('60s'), settings: { longWindows: 'totals' } });

/**
 * What running totals have recorded by each minute of a data set, as rules that read no series' own past: queries over
 * a range evaluate every minute by itself.
 *
 * @param start Unix time at which the data set begins, in seconds
 * @param days days that it spans
 */
export function runningSums(start: number, days: number): Recorded[] {
  const { recordings, slos } = totalsRules();
  const kinds = new Map<string, ResolvedSlo['kind']>(slos.map(({ name, kind }) => [name, kind]));
  return recordings
    .filter(({ record }) => RUNNING_SUMS.some((name) => name === record))
    .map(({ record, labels }) => {
      const name = labels?.slo ?? '';
      const what = TOTALLED.find((each) => runningRecord(each) === record);
      const all = what && sumOf(kinds.get(name) ?? 'events', name, what, `${days + 1}d`);
      return { record, expr: all ?? `vector(${-start})`, ...(labels && { labels }) };
    });
}
