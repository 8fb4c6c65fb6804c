import type { MonitoringStackArgs } from '../components/stack-parts.ts';
import { transformFile } from './transform-file.ts';
import type { TransformedStack } from './transformation.ts';

/**
 * A stack with the transform beside its file, judged on every resource before any is registered. The SDKs of the engine and
 * of the platforms, which are large, are loaded only where there is one.
 * @param root the project's folder, absolute.
 * @throws TransformError naming the file.
 */
export async function withTransform<P extends MonitoringStackArgs>(
  plan: P,
  root: string,
): Promise<P & TransformedStack> {
  if (transformFile(plan.settings.stack, root) === undefined) return plan;
  const { transformationOf } = await import('./transformed.ts');
  const transformation = await transformationOf(plan, root);
  return transformation === undefined
    ? plan
    : { ...plan, transform: transformation.transform, transformation };
}
