import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff } from '../../../operations/review/diff/index.ts';
import { modelOf } from '../../../operations/review/model.ts';
import { changedForm } from '../../mutation/form.ts';
import { changedMeaning } from '../../mutation/meaning.ts';
import { Random } from '../../mutation/random.ts';
import { BASE } from './versions.ts';

// The bench `changes` plays 10,000 of each.
const RUNS = { numRuns: 150 };
const base = modelOf(BASE);
const seed = fc.nat();

const lines = (changes: ReturnType<typeof diff>) =>
  changes.map(({ effect, subject, text }) => `${effect} ${subject}: ${text}`);

test('a change of meaning is never “Nothing changes”', () => {
  fc.assert(
    fc.property(seed, (number) => {
      const { what, model } = changedMeaning(base, new Random(number));
      expect(diff(base, model), what).not.toEqual([]);
    }),
    RUNS,
  );
});

test('a change of form is none; a renamed recording is told, and weakens nothing', () => {
  fc.assert(
    fc.property(seed, (number) => {
      const { what, model, isRename } = changedForm(base, new Random(number));
      const changes = diff(base, model);
      if (!isRename) expect(lines(changes), what).toEqual([]);
      else {
        expect(changes.length, what).toBeGreaterThan(0);
        // Unclear where a long window reads it: its history begins anew.
        for (const { effect } of changes)
          expect(['neutral', 'unclear'], lines(changes).join('\n')).toContain(effect);
      }
    }),
    RUNS,
  );
});
