import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

/**
 * Tries to connect from where it runs: reads `[[address, port]…]`, and prints those that something answered, be it with
 * a refusal. Whether anything listens there is not the question.
 */

type Place = readonly [address: string, port: number];

const AT_ONCE = 400;
const timeoutMs = Number(process.argv[2]);
const left = JSON.parse(readFileSync(0, 'utf8')) as Place[];
const answered: Place[] = [];

function attempt(place: Place): Promise<void> {
  return new Promise((resolve) => {
    const [host, port] = place;
    const socket = connect({ host, port });
    const end = (reached: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      if (reached) answered.push(place);
      resolve();
    };
    const timer = setTimeout(() => end(false), timeoutMs);
    socket.once('connect', () => end(true));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(code === 'ECONNREFUSED'));
  });
}

async function work(): Promise<void> {
  for (let next = left.pop(); next !== undefined; next = left.pop()) await attempt(next);
}

await Promise.all(Array.from({ length: AT_ONCE }, work));
process.stdout.write(JSON.stringify(answered));
