import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { explain } from '../../../../cli/errors.ts';
import { LocalPlatformError } from '../../../../platforms/local/error.ts';
import { processPaths } from '../../../../platforms/local/paths.ts';
import { describeConflict, findPortConflicts, socketInodes } from '../../../../platforms/local/ports.ts';
import {
  applyChanges,
  pendingChanges,
  readDirectory,
  removeFolders,
  undoChanges,
} from '../../../../platforms/local/process/files.ts';
import { identityOf, isAlive, parseStat, terminate } from '../../../../platforms/local/process/identity.ts';
import { tryLock, withLock } from '../../../../platforms/local/process/lock.ts';
import { ProcessCompose } from '../../../../platforms/local/process/process-compose.ts';
import { readLaunch } from '../../../../platforms/local/process/records.ts';

const POLICY = { signal: 'SIGTERM', graceSeconds: 5 } as const;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local platform '));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('identity', () => {
  test('is read past a command that holds spaces and brackets', () => {
    const rest = Array.from({ length: 40 }, (_, index) => String(index + 4)).join(' ');
    expect(parseStat(`7 (a) b) S ${rest}`)).toEqual({ state: 'S', parent: 4, terminal: 7, startTick: '22' });
  });

  test('a process of another start is neither alive nor ended', async () => {
    const child = spawn('sleep', ['60']);
    const identity = identityOf(child.pid ?? 0);
    if (identity === undefined) throw new Error('sleep does not run');
    const stale = { ...identity, start: 'earlier' };
    expect([isAlive(identity), isAlive(stale)]).toEqual([true, false]);
    await terminate(stale, POLICY);
    expect(isAlive(identity)).toBe(true);
    await terminate(identity, POLICY);
    expect(isAlive(identity)).toBe(false);
  });

  test('one that ignores the signal is killed after its grace', async () => {
    const child = spawn('sh', ['-c', "trap '' TERM; echo ready; while :; do sleep 1; done"]);
    await once(child.stdout, 'data');
    const identity = identityOf(child.pid ?? 0);
    if (identity === undefined) throw new Error('sh does not run');
    await terminate(identity, { signal: 'SIGTERM', graceSeconds: 0.2 });
    expect(isAlive(identity)).toBe(false);
  });

  test('the launcher records what it becomes', async () => {
    const paths = processPaths(folder, 'w');
    mkdirSync(paths.run, { recursive: true });
    const launcher = join(import.meta.dirname, '../../../../platforms/local/launch.sh');
    const child = spawn('/bin/sh', [
      launcher,
      paths.launched,
      'id',
      'sh',
      '-c',
      'echo "$1"; sleep 60',
      'sh',
      'a  "b" $c',
    ]);
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    expect(printed.toString()).toBe('a  "b" $c\n');
    expect(readLaunch(folder, 'w')).toEqual({ ...identityOf(child.pid ?? 0), fingerprint: 'id' });
    child.kill('SIGKILL');
  });
});

describe('a supervisor', () => {
  /** One that accepts every connection, and answers with a text or not at all. */
  async function listening(answer?: string) {
    const socket = join(mkdtempSync(join(tmpdir(), 'fsm-')), 'supervisor.sock');
    const server = createHttpServer((_, response) => {
      if (answer !== undefined) response.end(answer);
    });
    server.listen(socket);
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
      rmSync(dirname(socket), { recursive: true, force: true });
    });
    return new ProcessCompose(socket, 0.05);
  }

  test.each([
    ['asked for a process', (supervisor: ProcessCompose) => supervisor.state('grafana')],
    ['asked to stop one', (supervisor: ProcessCompose) => supervisor.stop('grafana', 0)],
    ['asked for all', (supervisor: ProcessCompose) => supervisor.definitions()],
    ['asked to start one', (supervisor: ProcessCompose) => supervisor.start('grafana')],
    ['asked to end', (supervisor: ProcessCompose) => supervisor.shutDown()],
  ])('that does not answer when %s says what to do', async (_, ask) => {
    const error = await ask(await listening()).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(LocalPlatformError);
    expect(explain(error)).toMatch(
      /^\S*No answer of process-compose, .*: no answer within 0\.05 s\. .*`make down` ends it/,
    );
  });

  test('that answers nonsense, or is gone, says what to do', async () => {
    await expect((await listening('<html>')).definitions()).rejects.toThrow(/no JSON: <html>\. `make down`/);
    await expect(new ProcessCompose(join(folder, 'no.sock')).shutDown()).rejects.toThrow(
      /ENOENT.*`make down`/,
    );
  });
});

describe('the lock', () => {
  test('lets one in at a time', async () => {
    const file = join(folder, 'lock');
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} out`);
    };
    await Promise.all([withLock(file, work('a')), withLock(file, work('b'))]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(existsSync(file)).toBe(false);
  });

  test('is free again after a failure', async () => {
    const file = join(folder, 'lock');
    await expect(withLock(file, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(file, async () => 'yes')).toBe('yes');
  });

  test('of a living process is respected, of a dead one taken over', () => {
    const file = join(folder, 'lock');
    writeFileSync(file, JSON.stringify(identityOf(process.pid)));
    expect(tryLock(file)).toBe(false);
    writeFileSync(file, JSON.stringify({ pid: process.pid, start: 'earlier' }));
    expect(tryLock(file)).toBe(true);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(identityOf(process.pid));
  });
});

describe('files', () => {
  const directory = (files: Record<string, string>, secret = false) => ({
    config: { path: join(folder, 'config'), secret, onChange: 'watched', files },
  });

  test('are written, changed and removed, and put back', () => {
    const first = directory({ 'a.yml': '1', 'sub/b.yml': '2' });
    applyChanges(first, pendingChanges(first));
    expect(readDirectory(join(folder, 'config'), first)).toEqual({ 'a.yml': '1', 'sub/b.yml': '2' });
    expect(pendingChanges(first)).toEqual([]);

    const second = directory({ 'a.yml': '3', 'c.yml': '4' });
    const changes = pendingChanges(second);
    applyChanges(second, changes);
    expect(readDirectory(join(folder, 'config'), second)).toEqual({ 'a.yml': '3', 'c.yml': '4' });
    expect(existsSync(join(folder, 'config/sub'))).toBe(false);

    undoChanges(changes);
    expect(readDirectory(join(folder, 'config'), first)).toEqual({ 'a.yml': '1', 'sub/b.yml': '2' });
  });

  test('of a secret directory are for their owner alone', () => {
    const secret = directory({ key: 'x' }, true);
    applyChanges(secret, pendingChanges(secret));
    expect(statSync(join(folder, 'config')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'config/key')).mode & 0o777).toBe(0o600);
  });

  test('of a directory mounted inside another belong to the inner one', () => {
    const both = {
      ...directory({ 'a.yml': '1' }),
      rules: {
        path: join(folder, 'config/rules'),
        secret: false,
        onChange: 'watched',
        files: { 'r.yml': '1' },
      },
    };
    applyChanges(both, pendingChanges(both));
    expect(pendingChanges(both)).toEqual([]);
    removeFolders([both.rules.path, both.config.path], folder);
    expect(existsSync(join(folder, 'config'))).toBe(false);
  });
});

describe('ports', () => {
  test("listening sockets are told from others in the kernel's table", () => {
    const line = (local: string, state: string, inode: string) =>
      `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  0 0 ${inode} 1`;
    const table = [
      line('0100007F:2382', '0A', '11'),
      line('0100007F:2382', '01', '12'),
      line('0100007F:2383', '0A', '13'),
    ].join('\n');
    expect(socketInodes(table, 0x2382, 'tcp')).toEqual(['11']);
    expect(socketInodes(table, 0x2382, 'udp')).toEqual(['11', '12']);
  });

  test('a taken one is found, with who has it and the setting that mends it', async () => {
    const server = createServer().listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const [conflict] = await findPortConflicts([{ workload: 'grafana', port }], folder);
    server.close();
    await once(server, 'close');
    if (conflict === undefined) throw new Error('not found');
    if (process.platform === 'linux') expect(conflict.holder?.pid).toBe(process.pid);
    expect(describeConflict(conflict)).toMatch(
      new RegExp(`port ${port}/tcp of grafana.*setting ports\\.grafana`),
    );
    expect(await findPortConflicts([{ workload: 'grafana', port }], folder)).toEqual([]);
  });

  test('one that is free a moment later is none: its process was ending', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const looked = findPortConflicts([{ workload: 'grafana', port }], folder);
    setTimeout(() => server.close(), 300);
    expect(await looked).toEqual([]);
  });

  test('several looks at a free port at a time do not take one another for its holder', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    const wanted = (['tcp', 'udp'] as const).map((protocol) => ({ workload: 'demo', port, protocol }));
    const found = await Promise.all(Array.from({ length: 20 }, () => findPortConflicts(wanted, folder)));
    expect(found.flat()).toEqual([]);
  });
});
