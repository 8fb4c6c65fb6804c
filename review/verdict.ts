import type { Finding } from '../policies/index.ts';
import type { Change } from './change.ts';
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

/** Longest list of subjects in a verdict. */
const NAMED = 3;

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
  const risks = changes.filter(({ effect }) => effect === 'risk');
  const weaker = changes.filter(({ effect }) => effect === 'weaker');
  const unclear = changes.filter(({ effect }) => effect === 'unclear');
  const total = counted(changes.length, 'change', 'changes');
  if (risks.length + weaker.length + unclear.length === 0)
    return {
      level: 'changes',
      text: `${total}, none of which is known to weaken monitoring or to put data at risk: ${subjects(changes)}.`,
    };
  const parts = [
    ...(risks.length > 0 ? [`data is at risk (${subjects(risks)})`] : []),
    ...(weaker.length > 0 ? [`monitoring gets weaker (${subjects(weaker)})`] : []),
    ...(unclear.length > 0
      ? [`whether monitoring gets weaker is yours to judge (${subjects(unclear)})`]
      : []),
  ];
  return { level: 'look', text: `Look twice: ${parts.join(', and ')}; ${total} in all.` };
}

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

function named(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return rest > 0 ? `${names.slice(0, NAMED).join(', ')} and ${rest} more` : names.join(', ');
}

const subjects = (changes: readonly Change[]) => named([...new Set(changes.map(({ subject }) => subject))]);

const size = ({ alerts, recordings, slos, dashboards }: Model) =>
  `${alerts.size} alerts, ${recordings.size} recording rules, ${slos.size} SLOs and ${dashboards.size} dashboards`;
