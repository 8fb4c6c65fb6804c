import { always, type Policy } from './policy.ts';

/** Whether a window of a rate keeps two samples when scrapes fail. */
export const windowPolicies: readonly Policy[] = [
  {
    name: 'window-covers-scrapes',
    rule: 'The window of a rate holds at least four scrapes.',
    reason: 'A rate needs two samples: with fewer than four, one scrape that fails leaves a gap.',
    scope: 'stack',
    level: always('advisory'),
    check: ({ shortWindows = [] }) =>
      shortWindows.map(({ rule, window, interval, key }) => ({
        subject: rule,
        message: `has a window of ${window} over what is scraped every ${interval}: widen the window to four scrapes${key === undefined ? '' : `, or shorten ${key}`}`,
      })),
  },
];
