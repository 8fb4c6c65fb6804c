import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What a stack keeps on this machine: workspace, passphrase, logs, data. */
export function stateFolder(stack: string): string {
  return join(ROOT, '.monitoring', stack);
}

/** Name of the project: the namespace of its settings. */
export const PROJECT = 'feature-store-monitoring';
