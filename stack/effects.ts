import { checkPolicies, type Finding, type PoliciesSettings } from '../policies/index.ts';
import { PACK_POLICIES } from '../policies/pack-only.ts';
import { factsOf, type Known } from '../policies/resources/facts.ts';
import type { Transformation } from './transformation.ts';

/**
 * Findings of a stack with those that a transform brings, and without those that it mends: the difference of what the
 * policies find in the resources before and after it, as the policy pack reads them.
 * @param findings of the stack as it is declared.
 */
export function withEffects(
  findings: readonly Finding[],
  { before, after, file }: Transformation,
  known: Known,
  policies: PoliciesSettings,
): readonly Finding[] {
  const judged = (inputs: Transformation['after']): readonly Finding[] => {
    const { facts, missing } = factsOf(inputs, known);
    return [
      ...checkPolicies(facts, policies),
      ...missing.map((subject) => ({
        policy: PACK_POLICIES.complete.name,
        level: 'mandatory' as const,
        subject,
        message: 'stands in no resource, so the rest could not be judged: leave it where it is',
      })),
    ];
  };
  const [was, is] = [judged(before), judged(after)];
  const has = (list: readonly Finding[], { policy, subject, message }: Finding) =>
    list.some((each) => each.policy === policy && each.subject === subject && each.message === message);
  const about = (list: readonly Finding[], { policy, subject }: Finding) =>
    list.some((each) => each.policy === policy && each.subject === subject);
  const mended = was.filter((finding) => !about(is, finding));
  const brought = is.filter((finding) => !has(was, finding) && !has(findings, finding));
  return [
    ...findings.filter((finding) => !about(mended, finding)),
    ...brought.map((finding) => ({ ...finding, message: `${finding.message} (${file} makes it so)` })),
  ].sort((a, b) => Number(a.level === 'advisory') - Number(b.level === 'advisory'));
}
