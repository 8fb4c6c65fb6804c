import { LocalPlatformError } from '../error.ts';
import type { Definition } from './definition.ts';
import { type Answer, type Call, call } from './http.ts';
import { until } from './wait.ts';

/** State of a process as process-compose's REST API gives it (`types.ProcessState` of v1.87). */
export interface SupervisedState {
  readonly status: string;
  readonly pid: number;
  readonly restarts: number;
  readonly is_running: boolean;
}

/** How long it may take to answer: on a machine that is busy, all that it answers comes late. Seconds. */
const ANSWER_SECONDS = 60;

/** The same for whether it is there at all: one that hangs is told from one that is busy. Seconds. */
const LIVE_SECONDS = 20;

/** How long it may take to let go of a process that has ended. Seconds. */
const RELEASE_SECONDS = 10;

/**
 * One running process-compose over its Unix socket.
 *
 * v1.87 keeps its processes in a map without a lock: a read of the whole list, or a start, at the moment of an
 * update ends it with "concurrent map read and map write". What touches the map is marked so here and is called
 * under the stack's lock only; the rest is safe at any time.
 */
export class ProcessCompose {
  readonly socketPath: string;
  readonly #answerSeconds: number;

  /** @param answerSeconds how long it may take to answer. Default: 60. */
  constructor(socketPath: string, answerSeconds = ANSWER_SECONDS) {
    this.socketPath = socketPath;
    this.#answerSeconds = answerSeconds;
  }

  async isAlive(): Promise<boolean> {
    try {
      return (await this.#ask({ path: '/live' }, Math.min(LIVE_SECONDS, this.#answerSeconds))).status === 200;
    } catch {
      return false;
    }
  }

  /** @throws LocalPlatformError where no answer comes, with what to do. */
  async #ask(what: Omit<Call, 'timeoutSeconds'>, timeoutSeconds = this.#answerSeconds): Promise<Answer> {
    try {
      return await call(this, { ...what, timeoutSeconds });
    } catch (error) {
      throw new LocalPlatformError(
        `No answer of process-compose, which runs the processes of the stack, to ${what.method ?? 'GET'} ${what.path} on ` +
          `${this.socketPath}: ${(error as Error).message}. Where the machine is only busy, run the same command again; otherwise ` +
          '`make down` ends it, whether it answers or not, and keeps the data, and `make up` starts it anew',
      );
    }
  }

  async #read<T>(path: string): Promise<T> {
    const { status, body } = await this.#ask({ path });
    try {
      return JSON.parse(body) as T;
    } catch {
      throw new LocalPlatformError(
        `process-compose answered ${status} to GET ${path}, and no JSON: ${body.trim().slice(0, 200)}. \`make down\` ends it and ` +
          'keeps the data, and `make up` starts it anew',
      );
    }
  }

  /** Undefined where it knows no such process. Safe at any time. */
  async state(name: string): Promise<SupervisedState | undefined> {
    const answer = await this.#ask({ path: `/process/${name}` });
    return answer.status === 200 ? (JSON.parse(answer.body) as SupervisedState) : undefined;
  }

  /**
   * Stops a process and waits until process-compose has let go of it. An update before that would be lost: the
   * old run, when it ends, strikes the new one of the same name off the list. Safe at any time.
   */
  async stop(name: string, graceSeconds: number): Promise<void> {
    const limit = graceSeconds + RELEASE_SECONDS;
    if (!(await this.holds(name))) return;
    const [gone] = await Promise.all([
      until(limit, async () => ((await this.holds(name)) ? undefined : true)),
      // It answers once the process has ended.
      this.#ask({ method: 'PATCH', path: `/process/stop/${name}` }, graceSeconds + this.#answerSeconds),
    ]);
    if (gone === undefined)
      throw new LocalPlatformError(
        `${name} did not end within ${limit} s of being asked to. Run the same command again, or end all: make down`,
      );
  }

  /** Whether a run of the process has not ended yet: only of such it lists ports. */
  private async holds(name: string): Promise<boolean> {
    return (await this.#ask({ path: `/process/ports/${name}` })).status === 200;
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
    const { data } = await this.#read<{ data: { name: string }[] | null }>('/processes');
    const known: Record<string, Definition> = {};
    for (const { name } of data ?? []) known[name] = await this.#read<Definition>(`/process/info/${name}`);
    return known;
  }

  /** Asks it to stop every process and to end; it answers before it has done so. */
  async shutDown(): Promise<void> {
    await this.accept('/project/stop');
  }

  private async accept(path: string, body?: unknown): Promise<void> {
    const answer = await this.#ask({ method: 'POST', path, body });
    if (answer.status !== 200) {
      throw new LocalPlatformError(
        `process-compose answered ${answer.status} to POST ${path}: ${answer.body.trim()}. Run the same command again; if it stays so, ` +
          'start it anew, data is kept: `make down`, then `make up`',
      );
    }
  }
}
