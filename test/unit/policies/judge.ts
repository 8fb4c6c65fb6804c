import type {
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from '@pulumi/policy';
import { crossGuardPolicies } from '../../../policies/pack/policies.ts';
import type { Declared } from '../../../policies/resources/facts.ts';
import type { Resource } from '../../../policies/resources/reader.ts';

/** What the pack says of resources, asked in the order in which the engine asks: `policy: message`. */
export function judge(declared: Declared, resources: readonly Resource[]): string[] {
  const said: string[] = [];
  const policies = crossGuardPolicies(declared);
  for (const resource of resources) {
    const args = { ...resource, urn: `urn:${resource.type}::${resource.name}` };
    for (const policy of policies) {
      const { validateResource: validate } = policy as ResourceValidationPolicy;
      if (typeof validate !== 'function') continue;
      validate(args as unknown as ResourceValidationArgs, (text) => said.push(`${policy.name}: ${text}`));
    }
  }
  for (const policy of policies) {
    const { validateStack } = policy as StackValidationPolicy;
    validateStack?.({ resources: [] } as unknown as StackValidationArgs, (text) =>
      said.push(`${policy.name}: ${text}`),
    );
  }
  return said;
}

/** Resources with a text replaced in the inputs of every one whose name and type match. */
export function edited(resources: readonly Resource[], where: RegExp, from: string, to: string): Resource[] {
  let found = false;
  const edit = (value: unknown): unknown => {
    if (typeof value === 'string') {
      found ||= value.includes(from);
      return value.replaceAll(from, to);
    }
    if (Array.isArray(value)) return value.map(edit);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, edit(inner)]));
  };
  const after = resources.map((resource) =>
    where.test(`${resource.type} ${resource.name}`) ? { ...resource, props: edit(resource.props) } : resource,
  );
  if (!found) throw new Error(`no resource has ${from}`);
  return after;
}
