import { LocalPlatformError } from '../error.ts';
import type { Definition } from './definition.ts';
import { call } from './http.ts';
import { until } from './wait.ts';

/** State of a process as process-compose's REST API gives it (`types.ProcessState` of v1.87). */
export interface SupervisedState {
  readonly status: string;
  readonly pid: number;
  readonly restarts: number;
  readonly is_running: boolean;
}

const CALL_SECONDS = 10;

/**
 * One running process-compose over its Unix socket.
 *
 * v1.87 keeps its processes in a map without a lock: a read of the whole list, or a start, at the moment of an
 * update ends it with "concurrent map read and map write". What touches the map is marked so here and is called
 * under the stack's lock only; the rest is safe at any time.
 */
export class ProcessCompose {
  readonly socketPath: string;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  async isAlive(): Promise<boolean> {
    try {
      return (await call(this, { path: '/live', timeoutSeconds: CALL_SECONDS })).status === 200;
    } catch {
      return false;
    }
  }

  /** Undefined where it knows no such process. Safe at any time. */
  async state(name: string): Promise<SupervisedState | undefined> {
    const answer = await call(this, { path: `/process/${name}`, timeoutSeconds: CALL_SECONDS });
    return answer.status === 200 ? (JSON.parse(answer.body) as SupervisedState) : undefined;
  }

  /**
   * Stops a process and waits until process-compose has let go of it. An update before that would be lost: the
   * old run, when it ends, strikes the new one of the same name off the list. Safe at any time.
   */
  async stop(name: string, graceSeconds: number): Promise<void> {
    const limit = graceSeconds + CALL_SECONDS;
    if (!(await this.holds(name))) return;
    const stopping = call(this, { method: 'PATCH', path: `/process/stop/${name}`, timeoutSeconds: limit });
    const gone = await until(limit, async () => ((await this.holds(name)) ? undefined : true));
    await stopping;
    if (gone === undefined)
      throw new LocalPlatformError(`${name} did not end within ${limit} s of being asked to`);
  }

  /** Whether a run of the process has not ended yet: only of such it lists ports. */
  private async holds(name: string): Promise<boolean> {
    return (
      (await call(this, { path: `/process/ports/${name}`, timeoutSeconds: CALL_SECONDS })).status === 200
    );
  }

  /**
   * Has exactly these processes from now on. Definitions equal to what it has are left alone; the ones it drops
   * or changes have to be stopped before. Touches the map.
   */
  async define(change: (definitions: Record<string, Definition>) => void): Promise<void> {
    const definitions = await this.definitions();
    change(definitions);
    await this.accept('/project', { Processes: definitions });
  }

  /** Starts a process that it knows and that does not run. Touches the map. */
  async start(name: string): Promise<void> {
    await this.accept(`/process/start/${name}`);
  }

  /** Everything that it knows, as it would compare it. Touches the map. */
  async definitions(): Promise<Record<string, Definition>> {
    const list = await call(this, { path: '/processes', timeoutSeconds: CALL_SECONDS });
    const names = ((JSON.parse(list.body) as { data: { name: string }[] | null }).data ?? []).map(
      ({ name }) => name,
    );
    const known: Record<string, Definition> = {};
    for (const name of names) {
      const answer = await call(this, { path: `/process/info/${name}`, timeoutSeconds: CALL_SECONDS });
      known[name] = JSON.parse(answer.body) as Definition;
    }
    return known;
  }

  /** Asks it to stop every process and to end; it answers before it has done so. */
  async shutDown(): Promise<void> {
    await this.accept('/project/stop');
  }

  private async accept(path: string, body?: unknown): Promise<void> {
    const answer = await call(this, { method: 'POST', path, body, timeoutSeconds: CALL_SECONDS });
    if (answer.status !== 200) {
      throw new LocalPlatformError(
        `process-compose answered ${answer.status} to POST ${path}: ${answer.body.trim()}`,
      );
    }
  }
}
