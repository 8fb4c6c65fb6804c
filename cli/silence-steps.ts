import { STACK } from '../catalogue/stack.ts';
import { type AlertmanagerClient, alertmanagerClient } from '../lib/alertmanager-client.ts';
import { parseEndpoint } from '../lib/endpoint.ts';
import { applySilences, describePlan, planSilences, type SilencePlan } from '../notifications/index.ts';
import type { Addressing } from '../platforms/workload.ts';
import type { Settings } from '../stack/settings/index.ts';

type Silenced = Pick<Settings, 'notifications'>;

/**
 * Has Alertmanager hold the silences of the settings: creates what is new, changes what is different, ends what
 * the settings no longer have. Silences that somebody made by hand stay.
 * @returns what was done, and which silences are over and can go, a line each.
 * @throws AlertmanagerError where Alertmanager does not answer or refuses.
 */
export async function settleSilences(
  { notifications: { silences } }: Silenced,
  platform: Pick<Addressing, 'url'>,
): Promise<readonly string[]> {
  const alertmanager = alertmanagerOf(platform);
  const plan = planSilences(silences, await alertmanager.silences(), new Date());
  await applySilences(plan, alertmanager);
  return describePlan(plan);
}

/** What `settleSilences` would do. */
export async function foreseeSilences(
  { notifications: { silences } }: Silenced,
  platform: Pick<Addressing, 'url'>,
): Promise<SilencePlan> {
  return planSilences(silences, await alertmanagerOf(platform).silences(), new Date());
}

/** What there is to do before an Alertmanager runs: it holds none. */
export const foreseeFirstSilences = ({ notifications: { silences } }: Silenced): SilencePlan =>
  planSilences(silences, [], new Date());

const alertmanagerOf = (platform: Pick<Addressing, 'url'>): AlertmanagerClient =>
  alertmanagerClient(parseEndpoint(platform.url('alertmanager', STACK.alertmanager.port)), {
    hint: 'Its silences are not those of the settings. When it runs: make silences',
  });
