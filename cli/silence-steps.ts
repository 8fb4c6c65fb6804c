import { STACK } from '../catalogue/services.ts';
import {
  applySilences,
  describePlan,
  fetchSilences,
  planSilences,
  type SilencePlan,
} from '../notifications/index.ts';
import type { Addressing } from '../platforms/workload.ts';
import type { Settings } from '../stack/settings/index.ts';

type Silenced = Pick<Settings, 'notifications'>;

/**
 * Has Alertmanager hold the silences of the settings: creates what is new, changes what is different, ends what
 * the settings no longer have. Silences that somebody made by hand stay.
 * @returns what was done, and which silences are over and can go, a line each.
 * @throws SilencesError where Alertmanager does not answer or refuses.
 */
export async function settleSilences(
  { notifications: { silences } }: Silenced,
  platform: Pick<Addressing, 'url'>,
): Promise<readonly string[]> {
  const url = alertmanagerUrl(platform);
  const plan = planSilences(silences, await fetchSilences(url), new Date());
  await applySilences(plan, url);
  return describePlan(plan);
}

/** What `settleSilences` would do. */
export async function foreseeSilences(
  { notifications: { silences } }: Silenced,
  platform: Pick<Addressing, 'url'>,
): Promise<SilencePlan> {
  return planSilences(silences, await fetchSilences(alertmanagerUrl(platform)), new Date());
}

/** What there is to do before an Alertmanager runs: it holds none. */
export const foreseeFirstSilences = ({ notifications: { silences } }: Silenced): SilencePlan =>
  planSilences(silences, [], new Date());

const alertmanagerUrl = (platform: Pick<Addressing, 'url'>): string =>
  platform.url('alertmanager', STACK.alertmanager.port);
