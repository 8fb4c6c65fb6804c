import { seconds } from '../../lib/promql/parse.ts';
import { COMPARING_POLICIES, type Finding } from '../../policies/index.ts';
import type { ReviewedFinding } from './review.ts';
import type { Declared, DescribedPolicies, Version } from './version.ts';

const { name: POLICY } = COMPARING_POLICIES.loosening;

/** Limits of one policy; every other limit has the name of none. */
const LIMITED: Readonly<Record<string, string>> = {
  'critical-alert-is-prompt': 'criticalFor',
  'critical-alert-pages': 'maintenanceHours',
  'recording-rules-are-few': 'recordingRules',
  'recorded-series-are-few': 'recordedSeries',
};

/**
 * Policies that a change violates and loosens at once without an approval that is new with it. What it violates is what
 * the policies find at their own levels and limits, and did not find before. Versions that do not say that are not judged.
 */
export function unapproved(before: Version, after: Version): readonly ReviewedFinding[] {
  const [was, is] = [before.facts?.declared, after.facts?.declared];
  if (was?.strict === undefined || is?.strict === undefined) return [];
  const still = (after.facts?.findings ?? []).map(keyOf);
  const known = new Set(was.strict.map((each) => `${keyOf(each)} ${each.message}`));
  const fresh = is.strict.filter(
    (each) =>
      each.level === 'mandatory' && !known.has(`${keyOf(each)} ${each.message}`) && !isRefused(each, still),
  );
  return [...Map.groupBy(fresh, ({ policy }) => policy)].flatMap(([policy, found]): ReviewedFinding[] => {
    const how = [...new Set(found.flatMap((each) => loosened(each, was, is)))];
    if (how.length === 0 || isApproved(policy, was.policies, is.policies)) return [];
    return [
      {
        policy: POLICY,
        level: 'mandatory',
        subject: policy,
        message: `is loosened (${how.join(', ')}) by the change that violates it (${found.map(({ subject }) => subject).join(', ')}): have somebody else agree and say so in policies.approvals, or loosen it in a change of its own`,
        isNew: true,
      },
    ];
  });
}

const keyOf = ({ policy, level, subject }: Finding): string => `${level} ${policy} ${subject}`;
const isRefused = (finding: Finding, still: readonly string[]): boolean => still.includes(keyOf(finding));

/** How a change loosens the policy of a finding. Nothing where it does not. */
function loosened({ policy, subject }: Finding, was: Declared, is: Declared): readonly string[] {
  const exempt = ({ exemptions }: DescribedPolicies) =>
    exemptions.some((each) => each.policy === policy && each.subject === subject);
  const limit = LIMITED[policy] ?? '';
  const [before, after] = [was.policies.limits[limit], is.policies.limits[limit]];
  const advisory = ({ levels }: DescribedPolicies) => levels[policy] === 'advisory';
  return [
    ...(advisory(is.policies) && !advisory(was.policies) ? ['its level is advisory'] : []),
    ...(before !== undefined && after !== undefined && size(after) > size(before)
      ? [`limits.${limit} ${before} → ${after}`]
      : []),
    ...(exempt(is.policies) && !exempt(was.policies) ? [`${subject} is exempt`] : []),
  ];
}

const size = (value: string | number): number => (typeof value === 'number' ? value : seconds(value));

/** An approval that the old version had was for another change. */
function isApproved(policy: string, was: DescribedPolicies, is: DescribedPolicies): boolean {
  const old = new Set((was.approvals ?? []).map((each) => JSON.stringify(each)));
  return (is.approvals ?? []).some((each) => each.policy === policy && !old.has(JSON.stringify(each)));
}
