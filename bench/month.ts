import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Measured } from './bench.ts';
import { planMonth } from './month/plan.ts';
import { ours, plain, sloth } from './month/rules.ts';
import { judge, writeMonth } from './month/run.ts';
import { medianDelay, type Score, type Stray } from './month/score.ts';
import { SCRATCH } from './paths.ts';

/** Seeds of the table in `docs/benchmarks.md`. */
const SEEDS = [1, 2, 3];
/** From so many days on, events are as far apart as in a month; fewer days are dense. */
const LOOSE = 28;
const DENSE = 8;

/** How rules tell of labelled trouble that none was written against. */
export default {
  name: 'month',
  summary:
    'labelled trouble and traps of three seeds, told by our rules, Sloth’s and plain ones (DAYS=<number>, default 1; a minute of processor a day)',
  async run({ quick, say }) {
    const days = Number(process.env.DAYS || 1);
    const scores = new Map<string, Score[]>();
    for (const seed of quick ? SEEDS.slice(0, 1) : SEEDS) {
      const plan = planMonth(seed, days, days >= LOOSE ? undefined : DENSE);
      const folder = join(SCRATCH, `month-${seed}`);
      say(`seed ${seed}: samples of ${days} days with ${plan.happenings.length} events`);
      await writeMonth(plan, folder);
      for (const contender of [ours(), await sloth(), plain()]) {
        say(`seed ${seed}: rules of ${contender.name}`);
        const score = await judge(plan, folder, contender);
        scores.set(contender.name, [...(scores.get(contender.name) ?? []), score]);
        for (const each of [...score.late, ...score.outside, ...score.warnings]) say(`  ${strayLine(each)}`);
      }
      rmSync(folder, { recursive: true, force: true });
    }
    return [measured([...scores], days)];
  },
} satisfies Bench;

function measured(scores: readonly (readonly [string, readonly Score[]])[], days: number): Measured {
  const each = (of: readonly Score[], value: (score: Score) => string | number) => of.map(value).join(' · ');
  const rounded = (value: number | undefined) => (value === undefined ? '–' : Math.round(value));
  return {
    title: `${days} days of each seed: what is told of trouble`,
    head: [
      'rules',
      'heard',
      'median delay, s',
      'over the floor, s',
      'pages of critical incidents',
      'pages when it is over',
      'pages outside',
      'warnings outside',
    ],
    rows: scores.map(([name, of]) => [
      name,
      each(of, ({ heard, incidents }) => `${heard}/${incidents}`),
      each(of, (score) => rounded(medianDelay(score, 'delay'))),
      each(of, (score) => rounded(medianDelay(score, 'excess'))),
      each(of, ({ pages, critical }) => `${pages}/${critical}`),
      each(of, ({ late }) => late.length),
      each(of, ({ outside }) => outside.length),
      each(of, ({ warnings }) => warnings.length),
    ]),
    notes: [
      'A seed each, by its own incidents and traps; the same data for all rules, scraped and evaluated every 15 s, Sloth’s every minute.',
      'Floor: a scrape, an evaluation, and the longest blip of the kind that is a trap: no rule can tell sooner.',
      'All are routed by the project’s routes and timings; inhibitions are ours, and mute nothing of the others.',
    ],
  };
}

const strayLine = ({ at, alerts, near }: Stray): string =>
  `${(at / 3600).toFixed(1)} h: ${alerts.join(', ')} (${near})`;
