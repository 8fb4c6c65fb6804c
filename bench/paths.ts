import { join } from 'node:path';

/** The project's folder. */
export const ROOT = join(import.meta.dirname, '..');

/** Where benches keep data between runs. */
export const SCRATCH = join(ROOT, '.test-output', 'bench');
