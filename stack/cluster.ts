import { type MonitoringStackArgs, stackParts, workloadsOf } from '../components/stack-parts.ts';
import { sentence } from '../lib/sentence.ts';
import { drivenSite } from './site.ts';

/** What a cluster has already, and the stack must not take over. Nothing has been touched when it is thrown. */
export class OwnershipError extends Error {
  override readonly name = 'OwnershipError';
}

/**
 * Makes sure that a stack takes over only what it made itself: asked of the cluster before the engine is.
 * @param root the project's folder, absolute.
 * @throws OwnershipError naming each object and the setting that avoids it; KubectlError where the cluster cannot be
 * asked.
 */
export async function checkOwnership(plan: MonitoringStackArgs, root: string): Promise<void> {
  const { driver, site } = await drivenSite(plan.settings, root);
  const found = await driver.foreignObjects(site, workloadsOf(stackParts(plan)));
  if (found.length > 0)
    throw new OwnershipError(
      `The cluster has objects of others, and nothing was changed.\n${found.map((line) => `  - ${sentence(line)}`).join('\n')}`,
    );
}
