import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../tools/cache.ts';
import { platformOf } from '../../../tools/platform.ts';
import { checkPrerequisites } from '../../../tools/prerequisites.ts';
import { Queue } from '../../../tools/queue.ts';

describe('platformOf', () => {
  it.each([
    ['linux', 'x64', 'linux-amd64'],
    ['linux', 'arm64', 'linux-arm64'],
    ['darwin', 'x64', 'darwin-amd64'],
    ['darwin', 'arm64', 'darwin-arm64'],
  ])('%s %s is %s', (system, machine, platform) => {
    expect(platformOf(system, machine)).toBe(platform);
  });

  it.each([
    ['win32', 'x64'],
    ['linux', 'ia32'],
  ])('refuses %s %s', (system, machine) => {
    expect(() => platformOf(system, machine)).toThrow(`this machine is ${system}/${machine}`);
  });
});

describe('cacheFolder', () => {
  it.each([
    [{ FSM_CACHE: '/c', XDG_CACHE_HOME: '/x', HOME: '/h' }, '/c'],
    [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/feature-store-monitoring'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/h' }, '/h/.cache/feature-store-monitoring'],
    [{ FSM_CACHE: '', HOME: '/h' }, '/h/.cache/feature-store-monitoring'],
    [{}, join(homedir(), '.cache', 'feature-store-monitoring')],
  ])('%j', (env, folder) => {
    expect(cacheFolder(env)).toBe(folder);
  });
});

describe('checkPrerequisites', () => {
  it('names everything that is missing, and how it is installed', async () => {
    await expect(checkPrerequisites({ PATH: '/nowhere' }, 'linux')).rejects.toThrow(
      /^git is not installed\. .*apt-get install git.*\nmake is not installed\. .*\nnpm is not installed\. /,
    );
    await expect(checkPrerequisites({ PATH: '/nowhere' }, 'darwin')).rejects.toThrow(
      'xcode-select --install',
    );
  });

  it('is content on a machine that can build this project', async () => {
    await expect(checkPrerequisites()).resolves.toBeUndefined();
  });
});

describe('Queue', () => {
  it('never runs more than its limit, keeps the order, and goes on after a failure', async () => {
    const queue = new Queue(2);
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const work = (id: number) =>
      queue.add(async () => {
        started.push(id);
        await new Promise<void>((resolve) => finish.push(resolve));
        if (id === 1) throw new Error('first failed');
        return id;
      });
    const results = Promise.allSettled([1, 2, 3, 4].map(work));
    expect(started).toEqual([1, 2]);
    finish[0]?.();
    await expect.poll(() => started).toEqual([1, 2, 3]);
    finish[1]?.();
    await expect.poll(() => started).toEqual([1, 2, 3, 4]);
    for (const end of finish) end();
    expect((await results).map((result) => result.status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
  });
});
