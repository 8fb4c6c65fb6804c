import { z } from 'zod';
import { day, interval } from '../lib/forms.ts';
import { nearest } from '../lib/nearest.ts';
import { POLICIES } from './policies.ts';
import { LEVELS } from './policy.ts';

const NAMES = POLICIES.map(({ name }) => name);

const policyName = z.string().superRefine((name, context) => {
  if (NAMES.includes(name)) return;
  const near = nearest(name, NAMES);
  context.addIssue({
    code: 'custom',
    message: `the name of a policy${near ? `; did you mean ${near}?` : `: ${NAMES.join(', ')}`}`,
  });
});

const exemption = z.strictObject({
  policy: policyName.describe('The policy that is not kept.'),
  subject: z.string().min(1).describe('Alert, SLO, receiver, workload or file, as the finding names it.'),
  owner: z.string().min(1).describe('Who answers for it.'),
  reason: z.string().min(10, { message: 'a reason of at least 10 characters' }),
  expires: day.describe('Its last day; after it the exemption fails.'),
});

const approval = z
  .strictObject({
    policy: policyName.describe('The policy that is loosened: by its level, a limit or an exemption.'),
    owner: z.string().min(1).describe('Who asks for it.'),
    approver: z.string().min(1).describe('Who agreed: somebody else.'),
    reason: z.string().min(10, { message: 'a reason of at least 10 characters' }),
  })
  .refine(({ owner, approver }) => owner.trim().toLowerCase() !== approver.trim().toLowerCase(), {
    message: 'approver must be somebody else than owner',
  });

/** Settings of the policies. */
export const policiesSettings = z
  .strictObject({
    levels: z
      .record(policyName, z.enum(LEVELS))
      .default({})
      .describe('Level by name of the policy: mandatory stops, advisory is printed.'),
    exemptions: z.array(exemption).prefault([]).describe('Violations that are known, owned and end.'),
    approvals: z
      .array(approval)
      .prefault([])
      .describe('Policies that are loosened in the same change that needs it, with who agreed.'),
    limits: z
      .strictObject({
        criticalFor: interval.default('5m').describe('Longest `for` of a critical alert.'),
        maintenanceHours: z
          .number()
          .min(0)
          .max(168)
          .default(24)
          .describe(
            'Most hours a week for which planned maintenance may keep a critical alert from every pager.',
          ),
        recordingRules: z.int().min(1).default(400),
        recordedSeries: z.int().min(1).default(5000),
      })
      .prefault({}),
  })
  .prefault({});

export type PoliciesSettings = z.output<typeof policiesSettings>;
