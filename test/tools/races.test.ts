import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { obtainTools } from '../../tools/install.ts';
import { archiveOfFiles, half, SAYS_VERSION, sums, WIDGET, WIDGET_ARCHIVE, WIDGET_SUMS } from './releases.ts';
import { Surroundings } from './surroundings.ts';

let here: Surroundings;
let archive: Buffer;
const children: ChildProcess[] = [];
beforeEach(async () => {
  here = await Surroundings.open();
  archive = await archiveOfFiles({ 'bin/widgetd': SAYS_VERSION });
  here.server.on(WIDGET_SUMS, sums(archive));
  here.server.on(WIDGET_ARCHIVE, archive);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await here.close();
});

function start(): { child: ChildProcess; result: Promise<unknown> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts')], {
    env: { ...here.env, TOOLS_JSON: JSON.stringify({ widget: WIDGET }) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  let output = '';
  child.stdout?.on('data', (text) => {
    output += text;
  });
  return { child, result: once(child, 'close').then(() => JSON.parse(output)) };
}

const locks = () => readdir(join(here.cache, 'tools', '.locks')).catch(() => [] as string[]);
const lockFile = () => join(here.cache, 'tools', '.locks', 'widget-1.2.3-linux-amd64.lock');

async function placeLock(owner: object, ageSeconds = 0): Promise<void> {
  await mkdir(join(here.cache, 'tools', '.locks'), { recursive: true });
  await writeFile(lockFile(), JSON.stringify(owner));
  const when = new Date(Date.now() - ageSeconds * 1000);
  await utimes(lockFile(), when, when);
}

/** A pid that was alive a moment ago and is nobody's now. */
async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'close');
  return child.pid ?? 0;
}

it('two processes at once: one obtains it, the other waits and finds it', async () => {
  let release = () => {};
  here.server.on(WIDGET_ARCHIVE, (_request, response) => {
    release = () => response.end(archive);
  });
  const first = start();
  const second = start();
  // The holder's lock, and beside it the file with which the other one tries to take it.
  await vi.waitFor(async () => {
    expect(here.server.count(WIDGET_ARCHIVE)).toBe(1);
    expect(await locks()).toHaveLength(2);
  }, 20_000);
  release();
  const outcomes = (await Promise.all([first.result, second.result])) as { how: string; path: string }[][];
  expect(
    outcomes
      .flat()
      .map(({ how }) => how)
      .sort(),
  ).toEqual(['cache', 'release']);
  expect(outcomes.flat().map(({ path }) => path)).toEqual([here.executable(), here.executable()]);
  expect(here.server.count(WIDGET_ARCHIVE)).toBe(1);
  expect(await here.leftovers()).toEqual([]);
});

it('killed half way: nothing is taken for good, and the next run mends it', async () => {
  here.server.on(WIDGET_ARCHIVE, half(archive));
  const { child, result } = start();
  result.catch(() => {});
  const work = join(here.cache, 'tools', '.work');
  await vi.waitFor(async () => {
    const files = await readdir(work, { recursive: true });
    const partial = files.find((file) => file.endsWith('.tar.gz'));
    expect((await stat(join(work, partial ?? 'none'))).size).toBeGreaterThan(0);
  }, 20_000);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await readdir(work)).not.toEqual([]);
  expect(JSON.parse(await readFile(lockFile(), 'utf8'))).toMatchObject({ pid: child.pid });
  await expect(stat(here.executable())).rejects.toThrow('ENOENT');

  here.server.on(WIDGET_ARCHIVE, archive);
  const [outcome] = await obtainTools({ widget: WIDGET }, here.options());
  expect(outcome).toMatchObject({ how: 'release', path: here.executable() });
  expect(await here.leftovers()).toEqual([]);
});

it.each([
  ['of a process that is gone', async () => placeLock({ pid: await deadPid(), host: hostname(), id: 'x' })],
  [
    'that is silent, though its pid lives',
    () => placeLock({ pid: process.pid, host: hostname(), id: 'x' }, 120),
  ],
  ['of another machine that is silent', () => placeLock({ pid: 1, host: 'elsewhere', id: 'x' }, 120)],
  ['that says nothing', () => placeLock([])],
])('a lock %s is taken over', async (_title, place) => {
  await place();
  const [outcome] = await obtainTools({ widget: WIDGET }, here.options());
  expect(outcome).toMatchObject({ how: 'release' });
  expect(await here.leftovers()).toEqual([]);
});

it('a lock of a living run on another machine is waited for', async () => {
  await placeLock({ pid: 1, host: 'elsewhere', id: 'x' });
  const outcome = obtainTools({ widget: WIDGET }, here.options());
  await vi.waitFor(async () => expect(await locks()).toHaveLength(2), 20_000);
  expect(here.server.asked).toEqual([]);
  // It ages as one does whose holder has died.
  const old = new Date(Date.now() - 120_000);
  await utimes(lockFile(), old, old);
  expect((await outcome)[0]).toMatchObject({ how: 'release' });
});
