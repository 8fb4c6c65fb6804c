import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { engineFolder } from '../../../cli/engine/engine-folder.ts';
import { freeStack, locksOf } from '../../../cli/engine/locks.ts';

let root: string;
let url: string;
const told: string[] = [];
const options = () => ({ url, patience: 0, tell: (line: string) => told.push(line) });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'locks '));
  url = pathToFileURL(root).href;
  told.length = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A lock as the engine writes it. */
function lock(content: object | string, name = 'a1b2'): string {
  const folder = engineFolder('local', url)?.locks ?? '';
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const by = (pid: number, timestamp = new Date(), host = hostname()) => ({
  pid,
  username: 'root',
  hostname: host,
  timestamp: timestamp.toISOString(),
});

async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

test('the lock of a run that was killed is removed, and that is told', async () => {
  const pid = await deadPid();
  const file = lock(by(pid));
  writeFileSync(`${file}.attrs`, '{}');
  await freeStack('local', options());
  expect(readdirSync(dirname(file))).toEqual([]);
  expect(told).toEqual([
    `The lock of process ${pid} of root@${hostname()}, which no longer runs, was removed.`,
  ]);
});

test('so is one whose pid another program has by now', async () => {
  const file = lock(by(process.pid, new Date(Date.now() - 30 * 24 * 3600 * 1000)));
  expect(locksOf('local', url)[0]?.holder).toBe('dead');
  await freeStack('local', options());
  expect(existsSync(file)).toBe(false);
});

test('one of a run that lives stays, and is refused with its pid and a command', async () => {
  const file = lock(by(process.pid));
  await expect(freeStack('local', options())).rejects.toThrow(
    new RegExp(`process ${process.pid} of root@.*make unlock STACK=local ARGS=--force`, 's'),
  );
  expect(existsSync(file)).toBe(true);
});

test('one of another machine stays: whether its run lives cannot be seen', async () => {
  const file = lock(by(1, new Date(0), 'another-machine'));
  await expect(freeStack('local', options())).rejects.toThrow('Whether it still runs on that machine');
  expect(existsSync(file)).toBe(true);
});

test.each(['', '{"pid":', '[]', '{"pid":"x","timestamp":"y"}'])(
  'one that was cut off in writing is removed once nobody can be writing it: %j',
  async (text) => {
    const file = lock(text);
    await expect(freeStack('local', options())).rejects.toThrow('an unknown run');
    utimesSync(file, new Date(0), new Date(0));
    await freeStack('local', options());
    expect(existsSync(file)).toBe(false);
  },
);

test('a run that ends meanwhile is waited for', async () => {
  const child = spawn('sleep', ['60']);
  lock(by(child.pid ?? 0));
  const free = freeStack('local', { ...options(), patience: 30 });
  await expect.poll(() => told).toEqual([expect.stringContaining('waiting for its end')]);
  child.kill();
  await free;
  expect(told[1]).toContain('was removed');
});

test('a stack without locks, and a state that is no folder, are free', async () => {
  await freeStack('local', options());
  expect(locksOf('local', 's3://bucket')).toEqual([]);
});
