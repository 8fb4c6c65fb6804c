import { type Judged, judgeMutants } from '../test/incidents/verdicts.ts';
import type { Bench } from './bench.ts';

/** A number by which every run makes the same mutants. */
const SEED = 1;

export default {
  name: 'verdicts',
  summary: 'what a review says of mutants of alerts and routes beside a day of recorded incidents',
  async run({ quick, say }) {
    // Of alerts there are fewer: all that the incidents fire, with every mistake.
    const sample = quick ? { alerts: 40, routes: 60 } : { alerts: 10_000, routes: 3_000 };
    say('replaying the mutants of alerts over the recorded incidents');
    const judged = await judgeMutants({ ...sample, seed: SEED });
    const split = judged.length - sample.routes;
    const row = (what: string, some: readonly Judged[]) => {
      const count = (test: (each: Judged) => boolean) => String(some.filter(test).length);
      const loses = ({ missing }: Judged) => missing.length > 0;
      return [
        what,
        String(some.length),
        count(({ isGreen }) => isGreen),
        count(loses),
        count((each) => each.isGreen && loses(each)),
      ];
    };
    const wrong = judged.filter(({ isGreen, missing }) => isGreen && missing.length > 0);
    return [
      {
        title: 'Mutants of alerts and routes over a day of recorded incidents',
        head: ['mutants of', 'number', 'called harmless or stricter', 'lose or delay a message', 'both'],
        rows: [row('alerts', judged.slice(0, split)), row('routes', judged.slice(split))],
        notes: [
          'The recorded incidents, once in every hour of a day: alerts by Prometheus’s own rule groups in simulated time, routes by our simulation of Alertmanager.',
          ...wrong.slice(0, 5).map(({ what, missing }) => `Wrong: ${what}: ${missing[0]}.`),
        ],
      },
    ];
  },
} satisfies Bench;
