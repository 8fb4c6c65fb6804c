import { describe, expect, test } from 'vitest';
import { BASE, reviewed, versionOf } from './versions.ts';

const LATE = { rules: { alerts: { RedisDown: { for: '20m' } } } };
const APPROVED = {
  policy: 'critical-alert-is-prompt',
  owner: 'redis',
  approver: 'platform',
  reason: 'the failover takes this long until the upgrade',
};

const LOOSENED: readonly [string, Record<string, unknown>][] = [
  ['by its limit', { limits: { criticalFor: '30m' } }],
  ['by its level', { levels: { 'critical-alert-is-prompt': 'advisory' } }],
  [
    'by an exemption',
    {
      exemptions: [
        {
          policy: 'critical-alert-is-prompt',
          subject: 'RedisDown',
          owner: 'redis',
          reason: 'flaps during the nightly import',
          expires: '2099-01-01',
        },
      ],
    },
  ],
];

const mandatory = (after = BASE, before = BASE) =>
  reviewed(after, before).findings.flatMap(({ level, policy, subject }) =>
    level === 'mandatory' ? [`${policy} ${subject}`] : [],
  );

describe.each(LOOSENED)('a policy that is loosened %s', (_how, policies) => {
  test('in the change that needs it is refused', () => {
    const found = reviewed(versionOf({ ...LATE, policies }));
    expect(found.verdict.level).toBe('refused');
    expect(found.findings.filter(({ level }) => level === 'mandatory')).toEqual([
      expect.objectContaining({
        policy: 'loosening-is-approved',
        subject: 'critical-alert-is-prompt',
        message: expect.stringMatching(/^is loosened \(.+\) by the change that violates it \(RedisDown\): /),
      }),
    ]);
  });

  test('is for a reviewer to see where somebody else agreed', () => {
    const after = versionOf({ ...LATE, policies: { ...policies, approvals: [APPROVED] } });
    expect(reviewed(after).verdict.level).toBe('look');
    expect(mandatory(after)).toEqual([]);
  });

  test('in a change of its own is for a reviewer to see', () => {
    const found = reviewed(versionOf({ policies }));
    expect(found.verdict.level).toBe('look');
    expect(mandatory(versionOf({ ...LATE, policies }), versionOf({ policies }))).toEqual([]);
  });
});

test('an approval of an earlier change does not approve the next', () => {
  const [, policies] = LOOSENED[0] ?? [];
  const approvals = [APPROVED];
  const before = versionOf({ policies: { approvals } });
  expect(mandatory(versionOf({ ...LATE, policies: { ...policies, approvals } }), before)).toEqual([
    'loosening-is-approved critical-alert-is-prompt',
  ]);
});

test('what was needed and known before is no new need', () => {
  const policies = { levels: { 'critical-alert-is-prompt': 'advisory' } };
  expect(mandatory(versionOf({ ...LATE, policies }), versionOf(LATE))).toEqual([]);
});

test('a base of older code is compared as far as it goes, and the rest is said', () => {
  const { declared, ...facts } = BASE.facts ?? {};
  const old = { ...BASE, facts: facts as NonNullable<typeof BASE.facts> };
  expect(reviewed(versionOf({ ...LATE, policies: LOOSENED[0]?.[1] }), old).notes).toEqual([
    'base is described by older code: silences, settings of policies, secrets and declared metrics are not compared, and that a policy was loosened is not seen',
  ]);
  const { strict, secrets, ...rest } = declared ?? {};
  const older = { ...old, facts: { ...old.facts, declared: rest as NonNullable<typeof declared> } };
  expect(reviewed(BASE, older).changes).toEqual([]);
  expect(reviewed(BASE, older).notes).toEqual([
    'base is described by older code: secrets, whether a policy was loosened are not compared',
  ]);
});
