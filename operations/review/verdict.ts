import type { Finding } from '../../policies/index.ts';
import { type Change, type Consequence, consequenceOf, counted, named } from './change.ts';
import type { Model } from './model.ts';

/**
 * `same`: nothing changes. `changes`: it does, and nothing is known to get weaker. `look`: monitoring gets weaker, or
 * may, or data is at risk: a person has to want it. `refused`: it does not build, or violates a mandatory policy.
 * `incomparable`: there is no base to compare with, so nothing is known of the change.
 */
export type Level = 'same' | 'changes' | 'look' | 'refused' | 'incomparable';

export interface Verdict {
  readonly level: Level;
  /** One line. */
  readonly text: string;
}

/**
 * Exit codes of `make diff` and `make pr-report`. `look` is an error only where that was asked for; a comparison that
 * could not be made always is one.
 */
export const EXIT_CODES: Readonly<Record<Level, number>> = {
  same: 0,
  changes: 0,
  look: 0,
  refused: 1,
  incomparable: 4,
};
export const STRICT_EXIT_CODES: Readonly<Record<Level, number>> = { ...EXIT_CODES, look: 3 };

interface Facts {
  /** Undefined where there is nothing to compare with. */
  readonly changes: readonly Change[] | undefined;
  readonly findings: readonly Finding[];
  readonly problem?: string;
  readonly model?: Model;
}

export function verdictOf({ changes, findings, problem, model }: Facts): Verdict {
  if (problem !== undefined) return { level: 'refused', text: 'Refused: it does not build.' };
  const mandatory = findings.filter(({ level }) => level === 'mandatory');
  if (mandatory.length > 0) {
    const names = [...Map.groupBy(mandatory, ({ policy }) => policy)].map(
      ([policy, found]) => `${policy} (${named(found.map(({ subject }) => subject))})`,
    );
    return {
      level: 'refused',
      text: `Refused: ${counted(names.length, 'mandatory policy is', 'mandatory policies are')} violated: ${named(names)}.`,
    };
  }
  if (changes === undefined)
    return {
      level: 'incomparable',
      text: 'Cannot compare: it builds and keeps every mandatory policy, but there is nothing to compare it with.',
    };
  if (changes.length === 0)
    return { level: 'same', text: `Nothing changes${model ? `: ${size(model)} are as they were` : ''}.` };
  const total = counted(changes.length, 'change');
  const by = Map.groupBy(changes, consequenceOf);
  const part = (consequence: Consequence, words: string) => {
    const found = by.get(consequence) ?? [];
    return found.length === 0 ? [] : [`${words} (${subjects(found)})`];
  };
  const weaker = [
    ...part('silent', 'no longer reaches people'),
    ...part('later', 'comes later'),
    ...part('more', 'needs more to fire'),
  ];
  const parts = [
    ...part('risk', 'data is at risk'),
    ...(weaker.length > 0 ? [`monitoring gets weaker: ${weaker.join(', ')}`] : []),
    ...part('unclear', 'what it does is yours to judge'),
  ];
  return parts.length === 0
    ? {
        level: 'changes',
        text: `${total}, none of which is known to weaken monitoring or to put data at risk: ${subjects(changes)}.`,
      }
    : { level: 'look', text: `Look twice: ${parts.join('; ')}; ${total} in all.` };
}

/**
 * The verdict where the engine refuses what the review took.
 * @param why what `make preview` says; where its first line announces the reason, the second has it.
 */
export function refusedByEngine(why: string): Verdict {
  const [first = '', second = ''] = why.split('\n');
  const text = first.endsWith(':') ? `${first} ${second}` : `make preview fails: ${first}`;
  return { level: 'refused', text: `Refused: ${text}` };
}

/** What a change is about: the alerts that it reaches where its subject is but a number of them. */
const subjects = (changes: readonly Change[]) =>
  named(
    changes.flatMap(({ subject, reaches = [] }) =>
      /^\d/.test(subject) && reaches.length > 0 ? reaches : [subject],
    ),
  );

const size = ({ alerts, recordings, slos, dashboards }: Model) =>
  `${alerts.size} alerts, ${recordings.size} recording rules, ${slos.size} SLOs and ${dashboards.size} dashboards`;
