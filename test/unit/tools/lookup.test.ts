import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fits, lookUp, onPath, versionIn } from '../../../tools/lookup.ts';
import type { Fit, Tool } from '../../../tools/versions.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fsm lookup '));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(place: string, name: string, body: string): Promise<string> {
  const file = join(folder, place, name);
  await mkdir(join(folder, place), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

describe('versionIn', () => {
  it.each([
    ['prometheus, version 3.15.0 (branch: HEAD, revision: 1a2b)\n  go version: go1.26.8', '3.15.0'],
    ['v3.259.0\n', '3.259.0'],
    ['msg="Redis Metrics Exporter v1.86.0    build date: 2026-01-02"', '1.86.0'],
    ['Process Compose\nVersion:        v1.87.0\nCommit: abc', '1.87.0'],
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0', '7.0.15'],
    ['Valkey server v=9.0.2 sha=0', '9.0.2'],
    ['grafana version 13.2.2', '13.2.2'],
    ['v4.3.1+g1234567', '4.3.1'],
    ['dev build', undefined],
  ])('reads %j', (output, version) => {
    expect(versionIn(output)).toBe(version);
  });
});

describe('fits', () => {
  const sameMinor: Fit = { rule: 'same-minor' };
  const engine: Fit = { rule: 'at-least', version: '3.259.0' };
  const redis: Fit = { rule: 'at-least', version: '6.0.0', anyMajor: true };

  it.each([
    ['1.11.1', sameMinor, true],
    ['1.11.9', sameMinor, true],
    ['1.12.0', sameMinor, false],
    ['2.11.1', sameMinor, false],
    ['3.259.0', engine, true],
    ['3.259.1', engine, true],
    ['3.300.0', engine, true],
    ['3.258.9', engine, false],
    ['4.0.0', engine, false],
    ['6.0.0', redis, true],
    ['6.2', redis, true],
    ['9.0.2', redis, true],
    ['10.1.0', redis, true],
    ['5.0.14', redis, false],
    ['1.11.1', { rule: 'never' } as Fit, false],
  ])('%s by %j: %s', (found, fit, expected) => {
    expect(fits(found, '1.11.1', fit)).toBe(expected);
  });
});

describe('onPath', () => {
  it('finds executables in the order of PATH, and no folder, plain file or relative entry', async () => {
    await mkdir(join(folder, 'a', 'widget'), { recursive: true });
    await mkdir(join(folder, 'b'), { recursive: true });
    await writeFile(join(folder, 'b', 'widget'), 'not executable');
    const third = await program('c', 'widget', '');
    const fourth = await program('d', 'widget', '');
    const path = ['a', 'b', 'c', 'd', 'c'].map((entry) => join(folder, entry)).join(':');
    expect(await onPath('widget', `.:relative::${path}`)).toEqual([third, fourth]);
  });

  it('finds nothing without a PATH', async () => {
    expect(await onPath('sh', undefined)).toEqual([]);
  });
});

describe('lookUp', () => {
  const tool: Tool = {
    version: '1.2.3',
    group: 'run',
    fits: { rule: 'same-minor' },
    versionArguments: ['--version'],
  };
  const env = (...places: string[]) => ({ PATH: places.map((place) => join(folder, place)).join(':') });

  it('passes over a program that does not fit and takes the next', async () => {
    await program('old', 'widget', 'echo widget 1.1.0');
    const fitting = await program('new', 'widget', 'echo widget 1.2.9 >&2');
    expect(await lookUp('widget', tool, env('old', 'new'))).toEqual({ path: fitting, version: '1.2.9' });
  });

  it('says of each program why it will not do', async () => {
    const old = await program('old', 'widget', 'echo widget 1.1.0');
    const broken = await program('broken', 'widget', 'echo no such library >&2; exit 1');
    expect(await lookUp('widget', tool, env('old', 'broken'))).toEqual({
      failure: `${old} is 1.1.0, wanted 1.2.x; ${broken} does not run (no such library)`,
    });
  });

  it('takes another name of the same program', async () => {
    const valkey = await program('bin', 'valkey-server', 'echo Valkey server v=8.1.3');
    const redis: Tool = {
      ...tool,
      aliases: ['redis-server', 'valkey-server'],
      fits: { rule: 'at-least', version: '6.0.0', anyMajor: true },
    };
    expect(await lookUp('redis-server', redis, env('bin'))).toEqual({ path: valkey, version: '8.1.3' });
    expect(await lookUp('redis-server', redis, env('none'))).toEqual({
      failure: 'no redis-server or valkey-server',
    });
  });

  it('never runs a program that only shares its name', async () => {
    await program('bin', 'widget', `touch ${join(folder, 'ran')}; echo 1.2.3`);
    const found = await lookUp('widget', { ...tool, fits: { rule: 'never' } }, env('bin'));
    expect(found).toEqual({ failure: 'not looked for' });
    expect(await onPath('ran', folder)).toEqual([]);
  });
});
