import { duration } from '../lib/promql/parse.ts';
import { alertLabels } from '../notifications/index.ts';
import { matchesAll } from '../notifications/matcher.ts';
import { always, type Policy } from './policy.ts';

const WEEK_MILLISECONDS = 7 * 24 * 3600 * 1000;

/** What is kept quiet on purpose. */
export const silencePolicies: readonly Policy[] = [
  {
    name: 'long-silence-is-shown',
    rule: 'A silence of over a week, or of every critical alert, is shown with its owner and reason.',
    reason: 'What is quiet for long is forgotten, and an outage in it wakes nobody.',
    scope: 'stack',
    level: always('advisory'),
    check: ({ rules, silences = [], sent = (labels) => labels }) => {
      const critical = alertLabels(rules.alerts)
        .filter(({ severity }) => severity === 'critical')
        .flatMap((labels) => {
          const leaving = sent(labels);
          return leaving === undefined ? [] : [leaving];
        });
      return silences.flatMap(({ id, owner, reason, matchers, startsAt, endsAt }) => {
        const lasts = Date.parse(endsAt) - Date.parse(startsAt);
        const isTotal = critical.length > 0 && critical.every((labels) => matchesAll(matchers, labels));
        if (lasts <= WEEK_MILLISECONDS && !isTotal) return [];
        return {
          subject: id,
          message: `silences ${isTotal ? 'every critical alert' : matchers.join(', ')} for ${duration(Math.round(lasts / 1000))}, by ${owner}: “${reason}”: let it end within a week and leave critical alerts out, if that was not meant`,
        };
      });
    },
  },
];
