import { accessSync, constants, globSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { isThisMachine } from '../platforms/kinds.ts';
import type { Account, Addressing } from '../platforms/workload.ts';
import { keyOf, leaves, remove, type Settings, set, setSecret } from './settings/index.ts';

/**
 * Files that the user's own parts of `prometheus.yml` name, and that Prometheus would not find: nothing is mounted for
 * them. A process of this machine sees the machine's files; a container sees none of them.
 * @returns a line for each, with its key, the path and what does instead.
 */
export function unseenFiles(
  settings: Settings,
  platform: Pick<Addressing, 'kind' | 'account'>,
): readonly string[] {
  const { scrapeConfigs, remoteWrite } = settings.prometheus;
  return Object.entries({ scrapeConfigs, remoteWrite }).flatMap(([list, entries]) =>
    leaves(entries, ['prometheus', list]).flatMap(({ path, value }) => {
      if (!isRead(path) || typeof value !== 'string') return [];
      const why = unseen(value, settings, platform);
      if (why === undefined) return [];
      return [`${keyOf(path)} is "${value}", but ${why}. ${instead(path, settings.stack)}`];
    }),
  );
}

/** Whether what stands at a path is the name of a file that Prometheus reads. */
function isRead(path: readonly PropertyKey[]): boolean {
  const key = String(path.at(-1));
  if (/_file(_path)?$/.test(key)) return key !== 'scrape_failure_log_file';
  return path.at(-2) === 'files' && (path.at(-4) === 'file_sd_configs' || path.at(-4) === 'http_headers');
}

function unseen(
  file: string,
  settings: Settings,
  { kind, account }: Pick<Addressing, 'kind' | 'account'>,
): string | undefined {
  if (!isThisMachine(kind)) {
    if (account !== undefined && isAccounts(file, account, settings)) return undefined;
    return `nothing is mounted there: Prometheus runs in a container, which sees no file of yours`;
  }
  if (!isAbsolute(file)) return 'must be an absolute path: Prometheus runs in a folder of the stack';
  const found = /[*?[]/.test(file) ? globSync(file) : [file];
  if (found.length === 0) return 'no file of this machine has such a name';
  const missing = found.find((each) => !readable(each));
  return missing === undefined ? undefined : `there is no such file on this machine that can be read`;
}

/** The token of a pod's account is mounted where something is looked for in the cluster. */
function isAccounts(file: string, { token, authority }: Account, { discovery }: Settings): boolean {
  const { services, pods, nodes } = discovery.kubernetes;
  return (services || pods || nodes) && (file === token || file === authority);
}

function readable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Keys that take the content of a file instead. https://prometheus.io/docs/prometheus/latest/configuration/configuration/ */
const CONTENT_KEYS: Readonly<Record<string, { readonly key: string; readonly secret: boolean }>> = {
  ca_file: { key: 'ca', secret: false },
  cert_file: { key: 'cert', secret: false },
  key_file: { key: 'key', secret: true },
  username_file: { key: 'username', secret: false },
  password_file: { key: 'password', secret: true },
  credentials_file: { key: 'credentials', secret: true },
  bearer_token_file: { key: 'bearer_token', secret: true },
  client_secret_file: { key: 'client_secret', secret: true },
};

function instead(path: readonly PropertyKey[], stack: string): string {
  const away = remove(keyOf(path), stack);
  if (path.includes('file_sd_configs'))
    return `Put the targets into targets.d/<job>.yaml, which Prometheus is given, and remove the entry: ${remove(keyOf(path.slice(0, 3)), stack)}`;
  if (path.includes('http_headers')) {
    const secrets = keyOf([...path.slice(0, -2), 'secrets', path.at(-1) ?? 0]);
    return `Give its content, encrypted, and remove the file: ${setSecret(secrets, stack)}; ${away}`;
  }
  const content = CONTENT_KEYS[String(path.at(-1))];
  if (content === undefined) return `Remove it: ${away}`;
  const key = keyOf([...path.slice(0, -1), content.key]);
  const command = content.secret ? setSecret(key, stack) : set(key, '<content>', stack);
  return `Give its content instead${content.secret ? ', encrypted' : ''}, and remove the file: ${command}; ${away}`;
}
