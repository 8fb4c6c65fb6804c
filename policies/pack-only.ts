/** Policies that only the pack has a use for, since the program cannot break them. */
export const PACK_POLICIES = {
  complete: {
    name: 'stack-is-complete',
    rule: 'The rule files, Alertmanager’s configuration and the retention of the stack’s own Prometheus stand in some resource.',
    reason: 'What is not there cannot be judged, and must not pass for that.',
  },
  exemptions: {
    name: 'exemption-is-current',
    rule: 'No exemption has expired.',
    reason: 'An exemption without an end is a policy that was given up.',
  },
} as const;
