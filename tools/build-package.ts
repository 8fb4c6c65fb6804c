import { execFileSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Files that modules read beside themselves. */
const ASSETS = ['platforms/**/*.sh'];

/**
 * Compiles what is published into `dist/`: the entry points of `package.json` and what they import, with declarations. The
 * repository itself runs without it.
 * @param root the project's folder, absolute.
 * @throws Error with what the compiler says.
 */
export function buildPackage(root: string): void {
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  execFileSync(
    process.execPath,
    // `make check` has checked the types.
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json'), '--noCheck'],
    { stdio: 'inherit' },
  );
  for (const asset of globSync(ASSETS, { cwd: root })) cpSync(join(root, asset), join(dist, asset));
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  // The formatter, the compiler and tests would take what is left for sources.
  if (process.argv.includes('--remove')) rmSync(join(root, 'dist'), { recursive: true, force: true });
  else buildPackage(root);
}
