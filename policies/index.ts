import { allReceivers, pages } from '../notifications/receivers.ts';
import type { NotificationsSettings } from '../notifications/settings.ts';
import { POLICIES } from './all.ts';
import type { Level, Policy, PolicyFacts } from './policy.ts';
import { type PoliciesSettings, policiesSettings } from './settings.ts';

export { POLICIES } from './all.ts';
export { estimatedSeries } from './cost.ts';
export type { Level, Policy, PolicyFacts, Violation, WorkloadFacts } from './policy.ts';
export { type PoliciesSettings, policiesSettings } from './settings.ts';

export interface Finding {
  readonly policy: string;
  readonly level: Level;
  readonly subject: string;
  readonly message: string;
}

/** Names of the receivers that wake people up, for `PolicyFacts.pagers`. */
export const pagersOf = (settings: NotificationsSettings): string[] =>
  Object.entries(allReceivers(settings))
    .filter(([, receiver]) => pages(receiver))
    .map(([name]) => name);

export interface CheckOptions {
  /** The day by which exemptions are judged. Default: today. */
  readonly today?: Date;
  /** Default: every policy. */
  readonly policies?: readonly Policy[];
}

/**
 * What a stack violates, mandatory findings first. An exemption takes its findings away until its last day; one
 * that has expired, or that no finding needs, is a finding itself.
 */
export function checkPolicies(
  facts: PolicyFacts,
  settings: PoliciesSettings = policiesSettings.parse({}),
  { today = new Date(), policies = POLICIES }: CheckOptions = {},
): Finding[] {
  const day = today.toISOString().slice(0, 10);
  const found = policies.flatMap((policy) => {
    const level = settings.levels[policy.name] ?? policy.level[facts.production ? 'production' : 'otherwise'];
    // Label sets of one alert violate a policy together.
    const violations = new Map(policy.check(facts, settings.limits).map((each) => [each.subject, each]));
    return [...violations.values()].map((each): Finding => ({ policy: policy.name, level, ...each }));
  });
  const covers = (exemption: PoliciesSettings['exemptions'][number]) => (finding: Finding) =>
    finding.policy === exemption.policy && finding.subject === exemption.subject;
  const valid = settings.exemptions.filter(({ expires }) => expires >= day);
  const aboutExemptions = settings.exemptions.flatMap((exemption): Finding[] => {
    const { policy, subject, owner, expires } = exemption;
    if (expires < day) {
      return [
        {
          policy,
          level: 'mandatory',
          subject,
          message: `the exemption of ${owner} expired on ${expires}: comply, or agree on another day in policies.exemptions`,
        },
      ];
    }
    return found.some(covers(exemption))
      ? []
      : [
          {
            policy,
            level: 'advisory',
            subject,
            message: 'is exempt and does not need to be: remove it from policies.exemptions',
          },
        ];
  });
  const left = found.filter((finding) => !valid.some((exemption) => covers(exemption)(finding)));
  return [...left, ...aboutExemptions].sort(
    (a, b) => Number(a.level === 'advisory') - Number(b.level === 'advisory'),
  );
}

/** A finding as people read it. */
export const describeFinding = ({ policy, level, subject, message }: Finding): string =>
  `${level} ${policy}: ${subject} ${message}`;
