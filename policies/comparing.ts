/** Policies that need two versions to judge, so that a review alone holds them. Their level cannot be changed. */
export const COMPARING_POLICIES = {
  loosening: {
    name: 'loosening-is-approved',
    rule: 'A change that violates a policy does not loosen it by level, limit or exemption, unless `policies.approvals` names who else agreed.',
    reason: 'Whoever needs a guard gone is not the one to take it away.',
  },
} as const;
