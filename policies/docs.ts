import { POLICIES } from './all.ts';
import { PACK_POLICIES } from './pack/own.ts';
import { policiesSettings } from './settings.ts';

/** `docs/policies.md`, from the policies. */
export function renderPolicies(): string {
  const { limits } = policiesSettings.parse({});
  return [
    '# Policies',
    '',
    'Checked before the first resource by `make preview` and `make up`. A mandatory policy stops them, an advisory',
    'one is printed. `policies.levels` changes the level for a stack. What a policy says of a violation ends with how',
    'to comply.',
    '',
    '| policy | what must be so | why | in production | elsewhere |',
    '| --- | --- | --- | --- | --- |',
    ...POLICIES.map(
      ({ name, rule, reason, level }) =>
        `| \`${name}\` | ${rule} | ${reason} | ${level.production} | ${level.otherwise} |`,
    ),
    ...Object.values(PACK_POLICIES).map(
      ({ name, rule, reason }) => `| \`${name}\` (pack) | ${rule} | ${reason} | mandatory | mandatory |`,
    ),
    '',
    `Limits, under \`policies.limits\`: ${Object.entries(limits)
      .map(([key, value]) => `\`${key}\` ${value}`)
      .join(', ')}.`,
    '',
    '## The policy pack',
    '',
    'The same policies hold what the engine is about to make, whoever runs it:',
    '',
    '```sh',
    'pulumi preview --stack prod --policy-pack policies/pack',
    'pulumi up --stack prod --policy-pack policies/pack',
    '```',
    '',
    'The pack reads the inputs of resources back: rule files and `alertmanager.yml` in ConfigMaps, volumes and',
    'folders, `PrometheusRule` objects, arguments, security settings, images. It compares them with what the stack’s',
    'settings and `rules.d/` declare, so a threshold that is loosened after rendering (by a transform, or in a template)',
    'is refused as well.',
    'Levels, limits and exemptions are those of the stack. Policies that need one resource alone judge it before it is',
    'made; those that compare several judge at the end of the preview, so keep the preview that `pulumi up` begins',
    'with. A pack judges the program of its own checkout. It needs Node 24: the one of `npm ci` is in',
    '`node_modules/.bin`.',
    '',
    'What it cannot see: whether a value that stands where secrets belong (in a Secret, or in `secureJsonDataEncoded` of',
    'a data source) is marked as a secret, since the engine unwraps it first; the credentials of providers; and how long',
    'the Prometheus of a cluster’s operator keeps samples, which its `Prometheus` resource says.',
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
