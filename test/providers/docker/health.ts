import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';

const POLL_MILLISECONDS = 500;

/** Waits until the container is healthy; says what is wrong where it is not in time. */
export async function awaitHealthy(made: Docker.Container, seconds = 60): Promise<string | undefined> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const { State, RestartCount } = await made.inspect();
    const health = State.Health;
    if (health === undefined) return 'has no health check to wait for';
    if (health.Status === 'healthy') return undefined;
    if (Date.now() > end) {
      const [last] = health.Log.slice(-1);
      const said = (await made.logs({ stdout: true, stderr: true, tail: 5 })).toString('utf8');
      return `is ${health.Status} after ${seconds} s and ${RestartCount} restarts: ${last?.Output ?? 'no check ran'}\n${said}`;
    }
    await pause(POLL_MILLISECONDS);
  }
}
