import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ensureTools } from '../../tools/install.ts';
import { command, STACK_OPTION, UsageError } from '../arguments.ts';
import { engineError } from '../engine/engine-error.ts';
import { freeStack } from '../engine/locks.ts';
import { ask, keepOrigin, writePrivate } from '../engine/passphrase.ts';
import { openUnplanned } from '../engine/session.ts';
import { stateFolder } from '../project.ts';

export default command({
  name: 'passphrase',
  summary: 'encrypt a stack with another passphrase: asked for, or read from standard input',
  options: STACK_OPTION,
  run: async ({ stack: name }) => {
    const { pulumi } = await ensureTools(['pulumi']);
    const { workspace } = await openUnplanned(name);
    await freeStack(name);
    const fresh = await newPassphrase(name);
    const file = join(stateFolder(name), 'passphrase');
    const own = workspace.envVars.PULUMI_CONFIG_PASSPHRASE_FILE === file;
    // A run that is killed in between leaves the new passphrase beside the old one, not nothing.
    if (own) writePrivate(`${file}.next`, fresh);
    await changed(pulumi, name, workspace, fresh);
    if (own) renameSync(`${file}.next`, file);
    keepOrigin(name, 'the last `make passphrase`');
    console.log(
      own
        ? `Stack "${name}" has its new passphrase: it is kept where the old one was.`
        : `Stack "${name}" has its new passphrase. Put it where the old one came from, for you and for everyone else; ` +
            `commit Pulumi.${name}.yaml, which changed with it.`,
    );
    return 0;
  },
});

/** @throws UsageError for an empty one, and for two answers that differ. */
async function newPassphrase(stack: string): Promise<string> {
  if (!process.stdin.isTTY) {
    const given = (await text(process.stdin)).trim();
    if (given === '' || given.includes('\n'))
      throw new UsageError(
        `The new passphrase is one line of standard input: make passphrase STACK=${stack} < <file>`,
      );
    return given;
  }
  const first = (await ask(`New passphrase of stack "${stack}" (not shown): `)).trim();
  if (first === '')
    throw new UsageError(
      `An empty passphrase protects nothing, and nothing was changed. Once more: make passphrase STACK=${stack}`,
    );
  if (first !== (await ask('The same again: ')).trim())
    throw new UsageError(
      `The two differ, and nothing was changed. Once more: make passphrase STACK=${stack}`,
    );
  return first;
}

/** The passphrase goes to the engine by a pipe: arguments are visible to everybody here. */
async function changed(
  pulumi: string,
  stack: string,
  workspace: { readonly workDir: string; readonly envVars: Record<string, string> },
  fresh: string,
): Promise<void> {
  const child = spawn(
    pulumi,
    ['stack', 'change-secrets-provider', 'passphrase', '--stack', stack, '--non-interactive'],
    {
      cwd: workspace.workDir,
      env: { ...process.env, ...workspace.envVars },
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  child.stdin.on('error', () => undefined).end(`${fresh}\n`);
  const [said, [code]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw engineError(said, stack, `make passphrase STACK=${stack}`);
}
