import type { Policies, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import {
  expiredExemptions,
  type Finding,
  levelOf,
  POLICIES,
  type Policy,
  violationsOf,
  withoutExempt,
} from '../index.ts';
import { type Declared, factsOf } from './facts.ts';
import { readInputs } from './inputs.ts';
import { PACK_POLICIES } from './own.ts';

/**
 * Every policy as CrossGuard knows them. Inputs are judged, never outputs: the engine shows the first to
 * policies of resources alone, so those also keep them for the policies of the stack.
 */
export function crossGuardPolicies(declared: Declared, policies: readonly Policy[] = POLICIES): Policies {
  const seen = new Map<string, ReturnType<typeof readInputs>>();
  const settings = declared.settings.policies;
  const { production } = declared.settings;
  let together: ReturnType<typeof factsOf> | undefined;
  const wholeStack = () => {
    together ??= factsOf([...seen.values()], declared);
    return together;
  };
  const findings = (policy: Policy, { facts }: ReturnType<typeof factsOf>): readonly Finding[] =>
    withoutExempt(violationsOf(policy, facts, settings), settings);
  const described = ({ name, rule, reason }: Pick<Policy, 'name' | 'rule' | 'reason'>) => ({
    name,
    description: `${rule} ${reason}`,
  });

  const ofResource = (policy: Policy): ResourceValidationPolicy => ({
    ...described(policy),
    enforcementLevel: levelOf(policy, production, settings),
    validateResource: ({ urn, ...resource }, report) => {
      const inputs = readInputs(resource);
      seen.set(urn, inputs);
      together = undefined;
      for (const { subject, message } of findings(policy, factsOf([inputs], declared)))
        report(`${subject} ${message}`);
    },
  });
  const ofStack = (policy: Policy): StackValidationPolicy => ({
    ...described(policy),
    enforcementLevel: levelOf(policy, production, settings),
    validateStack: (_stack, report) => {
      if (wholeStack().missing.length > 0) return;
      for (const { subject, message } of findings(policy, wholeStack())) report(`${subject} ${message}`);
    },
  });
  return [
    ...policies.map((policy) => (policy.scope === 'resource' ? ofResource(policy) : ofStack(policy))),
    {
      ...described(PACK_POLICIES.complete),
      enforcementLevel: 'mandatory',
      validateStack: (_stack, report) => {
        for (const what of wholeStack().missing) {
          report(`${what} stands in no resource, so the rest could not be judged: leave it where it is`);
        }
      },
    },
    {
      ...described(PACK_POLICIES.exemptions),
      enforcementLevel: 'mandatory',
      validateStack: (_stack, report) => {
        for (const { policy, subject, message } of expiredExemptions(settings))
          report(`${policy}: ${subject} ${message}`);
      },
    },
  ];
}
