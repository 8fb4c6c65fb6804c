import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A transform that cannot be used. Nothing has been touched when it is thrown. */
export class TransformError extends Error {
  override readonly name = 'TransformError';

  /** @param problems what is wrong, each with its line and column first where it has one. */
  constructor(file: string, problems: readonly string[]) {
    super(
      `${file} cannot be used, and nothing was changed.\n${problems.map((line) => `  - ${file}:${/^\d/.test(line) ? '' : ' '}${line}.`).join('\n')}\n` +
        'docs/transform.md says what it may hold.',
    );
  }
}

/** Name of the file with a stack's transform: its own takes the place of the one for all. Undefined where there is none. */
export function transformFile(stack: string, root: string): string | undefined {
  return [`transform.${stack}.ts`, 'transform.ts'].find((name) => existsSync(join(root, name)));
}
