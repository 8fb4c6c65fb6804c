import type { Stack } from '@pulumi/pulumi/automation/index.js';
import pc from 'picocolors';
import { explainFailure } from '../../platforms/kubernetes/hints.ts';
import { EngineError, engineError } from './engine-error.ts';
import { Progress } from './progress.ts';
import type { Session } from './session.ts';

export interface OperationOptions {
  /** Only say what would happen. */
  readonly preview: boolean;
  /** Look at what really runs first, and repair what differs. */
  readonly refresh: boolean;
  /** Told of each change. Default: it is printed. */
  readonly write?: (line: string) => void;
}

const UNREAD =
  'The engine lost the connection to the program before it heard what is declared. Too many other programs may be running: wait, and run the same command again.';
const REMOVED = 'What ran may be gone until then; data that is kept on delete is kept.';

/**
 * Previews or brings up a stack, a line for each change.
 * @throws EngineError where the engine or a resource failed, and where the program was never called: the SDK takes a
 * connection that broke before for the end of a program that wants nothing (`isGrpcError` in its automation server).
 */
export async function apply(
  { stack, begun }: Pick<Session, 'stack' | 'begun'>,
  { preview, refresh, write = console.log }: OperationOptions,
): Promise<Progress> {
  const progress = new Progress(write, preview);
  await interruptible(async (signal) => {
    const options = { onEvent: progress.onEvent, refresh, signal, color: 'never' as const };
    await explained(stack.name, preview ? 'make preview' : 'make up', progress, () =>
      preview ? stack.preview(options) : stack.up(options),
    );
  });
  if (!begun()) throw new EngineError(preview ? UNREAD : `${UNREAD} ${REMOVED}`);
  return progress;
}

/** Destroys a stack's resources, a line for each. */
export async function destroy(stack: Stack): Promise<Progress> {
  const progress = new Progress((line) => console.log(line), false);
  await interruptible(async (signal) => {
    await explained(stack.name, 'make down', progress, () =>
      stack.destroy({ onEvent: progress.onEvent, signal, color: 'never' }),
    );
  });
  return progress;
}

/** Lets the engine finish what it is at when the user presses Ctrl-C, so that its state stays true. */
async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const stop = () => {
    console.error(pc.yellow('Stopping after what is under way; press Ctrl-C again to stop at once.'));
    process.once('SIGINT', () => process.exit(130));
    controller.abort();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

async function explained(
  stack: string,
  command: string,
  progress: Progress,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const said = progress.diagnostics;
    const raw = said.length > 0 ? said.join('\n') : (error as Error).message;
    const { message } = engineError(raw, stack, command);
    const hint = explainFailure(raw);
    throw new EngineError(hint === undefined ? message : `${message}\n${hint}`, { cause: error });
  }
}
