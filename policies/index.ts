import { listed } from '../lib/list-names.ts';
import { POLICIES } from './policies.ts';
import type { Level, Policy, PolicyFacts } from './policy.ts';
import { type PoliciesSettings, policiesSettings } from './settings.ts';

export { pagersOf } from '../notifications/receivers.ts';
export { COMPARING_POLICIES } from './comparing.ts';
export { estimatedSeries } from './cost.ts';
export { ingressPage, machinePage, namespacePage, rangePage, routePage } from './pages.ts';
export { POLICIES } from './policies.ts';
export type {
  Level,
  PageFacts,
  Policy,
  PolicyFacts,
  Scope,
  ScrapedJob,
  ShortWindow,
  Violation,
  WorkloadFacts,
} from './policy.ts';
export { sender } from './sent.ts';
export { type PoliciesSettings, policiesSettings } from './settings.ts';
export { estimatedSamples } from './storage.ts';

export interface Finding {
  readonly policy: string;
  readonly level: Level;
  readonly subject: string;
  readonly message: string;
}

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
  const found = policies.flatMap((policy) => violationsOf(policy, facts, settings));
  const left = withoutExempt(found, settings, today);
  const needless = validExemptions(settings, today)
    .filter((exemption) => !found.some(covers(exemption)))
    .map(
      ({ policy, subject }): Finding => ({
        policy,
        level: 'advisory',
        subject,
        message: 'is exempt and does not need to be: remove it from policies.exemptions',
      }),
    );
  return [...left, ...expiredExemptions(settings, today), ...needless].sort(
    (a, b) => Number(a.level === 'advisory') - Number(b.level === 'advisory'),
  );
}

/** What violates one policy, exempt or not. */
export function violationsOf(policy: Policy, facts: PolicyFacts, settings: PoliciesSettings): Finding[] {
  const level = levelOf(policy, facts.production, settings);
  // Label sets of one alert violate a policy together.
  const violations = new Map(policy.check(facts, settings.limits).map((each) => [each.subject, each]));
  return [...violations.values()].map((each) => ({ policy: policy.name, level, ...each }));
}

/** Level of a policy in a stack. */
export const levelOf = (policy: Policy, production: boolean, settings: PoliciesSettings): Level =>
  settings.levels[policy.name] ?? policy.level[production ? 'production' : 'otherwise'];

/** The findings that no exemption takes away. */
export function withoutExempt(
  findings: readonly Finding[],
  settings: PoliciesSettings,
  today = new Date(),
): Finding[] {
  const valid = validExemptions(settings, today);
  return findings.filter((finding) => !valid.some((exemption) => covers(exemption)(finding)));
}

/** A mandatory finding for every exemption whose last day is over. */
export function expiredExemptions(settings: PoliciesSettings, today = new Date()): Finding[] {
  return settings.exemptions
    .filter(({ expires }) => expires < dayOf(today))
    .map(({ policy, subject, owner, expires }) => ({
      policy,
      level: 'mandatory',
      subject,
      message: `the exemption of ${owner} expired on ${expires}: comply, or agree on another day in policies.exemptions`,
    }));
}

type Exemption = PoliciesSettings['exemptions'][number];

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

const validExemptions = (settings: PoliciesSettings, today: Date): readonly Exemption[] =>
  settings.exemptions.filter(({ expires }) => expires >= dayOf(today));

const covers =
  (exemption: Exemption) =>
  ({ policy, subject }: Finding): boolean =>
    policy === exemption.policy && subject === exemption.subject;

/**
 * Findings of one cause in one: those of a policy that say the same, such as one for each critical alert where no
 * receiver pages. Its subject names five and counts the rest.
 */
export function groupFindings<F extends Finding>(findings: readonly F[]): readonly F[] {
  const cause = ({ subject: _, ...rest }: F) => JSON.stringify(rest);
  return [...Map.groupBy(findings, cause).values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    const subjects = [first, ...others].map(({ subject }) => subject);
    return { ...first, subject: `each of ${listed(subjects)}` };
  });
}

/** A finding as people read it. */
export const describeFinding = ({ policy, level, subject, message }: Finding): string =>
  `${level} ${policy}: ${subject} ${message}`;
