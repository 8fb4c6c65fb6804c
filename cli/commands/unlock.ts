import { command, STACK_OPTION } from '../arguments.ts';
import { breakLocks, LockedError, locksOf, refusal } from '../engine/locks.ts';
import { statePlace } from '../engine/state-place.ts';
import { readStackFile } from '../stack-file/stack-file.ts';

export default command({
  name: 'unlock',
  summary: 'remove the lock that a killed run left on a stack',
  options: {
    ...STACK_OPTION,
    force: { type: 'boolean', help: 'Remove the lock of a run that may still be at work, too.' },
  },
  run: async ({ stack, force }) => {
    readStackFile(stack);
    if (!statePlace(stack).url.startsWith('file://')) return await cancelled(stack);
    const locks = locksOf(stack);
    const held = locks.filter(({ holder }) => holder !== 'dead');
    if (held.length > 0 && !force) throw new LockedError(refusal(stack, held));
    for (const line of breakLocks(locks)) console.log(line);
    if (locks.length === 0) console.log(`Stack "${stack}" is not locked.`);
    return 0;
  },
});

/** State in a bucket or a service: only the engine gets at its locks, and removes them all. */
async function cancelled(name: string): Promise<number> {
  const { openUnplanned } = await import('../engine/session.ts');
  await (await openUnplanned(name)).cancel();
  console.log(`Every lock of stack "${name}" was removed.`);
  return 0;
}
