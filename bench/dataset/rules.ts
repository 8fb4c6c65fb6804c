import { SERVICES } from '../../catalogue/services.ts';
import { buildRules, type RuleSet, type WatchedService } from '../../rules/index.ts';

/** The services of the catalogue, scraped as often as data has samples. */
export const scrapedEvery = (interval: string): readonly WatchedService[] =>
  Object.keys(SERVICES).map((name) => ({ name, interval }));

/** The shipped rules of a stack that scrapes as often as the data set has samples: once a minute. */
export const datasetRules = (): RuleSet => buildRules({ services: scrapedEvery('60s') });
