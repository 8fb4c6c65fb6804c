import { setSecret } from '../../lib/setting-commands.ts';
import type { RawSettings } from './schema.ts';

/**
 * Remote storage at Azure Monitor of which half is written. Prometheus wants the client's secret beside its id, and
 * reads it from `prometheus.yml` alone (Prometheus v0.315.0, storage/remote/azuread), so that the file names no key.
 */
export function azureProblems({ prometheus }: Pick<RawSettings, 'prometheus'>, stack: string): string[] {
  return prometheus.remoteWrite.flatMap((entry, index) => {
    const oauth = (entry.azuread as { readonly oauth?: unknown } | undefined)?.oauth;
    if (oauth === null || typeof oauth !== 'object' || 'client_secret' in oauth) return [];
    const key = `prometheus.remoteWrite[${index}].azuread.oauth.client_secret`;
    return [
      `${key} is missing, but Prometheus needs it beside client_id and tenant_id. Set it: ${setSecret(key, stack)}`,
    ];
  });
}
