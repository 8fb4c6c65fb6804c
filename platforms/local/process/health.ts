import { connect } from 'node:net';
import { call } from './http.ts';

/** Longest wait for one answer; process-compose waits as long. */
const PROBE_SECONDS = 2;

/** Asks a process once. Undefined: it is healthy. Otherwise what it answered instead. */
export async function probe(health: string): Promise<string | undefined> {
  const url = new URL(health);
  try {
    if (url.protocol === 'tcp:') {
      await connects(Number(url.port));
      return undefined;
    }
    const path = `${url.pathname}${url.search}`;
    const answer = await call({ port: Number(url.port) }, { path, timeoutSeconds: PROBE_SECONDS });
    return answer.status === 200 ? undefined : `GET ${health} answers ${answer.status}`;
  } catch (error) {
    return `${health}: ${(error as Error).message}`;
  }
}

function connects(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: PROBE_SECONDS * 1000 });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error(`no connection within ${PROBE_SECONDS} s`)));
  });
}
