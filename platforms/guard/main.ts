import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { hashSync } from 'bcryptjs';
import { guard } from './forward.ts';

/*
 * Runs a program behind a guard: `main.ts --listen-flag=… --users-flag=… --users-file=… [--name=…] -- PROGRAM [ARGUMENT…]`.
 * The guard listens where the listen flag among the arguments says, and the program on a free port of loopback. There it
 * asks for a password that is made at each start and that the guard alone has: no page gets past the guard.
 */
const { values, positionals } = parseArgs({
  options: {
    'listen-flag': { type: 'string', default: '' },
    'users-flag': { type: 'string', default: '' },
    'users-file': { type: 'string', default: '' },
    name: { type: 'string', multiple: true, default: [] },
  },
  allowPositionals: true,
});
const [program = '', ...args] = positionals;

const USER = 'guard';
/** Least work factor of bcrypt: the password has 256 bits, and nothing has to make up for a weak one. */
const WORK_FACTOR = 4;

const flag = `${values['listen-flag']}=`;
const index = args.findIndex((arg) => arg.startsWith(flag));
const [, host, opened] = /=(.+):(\d+)$/.exec(args[index] ?? '') ?? [];
if (opened === undefined) fail(`${program} has no argument ${flag}HOST:PORT`);
const password = randomBytes(32).toString('base64url');
const inner = await freePort();

guard({ port: inner, auth: `${USER}:${password}`, names: values.name })
  .once('error', ({ message }) => fail(`the guard of ${program} does not start: ${message}`))
  .listen(Number(opened), host, run);

function run(): void {
  const file = values['users-file'];
  writeFileSync(file, JSON.stringify({ basic_auth_users: { [USER]: hashSync(password, WORK_FACTOR) } }), {
    mode: 0o600,
  });
  const child = spawn(
    program,
    [...args.with(index, `${flag}127.0.0.1:${inner}`), `${values['users-flag']}=${file}`],
    { stdio: 'inherit' },
  );
  child.once('error', ({ message }) => fail(`${program} does not start: ${message}`));
  // A guard that is killed takes the program along: the next one would find its data locked.
  const heir = spawn('/bin/sh', ['-c', 'read -r _; kill "$0"', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const)
    process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => {
    heir.kill();
    process.exit(code ?? 1);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
