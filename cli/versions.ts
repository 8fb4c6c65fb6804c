import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Outcome } from '../operations/review/review.ts';
import { VERSION_SCHEMA, type Version } from '../operations/review/version.ts';
import { commitOf, withCheckout } from '../preview/shoot/checkout.ts';
import { explain } from './errors.ts';
import { compileCache, ROOT, stateFolder } from './project.ts';

const run = promisify(execFile);

/** Enough for the files of a stack many times as large as ours. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/** What the working tree declares, by this process. */
export async function versionHere(stack: string): Promise<Outcome> {
  const { describeStack } = await import('./commands/describe.ts');
  return await describeStack(stack).then(
    (version) => ({ version }),
    (error: unknown) => ({ problem: explain(error) }),
  );
}

/**
 * What a commit declares. A commit never says anything else with the same packages: the last description of a
 * stack is kept, and taken again.
 * @throws PreviewError where git does not know the ref.
 */
export async function versionAt(ref: string, stack: string): Promise<Outcome> {
  const commit = await commitOf(ref, ROOT);
  const folder = join(stateFolder(stack), 'described');
  const kept = join(folder, `${fingerprint(commit)}.json`);
  if (existsSync(kept)) return { version: JSON.parse(readFileSync(kept, 'utf8')) as Version };
  const outcome = await describedAt(ref, stack);
  if ('version' in outcome && outcome.version.facts !== undefined) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Whoever reads it at the same time finds all of it or nothing.
    const fresh = `${kept}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify(outcome.version), { mode: 0o600 });
    renameSync(fresh, kept);
    for (const other of readdirSync(folder).filter(
      (name) => name.endsWith('.json') && join(folder, name) !== kept,
    ))
      rmSync(join(folder, other), { force: true });
  }
  return outcome;
}

function fingerprint(commit: string): string {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  return createHash('sha256').update(commit).update(lock).update(process.version).digest('hex').slice(0, 32);
}

/**
 * What a commit declares, by that commit's own code in a process of its own. One that is older than `make
 * describe` is rendered, and its files are compared.
 * @throws PreviewError where git does not know the ref.
 */
async function describedAt(ref: string, stack: string): Promise<Outcome> {
  return await withCheckout(ref, ROOT, async (checkout) => {
    // Commits before `cli/commands/` have their commands in `cli/`.
    const has = (name: string) =>
      ['cli/commands', 'cli'].some((folder) => existsSync(join(checkout, folder, `${name}.ts`)));
    if (has('describe')) return await described(checkout, stack);
    if (has('render')) return await rendered(checkout, stack);
    return {
      problem: `${ref} is older than \`make render\`: it cannot say what it declares. Compare with a newer commit: BASE=<git ref>.`,
    };
  });
}

async function described(checkout: string, stack: string): Promise<Outcome> {
  const outcome = await cli(checkout, 'describe', '--stack', stack);
  if ('problem' in outcome) return outcome;
  const version = JSON.parse(outcome.stdout) as Version;
  return version.schema === VERSION_SCHEMA
    ? { version }
    : {
        problem: `it describes itself in form ${version.schema}, and this version reads form ${VERSION_SCHEMA}.`,
      };
}

async function rendered(checkout: string, stack: string): Promise<Outcome> {
  const out = join(checkout, 'rendered-for-diff');
  const outcome = await cli(checkout, 'render', '--stack', stack, '--out', out);
  if ('problem' in outcome) return outcome;
  const paths = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = Object.fromEntries(
    paths.map((path) => [
      path.slice(out.length + 1),
      readFileSync(path, 'utf8').replaceAll(checkout, '<project>'),
    ]),
  );
  rmSync(out, { recursive: true });
  return { version: { schema: VERSION_SCHEMA, stack, files } };
}

/** Runs a command of a checkout, without what `make` put into the environment. */
async function cli(
  checkout: string,
  ...args: readonly string[]
): Promise<{ readonly stdout: string } | { readonly problem: string }> {
  try {
    return await run(process.execPath, ['--disable-warning=ExperimentalWarning', 'cli/main.ts', ...args], {
      cwd: checkout,
      maxBuffer: MAX_OUTPUT,
      env: { ...process.env, NO_COLOR: '1', ...compileCache(checkout) },
    });
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    return { problem: (stderr.trim() || message).replaceAll(checkout, '<project>') };
  }
}
