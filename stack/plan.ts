import { stackParts, workloadsOf } from '../components/stack-parts.ts';
import { addressing, replicasOf } from './addressing.ts';
import { checkedStack } from './checked.ts';
import { createPlatform } from './platform.ts';
import { enforcePolicies } from './policies.ts';
import type { Settings } from './settings/index.ts';
import type { TransformedStack } from './transformation.ts';

/** Everything that the program needs: settings checked, files rendered and accepted by the tools that read them. */
export interface Plan extends TransformedStack {
  /** Policies that are not kept and need not be, and what may be wrong with files of users, a line each. */
  readonly advice: readonly string[];
  /** What is open between workloads and others, a line each. Default: it is not known. */
  readonly openings?: readonly string[];
  /** What of the advice is about files of users. */
  readonly warnings: readonly string[];
}

/**
 * Plans a stack, and touches nothing.
 * @param root the project's folder, absolute.
 * @throws SettingsError, RulesError, DashboardsError, TransformError, PolicyError or ToolsError with everything that is wrong.
 */
export async function planStack(settings: Settings, root: string): Promise<Plan> {
  const { files, plan } = await checkedStack(settings, addressing(settings, root), root);
  const { transformation, transform } = plan;
  const { platform, own } = await createPlatform(settings, root, transform);
  const replicas = replicasOf(settings);
  const warnings = [...files.warnings, ...(transformation?.notes ?? [])];
  const planned: Plan = {
    settings,
    platform,
    own,
    replicas,
    files,
    warnings,
    advice: [],
    ...(transform !== undefined && { transform }),
    ...(transformation !== undefined && { transformation }),
  };
  const openings = platform.openings?.(workloadsOf(stackParts(planned))) ?? [];
  return { ...planned, advice: [...warnings, ...enforcePolicies(planned, files)], openings };
}
