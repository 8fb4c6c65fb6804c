import { POLICIES } from './all.ts';
import { policiesSettings } from './settings.ts';

/** `docs/policies.md`, from the policies. */
export function renderPolicies(): string {
  const { limits } = policiesSettings.parse({});
  return [
    '# Policies',
    '',
    'Checked before the first resource by `make preview` and `make up`. A mandatory policy stops them, an advisory',
    'one is printed. `policies.levels` changes the level for a stack.',
    '',
    '| policy | what must be so | why | in production | elsewhere |',
    '| --- | --- | --- | --- | --- |',
    ...POLICIES.map(
      ({ name, rule, reason, level }) =>
        `| \`${name}\` | ${rule} | ${reason} | ${level.production} | ${level.otherwise} |`,
    ),
    '',
    `Limits, under \`policies.limits\`: ${Object.entries(limits)
      .map(([key, value]) => `\`${key}\` ${value}`)
      .join(', ')}.`,
    '',
    '## Exemptions',
    '',
    'A violation that is known and owned stands in the stack’s settings, with the subject as the finding names it:',
    '',
    '```yaml',
    'feature-store-monitoring:policies:',
    '  exemptions:',
    '    - policy: critical-alert-is-prompt',
    '      subject: CheckoutDown',
    '      owner: checkout',
    '      reason: flaps during the nightly import until the importer is replaced',
    '      expires: 2027-01-31',
    '```',
    '',
    'After its last day an exemption is a mandatory finding itself; one that nothing needs is an advisory one.',
    '',
    'Written from the policies: `node policies/write.ts`.',
    '',
  ].join('\n');
}
