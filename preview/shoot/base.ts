import type { DashboardEntry } from '../model/dashboard.ts';
import { fromCode, PROJECT } from '../sources.ts';
import { withCheckout } from './checkout.ts';

/**
 * The dashboards of another commit, built by that commit's own code with the packages installed here.
 * @throws PreviewError where git does not know the ref, or its dashboards do not build.
 */
export async function dashboardsAt(ref: string, project = PROJECT): Promise<DashboardEntry[]> {
  return await withCheckout(ref, project, (checkout) => fromCode(checkout).load());
}
