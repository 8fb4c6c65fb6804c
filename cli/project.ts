import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What a stack keeps on this machine: workspace, passphrase, logs, data. */
export function stateFolder(stack: string): string {
  return join(ROOT, '.monitoring', stack);
}

/**
 * What tells Node where a checkout keeps its compiled modules. The entries are named by the way from there to the module:
 * a checkout whose packages are a link to another's finds each file that is the same in both compiled already.
 */
export function compileCache(checkout: string) {
  return {
    NODE_COMPILE_CACHE: join(checkout, 'node_modules', '.cache', 'compiled'),
    NODE_COMPILE_CACHE_PORTABLE: '1',
  };
}

/** Name of the project: the namespace of its settings. */
export const PROJECT = 'feature-store-monitoring';
