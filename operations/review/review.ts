import type { Finding } from '../../policies/index.ts';
import type { Change } from './change.ts';
import { diff } from './diff/index.ts';
import { unapproved } from './loosened.ts';
import { type Model, modelOf } from './model.ts';
import { renamingNote, withoutRenames } from './renames.ts';
import { type Verdict, verdictOf } from './verdict.ts';
import type { Declared, Version, VersionFacts } from './version.ts';

/** A version that builds, or what its code says when it does not. */
export type Outcome = { readonly version: Version } | { readonly problem: string };

export interface ReviewOptions {
  readonly stack: string;
  /** What the versions are called: `main`, `the working tree`. */
  readonly names: { readonly before: string; readonly after: string };
  readonly before: Outcome;
  readonly after: Outcome;
}

/** What a reviewer has to know about a change, before anybody decided how it is shown. */
export interface Review {
  readonly stack: string;
  readonly names: ReviewOptions['names'];
  readonly verdict: Verdict;
  readonly changes: readonly Change[];
  /** Policies that the new version does not keep. */
  readonly findings: readonly ReviewedFinding[];
  /** What may be wrong with files of users, and settings that do nothing, as `make preview` says it. */
  readonly advice: readonly ReviewedAdvice[];
  /** What the new version's code says where it does not build. */
  readonly problem?: string;
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
  /** Both versions, where both build. */
  readonly models?: { readonly before: Model; readonly after: Model };
  /** About how many series the recording rules of each write, where both say so. */
  readonly series?: { readonly before: Series; readonly after: Series };
}

type Series = VersionFacts['series'];

export interface ReviewedFinding extends Finding {
  /** Whether the old version kept the policy. */
  readonly isNew: boolean;
}

export interface ReviewedAdvice {
  /** A sentence. */
  readonly text: string;
  /** Whether the old version did not say it. */
  readonly isNew: boolean;
}

/** Holds two versions side by side. */
export function review({ stack, names, before, after }: ReviewOptions): Review {
  const base = { stack, names };
  if ('problem' in after) {
    const { problem } = after;
    return {
      ...base,
      verdict: verdictOf({ changes: [], findings: [], problem }),
      changes: [],
      findings: [],
      advice: [],
      problem,
      notes: [],
    };
  }
  const findings = [
    ...reviewed(after.version, before),
    ...('version' in before ? unapproved(before.version, after.version) : []),
  ];
  const advice = advised(after.version, before);
  const rulesOnly = 'version' in before && before.version.facts === undefined;
  const now = modelOf(after.version, rulesOnly ? { rulesOnly } : {});
  if ('problem' in before) {
    const notes = [
      `${names.before} does not build, so there is nothing to compare with. It says:\n${before.problem}`,
    ];
    return {
      ...base,
      verdict: verdictOf({ changes: undefined, findings }),
      changes: [],
      findings,
      advice,
      notes,
    };
  }
  const was = modelOf(before.version);
  const changes = diff(was, now);
  return {
    ...base,
    verdict: verdictOf({ changes, findings, model: now }),
    changes,
    findings,
    advice,
    notes: [
      ...(rulesOnly ? [renderedOnly(names.before)] : []),
      ...notDeclared(names.before, before.version),
      ...withoutRenames(was, now).renamed.map(renamingNote),
    ],
    models: { before: was, after: now },
    ...(before.version.facts && after.version.facts
      ? { series: { before: before.version.facts.series, after: after.version.facts.series } }
      : {}),
  };
}

function reviewed({ facts }: Version, before: Outcome): readonly ReviewedFinding[] {
  const old = 'version' in before ? (before.version.facts?.findings ?? []) : [];
  const same = (a: Finding, b: Finding) =>
    a.policy === b.policy && a.subject === b.subject && a.level === b.level;
  return (facts?.findings ?? []).map((finding) => ({
    ...finding,
    isNew: !old.some((each) => same(each, finding)),
  }));
}

function advised({ facts }: Version, before: Outcome): readonly ReviewedAdvice[] {
  const old = 'version' in before ? (before.version.facts?.advice ?? []) : [];
  return (facts?.advice ?? []).map((text) => ({ text, isNew: !old.includes(text) }));
}

const renderedOnly = (name: string) =>
  `${name} can render its files and no more: workloads, volumes and retention are not compared, and thresholds are read out of its expressions`;

/** What older code does not say of itself, and so cannot be compared. */
function notDeclared(name: string, { facts }: Version): readonly string[] {
  if (facts?.declared === undefined)
    return [
      `${name} is described by older code: silences, settings of policies, secrets and declared metrics are not compared, and that a policy was loosened is not seen`,
    ];
  const missing = DECLARED_LATER.filter(({ key }) => facts.declared?.[key] === undefined);
  return missing.length === 0
    ? []
    : [
        `${name} is described by older code: ${missing.map(({ what }) => what).join(', ')} ${missing.length === 1 ? 'is' : 'are'} not compared`,
      ];
}

/** Parts of `Declared` by the words for them; older code may leave out any. */
const DECLARED_LATER = [
  { key: 'silences', what: 'silences' },
  { key: 'policies', what: 'settings of policies' },
  { key: 'secrets', what: 'secrets' },
  { key: 'metrics', what: 'declared metrics' },
  { key: 'strict', what: 'whether a policy was loosened' },
] as const satisfies readonly { readonly key: keyof Declared; readonly what: string }[];
