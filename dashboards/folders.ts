import { createHash } from 'node:crypto';
import type { Dashboard } from './dashboard.ts';
import type { DashboardsSettings, FolderKey } from './settings.ts';

/** A folder in Grafana: one of the settings, or one that a folder of the user's files becomes. */
export interface DashboardFolder {
  /** Name on disk, and the end of its uid: small letters, digits and dashes. */
  readonly name: string;
  /** Whose settings say its rights. */
  readonly key: FolderKey;
  /** Its title, where the settings do not say it. */
  readonly ownTitle?: string;
}

/** Longest name of a user's folder here: with what stands before it, a uid has 40 characters at most. */
const LONGEST = 20;
const HASHED = 8;

/** The folder of a dashboard. */
export function folderOf({ folder, within }: Pick<Dashboard, 'folder' | 'within'>): DashboardFolder {
  return within === undefined
    ? { name: folder, key: folder }
    : { name: `${folder}-${nameOf(within)}`, key: folder, ownTitle: within };
}

/** A name as it stands, where it is one for files and uids everywhere; otherwise as much of it, with a hash. */
function nameOf(within: string): string {
  const plain = within
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  if (plain === within && plain.length <= LONGEST) return plain;
  const hash = createHash('sha256').update(within).digest('hex').slice(0, HASHED);
  return [plain.slice(0, LONGEST - HASHED - 1).replace(/-$/, ''), hash]
    .filter((part) => part !== '')
    .join('-');
}

/** Folders that hold a dashboard, each once. */
export function foldersOf(dashboards: readonly Dashboard[]): DashboardFolder[] {
  return [...new Map(dashboards.map(folderOf).map((folder) => [folder.name, folder])).values()];
}

/** Its title in Grafana. */
export const folderTitle = (
  { key, ownTitle }: DashboardFolder,
  { folders }: Pick<DashboardsSettings, 'folders'>,
): string => ownTitle ?? folders[key].title;

/** Uid of a folder in Grafana, of a managed and of an external one. */
export const folderUid = ({ name }: DashboardFolder): string => `feature-store-${name}`;
