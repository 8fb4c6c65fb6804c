import type { Finding } from './finding.ts';

/** A finding that is meant to be, and why. */
export interface Exclusion {
  readonly rule: string;
  /** Default: every dashboard. */
  readonly dashboard?: string;
  /** Title of a panel. Default: the whole dashboard. */
  readonly panel?: string;
  readonly reason: string;
}

export const EXCLUSIONS: readonly Exclusion[] = [
  {
    rule: 'template-job',
    reason:
      'A job is a service, and each dashboard is about one: a variable would offer one value. Only the dashboard of monitoring itself is about many.',
  },
  {
    rule: 'target-job',
    reason:
      'Metric names are unique in the catalogue, so that a job adds nothing; recorded series have none.',
  },
  {
    rule: 'template-instance',
    reason:
      'Panels about a service sum over its instances, by recorded series that have none. Instances are a variable where single processes or machines are shown.',
  },
  {
    rule: 'target-instance',
    reason: 'See template-instance: recorded series and sums over instances have no such label.',
  },
];

/** Findings that nothing excludes, and exclusions that exclude nothing. */
export function applyExclusions(
  findings: readonly Finding[],
  exclusions: readonly Exclusion[],
): { readonly findings: Finding[]; readonly unused: Exclusion[] } {
  const covers = (exclusion: Exclusion, finding: Finding): boolean =>
    exclusion.rule === finding.rule &&
    (exclusion.dashboard === undefined || exclusion.dashboard === finding.dashboard) &&
    (exclusion.panel === undefined || exclusion.panel === finding.panel);
  return {
    findings: findings.filter((finding) => !exclusions.some((exclusion) => covers(exclusion, finding))),
    unused: exclusions.filter((exclusion) => !findings.some((finding) => covers(exclusion, finding))),
  };
}
