import { enableCompileCache } from 'node:module';
import { exemptLoopback } from '../tools/loopback.ts';
import { explain } from './errors.ts';
import { compileCache, ROOT } from './project.ts';
import { run } from './run.ts';

// Compiled once, the program's modules load in half the time; the provider's process shares the cache, and so does a
// checkout of another commit, wherever it lies.
Object.assign(process.env, { ...compileCache(ROOT), ...process.env });
enableCompileCache();
exemptLoopback();

/** A reader that has seen enough, such as `head`, is no error; a full disk behind `>` is one. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') last(error);
    process.exit(error.code === 'EPIPE' ? BROKEN_PIPE : 1);
  });
/** 128 and SIGPIPE, as programs end that do not catch it. */
const BROKEN_PIPE = 141;

/** Errors outside of the command's own course: a callback, or a promise that nothing waits for. */
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    // While the engine runs the program, the SDK listens as well and tells the engine: to exit here would leave a
    // stack half changed and locked.
    if (process.listenerCount(event) > 1) return;
    last(error);
    process.exit(1);
  });

function last(error: unknown): void {
  try {
    console.error(explain(error));
  } catch {
    // Standard error itself cannot be written: the exit code has to do.
  }
}

process.exitCode = await run(process.argv.slice(2));
