import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ensureTools } from '../../tools/install.ts';
import { openUnplanned } from '../engine/session.ts';
import { ROOT } from '../project.ts';

/**
 * Has the engine change a stack's file, as `pulumi config <args>` does: comments and order stay.
 * @param args what to do, the key and the value last, such as `['rm', '--path', 'demo.enabled']`. Never a secret:
 * arguments are visible to everybody here.
 * @returns the exit code.
 */
export async function changeConfig(stack: string, [doing = '', ...args]: readonly string[]): Promise<number> {
  const { pulumi } = await ensureTools(['pulumi']);
  // It has to exist before the engine changes its file.
  const { workspace } = await openUnplanned(stack);
  const child = spawn(pulumi, ['config', doing, '--stack', stack, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...workspace.envVars },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
