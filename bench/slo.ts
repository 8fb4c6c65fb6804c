import { ensureTools } from '../tools/install.ts';
import type { Bench, Measured } from './bench.ts';
import { openDataset, RECENT_SECONDS } from './dataset/build.ts';
import { datasetRules } from './dataset/rules.ts';
import { median, percent, quantile, sum, thousands, time, times } from './numbers.ts';
import { type RunningPrometheus, startPrometheus } from './prometheus.ts';
import { exactForm, type Form, forms } from './slo/forms.ts';

/** What a form took at one moment. */
interface Cycle {
  readonly milliseconds: number;
  readonly worst: number;
  readonly samples: number;
  /** Share of bad events by SLO and window. */
  readonly shares: ReadonlyMap<string, number>;
}

const ROUNDS = 3;

export default {
  name: 'slo',
  summary: 'evaluate our SLO rules, the direct expressions and sloth’s rules over the same data',
  async run(options) {
    const dataset = await openDataset(options);
    const { prometheus } = await ensureTools(['prometheus']);
    const running = await startPrometheus(prometheus, dataset.data);
    try {
      const all = await forms();
      const rounds: Cycle[][] = [];
      const exact: Cycle[] = [];
      // Each round is one evaluation of every form at one moment of the newest hours, in turns.
      for (let round = 0; round < ROUNDS; round++) {
        const moment = dataset.end - 60 - Math.round((round * RECENT_SECONDS) / (2 * ROUNDS));
        const cycles: Cycle[] = [];
        for (const form of all) {
          options.say(`round ${round + 1} of ${ROUNDS}: ${form.name}`);
          cycles.push(await evaluate(running, form, moment));
        }
        rounds.push(cycles);
        exact.push(await evaluate(running, exactForm(), moment));
      }
      const data = `${dataset.days} days at a sample a minute: ${dataset.series} series that rules and panels read, and ${thousands(dataset.others)} others for the last 2 hours`;
      return [cost(all, rounds, data), accuracy(all, rounds, exact)];
    } finally {
      await running.stop();
    }
  },
} satisfies Bench;

async function evaluate(running: RunningPrometheus, { rules }: Form, moment: number): Promise<Cycle> {
  const took: number[] = [];
  let samples = 0;
  const shares = new Map<string, number>();
  const counted = { bad: new Map<string, number>(), total: new Map<string, number>() };
  for (const { expr, shares: yields, counts } of rules) {
    const answer = await running.instant(expr, moment);
    took.push(answer.milliseconds);
    samples += answer.samples;
    for (const { metric, value } of answer.result) {
      for (const key of yields?.(metric) ?? []) shares.set(key, Number(value?.[1]));
      if (counts) counted[counts.part].set(counts.of, Number(value?.[1]));
    }
  }
  for (const [key, bad] of counted.bad) shares.set(key, bad / (counted.total.get(key) ?? Number.NaN));
  return { milliseconds: sum(took), worst: quantile(took, 1), samples, shares };
}

function cost(all: readonly Form[], rounds: readonly (readonly Cycle[])[], data: string): Measured {
  const of = (index: number, value: (cycle: Cycle) => number) =>
    median(rounds.flatMap((cycles) => cycles.slice(index, index + 1)).map(value));
  const sloth = all.findIndex(({ name }) => name.startsWith('sloth'));
  const toSloth = (index: number, value: (cycle: Cycle) => number) =>
    times(of(sloth, value) / of(index, value));
  return {
    title: 'SLO rules: one evaluation cycle',
    head: ['form', 'rules', 'samples read', 'sloth’s to its', 'a cycle', 'sloth’s to its', 'worst rule'],
    rows: all.map(({ name, rules }, index) => [
      name,
      String(rules.length),
      thousands(of(index, ({ samples }) => samples)),
      toSloth(index, ({ samples }) => samples),
      time(of(index, ({ milliseconds }) => milliseconds)),
      toSloth(index, ({ milliseconds }) => milliseconds),
      time(of(index, ({ worst }) => worst)),
    ]),
    notes: [
      data,
      'Each rule’s expression as an instant query at the same moment; time and samples as Prometheus itself counts them (`evalTotalTime`, `totalQueryableSamples`). Medians of 3 moments, the forms in turns.',
      'The plain form is the share of bad events of each window alone; ours and sloth’s hold what else they record, and the burn alerts.',
    ],
  };
}

/** How far the forms are from exact counts, and from the direct expressions, by window. */
function accuracy(
  all: readonly Form[],
  rounds: readonly (readonly Cycle[])[],
  exact: readonly Cycle[],
): Measured {
  const of = (start: string) => {
    const index = all.findIndex(({ name }) => name.startsWith(start));
    return rounds.flatMap((cycles) => cycles.slice(index, index + 1));
  };
  const [plain, sums, totals, sloth] = [of('plain'), of('ours, sums'), of('ours, running'), of('sloth')];
  const keys = [...new Set([exact, plain].flatMap(([first]) => [...(first?.shares.keys() ?? [])]))];
  const windows = [...new Set(keys.map((key) => key.split('/')[1] ?? ''))];
  const kinds = new Map<string, string>(datasetRules().slos.map(({ name, kind }) => [name, kind]));
  const largest = (form: readonly Cycle[], from: readonly Cycle[], kind: string, window: string) => {
    const differences = form.flatMap(({ shares }, round) =>
      keys
        .filter((key) => key.endsWith(`/${window}`) && kinds.get(key.split('/')[0] ?? '') === kind)
        .map((key) => difference(from[round]?.shares.get(key), shares.get(key)))
        .filter((value) => value !== undefined),
    );
    return differences.length === 0 ? '–' : percent(Math.max(...differences));
  };
  return {
    title: 'SLO rules: largest difference of the results',
    head: [
      'window',
      'events: plain to exact',
      'sums to exact',
      'totals to exact',
      'sloth to exact',
      'sums to plain',
      'totals to plain',
      'sloth to plain',
      'time slices: sums to plain',
      'totals to plain',
      'sloth to plain',
    ],
    rows: windows.map((window) => [
      window,
      largest(plain, exact, 'events', window),
      largest(sums, exact, 'events', window),
      largest(totals, exact, 'events', window),
      largest(sloth, exact, 'events', window),
      largest(sums, plain, 'events', window),
      largest(totals, plain, 'events', window),
      largest(sloth, plain, 'events', window),
      largest(sums, plain, 'slices', window),
      largest(totals, plain, 'slices', window),
      largest(sloth, plain, 'slices', window),
    ]),
    notes: [
      'Of every SLO and moment: |form ÷ reference − 1|. A window without a bad event has none.',
      'Exact is what the counters show now less what they showed a window ago. The plain form is itself off: at a sample a minute a rate over 5 minutes sees 4 and foretells the fifth.',
      'Ours adds up one rate a minute, or subtracts two running totals of them; sloth’s longest window is the mean of 5-minute ratios, not weighted by events.',
    ],
  };
}

function difference(direct: number | undefined, value: number | undefined): number | undefined {
  if (direct === undefined || value === undefined || !(direct > 0) || Number.isNaN(value)) return undefined;
  return Math.abs(value / direct - 1);
}
