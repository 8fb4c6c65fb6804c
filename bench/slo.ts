import { buildRules } from '../rules/index.ts';
import { ensureTools } from '../tools/install.ts';
import type { Bench, Measured } from './bench.ts';
import { openDataset, RECENT_SECONDS } from './dataset/build.ts';
import { median, percent, quantile, sum, thousands, time, times } from './numbers.ts';
import { type RunningPrometheus, startPrometheus } from './prometheus.ts';
import { type Form, forms } from './slo/forms.ts';

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
      // Each round is one evaluation of every form at one moment of the newest hours, in turns.
      for (let round = 0; round < ROUNDS; round++) {
        const moment = dataset.end - 60 - Math.round((round * RECENT_SECONDS) / (2 * ROUNDS));
        const cycles: Cycle[] = [];
        for (const form of all) {
          options.say(`round ${round + 1} of ${ROUNDS}: ${form.name}`);
          cycles.push(await evaluate(running, form, moment));
        }
        rounds.push(cycles);
      }
      const data = `${dataset.days} days at a sample a minute: ${dataset.series} series that rules and panels read, and ${thousands(dataset.others)} others for the last 2 hours`;
      return [cost(all, rounds, data), accuracy(all, rounds)];
    } finally {
      await running.stop();
    }
  },
} satisfies Bench;

async function evaluate(running: RunningPrometheus, { rules }: Form, moment: number): Promise<Cycle> {
  const took: number[] = [];
  let samples = 0;
  const shares = new Map<string, number>();
  for (const { expr, shares: yields } of rules) {
    const answer = await running.instant(expr, moment);
    took.push(answer.milliseconds);
    samples += answer.samples;
    for (const { metric, value } of answer.result)
      for (const key of yields?.(metric) ?? []) shares.set(key, Number(value?.[1]));
  }
  return { milliseconds: sum(took), worst: quantile(took, 1), samples, shares };
}

function cost(all: readonly Form[], rounds: readonly (readonly Cycle[])[], data: string): Measured {
  const of = (index: number, value: (cycle: Cycle) => number) =>
    median(rounds.flatMap((cycles) => cycles.slice(index, index + 1)).map(value));
  const ours = all.findIndex(({ name }) => name.startsWith('ours'));
  const base = of(ours, ({ milliseconds }) => milliseconds);
  return {
    title: 'SLO rules: one evaluation cycle',
    head: ['form', 'rules', 'samples read', 'a cycle', 'worst rule', 'to ours'],
    rows: all.map(({ name, rules }, index) => [
      name,
      String(rules.length),
      thousands(of(index, ({ samples }) => samples)),
      time(of(index, ({ milliseconds }) => milliseconds)),
      time(of(index, ({ worst }) => worst)),
      times(of(index, ({ milliseconds }) => milliseconds) / base),
    ]),
    notes: [
      data,
      'Each rule’s expression as an instant query at the same moment; time and samples as Prometheus itself counts them (`evalTotalTime`, `totalQueryableSamples`). Medians of 3 moments, the forms in turns.',
      'The plain form is the share of bad events of each window alone; ours and sloth’s hold what else they record, and the burn alerts.',
    ],
  };
}

/** How far ours and sloth's are from the direct expressions, by window. */
function accuracy(all: readonly Form[], rounds: readonly (readonly Cycle[])[]): Measured {
  const plain = all.findIndex(({ name }) => name.startsWith('plain'));
  const keys = [...(rounds[0]?.[plain]?.shares.keys() ?? [])];
  const windows = [...new Set(keys.map((key) => key.split('/')[1] ?? ''))];
  const kinds = new Map<string, string>(buildRules().slos.map(({ name, kind }) => [name, kind]));
  const largest = (index: number, window: string, kind: string) => {
    const differences = rounds.flatMap((cycles) =>
      keys
        .filter((key) => key.endsWith(`/${window}`) && kinds.get(key.split('/')[0] ?? '') === kind)
        .map((key) => difference(cycles[plain]?.shares.get(key), cycles[index]?.shares.get(key)))
        .filter((value) => value !== undefined),
    );
    return differences.length === 0 ? '–' : percent(Math.max(...differences));
  };
  const columns = all.flatMap(({ name }, index) =>
    index === plain
      ? []
      : [
          { title: `${name.split(':')[0]}, events`, index, kind: 'events' },
          { title: `${name.split(':')[0]}, time slices`, index, kind: 'slices' },
        ],
  );
  return {
    title: 'SLO rules: largest difference from the direct expression',
    head: ['window', ...columns.map(({ title }) => title)],
    rows: windows.map((window) => [
      window,
      ...columns.map(({ index, kind }) => largest(index, window, kind)),
    ]),
    notes: [
      'Of every SLO and moment: |form ÷ direct − 1|. A window without a bad event has none.',
      'Ours adds up one rate a minute; sloth’s longest window is the mean of 5-minute ratios, not weighted by events.',
    ],
  };
}

function difference(direct: number | undefined, value: number | undefined): number | undefined {
  if (direct === undefined || value === undefined || !(direct > 0) || Number.isNaN(value)) return undefined;
  return Math.abs(value / direct - 1);
}
