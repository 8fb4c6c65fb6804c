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

test('a change of form is none', () => {
  fc.assert(
    fc.property(seed, (number) => {
      const { what, model } = changedForm(base, new Random(number));
      expect(lines(diff(base, model)), what).toEqual([]);
    }),
    RUNS,
  );
});
