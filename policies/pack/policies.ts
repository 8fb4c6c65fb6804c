import type {
  Policies,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from '@pulumi/policy';
import { scrapedJobs, shortWindows } from '../../stack/intervals.ts';
import { currentSilences } from '../../stack/silences.ts';
import {
  expiredExemptions,
  type Finding,
  groupFindings,
  levelOf,
  POLICIES,
  type Policy,
  violationsOf,
  withoutExempt,
} from '../index.ts';
import { PACK_POLICIES } from '../pack-only.ts';
import { type Declared, factsOf, type Known } from '../resources/facts.ts';
import { known, readInputs } from '../resources/inputs.ts';

type Facts = ReturnType<typeof factsOf>;

/** A resource that was judged, and the text of its properties as they were then. */
interface Seen {
  readonly text: string;
  readonly inputs: ReturnType<typeof readInputs>;
  readonly facts: Facts;
}

/** Which resources are judged. */
interface Judged {
  /** What their names begin with, and is no part of what findings call them. Default: nothing, and all are judged. */
  readonly prefix?: string;
}

/**
 * Every policy as CrossGuard knows them. Inputs are judged, never outputs: the engine shows the first to
 * policies of resources alone, so those also keep them for the policies of the stack.
 */
export function crossGuardPolicies(declared: Declared, { prefix = '' }: Judged = {}): Policies {
  const seen = new Map<string, Seen>();
  const settings = declared.settings.policies;
  const { production } = declared.settings;
  const all: Known = {
    ...declared,
    silences: currentSilences(declared.settings),
    shortWindows: shortWindows(declared.settings, declared.rules),
    scraped: scrapedJobs(declared.settings),
  };
  let together: Facts | undefined;
  const wholeStack = () => {
    together ??= factsOf(
      [...seen.values()].map(({ inputs }) => inputs),
      all,
    );
    return together;
  };
  // Each policy is asked about the same resource in turn: it is read once.
  const look = ({ urn, type, name: full, props }: ResourceValidationArgs): Facts => {
    if (!full.startsWith(prefix)) return factsOf([], all);
    const name = full.slice(prefix.length);
    const plain = known(props);
    const text = JSON.stringify(plain);
    const before = seen.get(urn);
    if (before?.text === text) return before.facts;
    const inputs = readInputs({ type, name, props: plain });
    const facts = factsOf([inputs], all);
    seen.set(urn, { text, inputs, facts });
    together = undefined;
    return facts;
  };
  const findings = (policy: Policy, { facts }: Facts): readonly Finding[] =>
    withoutExempt(violationsOf(policy, facts, settings), settings);
  const described = ({ name, rule, reason }: Pick<Policy, 'name' | 'rule' | 'reason'>) => ({
    name,
    description: `${rule} ${reason}`,
  });

  const ofResource = (policy: Policy): ResourceValidationPolicy => ({
    ...described(policy),
    enforcementLevel: levelOf(policy, production, settings),
    validateResource: (resource, report) => {
      for (const { subject, message } of groupFindings(findings(policy, look(resource))))
        report(`${subject} ${message}`);
    },
  });
  const ofStack = (policy: Policy): StackValidationPolicy => ({
    ...described(policy),
    enforcementLevel: levelOf(policy, production, settings),
    validateStack: (_stack, report) => {
      if (wholeStack().missing.length > 0) return;
      for (const { subject, message } of groupFindings(findings(policy, wholeStack())))
        report(`${subject} ${message}`);
    },
  });
  return [
    ...POLICIES.map((policy) => (policy.scope === 'resource' ? ofResource(policy) : ofStack(policy))),
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
