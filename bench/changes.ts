import { join } from 'node:path';
import { describeSettings } from '../cli/commands/describe.ts';
import { diff } from '../operations/review/diff/index.ts';
import { modelOf } from '../operations/review/model.ts';
import { verdictOf } from '../operations/review/verdict.ts';
import { parseSettings } from '../stack/settings/index.ts';
import { changedForm } from '../test/mutation/form.ts';
import { changedMeaning } from '../test/mutation/meaning.ts';
import { Random } from '../test/mutation/random.ts';
import type { Bench } from './bench.ts';

const ROOT = join(import.meta.dirname, '..');

/** What is said of some changes, by level of the verdict. */
interface Said {
  readonly levels: Map<string, number>;
  /** Changes of which something is left to a person to judge. */
  unclear: number;
  /** What the first five were that nothing was said of. */
  readonly silent: string[];
  milliseconds: number;
}

export default {
  name: 'changes',
  summary: 'what a review says of random changes of meaning and of form',
  async run({ quick, say }) {
    const count = quick ? 100 : 10_000;
    const base = modelOf(describeSettings(parseSettings({}, { stack: 'local' }), ROOT));
    const played = (change: (random: Random) => { readonly what: string; readonly model: typeof base }) => {
      const said: Said = { levels: new Map(), unclear: 0, silent: [], milliseconds: 0 };
      for (let seed = 0; seed < count; seed++) {
        if (seed % 1000 === 999) say(`${seed + 1} of ${count}`);
        const { what, model } = change(new Random(seed));
        const begin = performance.now();
        const changes = diff(base, model);
        said.milliseconds += performance.now() - begin;
        if (changes.some(({ effect }) => effect === 'unclear')) said.unclear++;
        const { level } = verdictOf({ changes, findings: [] });
        said.levels.set(level, (said.levels.get(level) ?? 0) + 1);
        if (level === 'same' && said.silent.length < 5) said.silent.push(what);
      }
      return said;
    };
    const meaning = played((random) => changedMeaning(base, random));
    const form = played((random) => changedForm(base, random));
    const percent = (some: number) => `${((100 * some) / count).toFixed(2)} %`;
    const share = ({ levels }: Said, level: string) => percent(levels.get(level) ?? 0);
    const row = (what: string, said: Said) => [
      what,
      String(count),
      share(said, 'same'),
      share(said, 'changes'),
      share(said, 'look'),
      percent(said.unclear),
      `${(said.milliseconds / count).toFixed(1)} ms`,
    ];
    return [
      {
        title: 'Random changes, each held against the stack as it is',
        head: [
          'changes of',
          'number',
          'nothing changes',
          'harmless',
          'look twice',
          'unclear',
          'a comparison takes',
        ],
        rows: [row('meaning', meaning), row('form', form)],
        notes: [
          meaning.silent.length === 0
            ? 'No change of meaning passed unseen.'
            : `Passed unseen: ${meaning.silent.join('; ')}.`,
          `A change of form is none: ${percent(form.unclear)} of them are unclear; the aim is under 10 %.`,
          'A recording that a window of an hour or more reads loses that history with its name: to rename it is a change of meaning.',
        ],
      },
    ];
  },
} satisfies Bench;
