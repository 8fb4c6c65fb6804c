import { kubernetesPlatform } from '../../../platforms/kubernetes/platform.ts';
import type { Resource } from '../../../policies/resources/reader.ts';
import { kubernetesOptions } from '../../../stack/addressing.ts';
import { policyFindings } from '../../../stack/policies.ts';
import { monitoring } from '../../../stack/program.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { registeredBy as everythingOf } from '../registered.ts';
import { type DeclaredStack, planned } from './resources.ts';

/** `SigKey` of the engine: what marks a value that must be encrypted. */
const MARK = '4dabf18193072939515e22adb298388d';

/** Such an input as it leaves the program. */
export const isSecret = (value: unknown): value is { readonly value: unknown } =>
  typeof value === 'object' && value !== null && MARK in value;

/** What a program registers, with its secrets marked. */
export async function registeredBy(program: () => unknown): Promise<readonly Resource[]> {
  return (await everythingOf(program)).map(({ type, name, inputs }) => ({ type, name, props: inputs }));
}

/** A stack in a cluster with settings of its own, as the real program registers it and the engine unwraps it. */
export async function registeredWith(input: object): Promise<DeclaredStack> {
  const settings = parseSettings(
    {
      platform: 'kubernetes',
      trial: true,
      demo: { enabled: false },
      notifications: {
        slack: { webhookUrl: 'https://hooks.slack.example/canary' },
        pagerduty: { routingKey: '0123456789abcdef0123456789abcdef' },
        heartbeat: { url: 'https://heartbeat.example/canary' },
      },
      ...input,
    },
    { stack: 'test' },
  );
  const plan = planned(settings, kubernetesPlatform(kubernetesOptions(settings)));
  const resources = await registeredBy(monitoring({ ...plan, advice: [], warnings: [] }));
  return {
    declared: { settings, rules: plan.files.ruleSet },
    resources: resources.map((resource) => ({ ...resource, props: unwrapped(resource.props) })),
    findings: policyFindings(plan, plan.files),
  };
}

function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isSecret(value)) return unwrapped(value.value);
  if (Array.isArray(value)) return value.map(unwrapped);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}
