import { spawn } from 'node:child_process';
import { once as event } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { identityOf, isAlive } from '../../platforms/local/process/identity.ts';
import { until } from '../../platforms/local/process/wait.ts';
import { findPortConflicts, logFiles, stackStatus, stopStack } from '../../platforms/local/supervisor.ts';
import { alerts, prometheus } from './local/prometheus.ts';
import { ask, engines, providers, server, TestStack } from './local/stack.ts';

/** A folder whose name has spaces, and whose path is longer than a Unix socket's may be. */
const ROOT = join(tmpdir(), `local platform ${process.pid}`, 'a folder with a long name '.repeat(5).trim());
const [A, B, C] = [21_000, 21_001, 21_002];

let stack: TestStack;
let beside: TestStack;

beforeAll(async () => {
  mkdirSync(ROOT, { recursive: true });
  stack = await TestStack.open(ROOT, 'main');
  beside = await TestStack.open(ROOT, 'beside');
});

afterEach(async () => {
  await stack.remove();
  await beside.remove();
});

afterAll(() => {
  rmSync(join(tmpdir(), `local platform ${process.pid}`), { recursive: true, force: true });
});

const a = (options: Partial<Parameters<typeof server>[2]> = {}) =>
  server(stack.state, 'a', { port: A, files: { 'rules.yml': 'one' }, ...options });
const b = (options: Partial<Parameters<typeof server>[2]> = {}) =>
  server(stack.state, 'b', { port: B, files: { 'b.yml': 'b' }, onChange: 'restart', ...options });

const supervisorPid = () =>
  (JSON.parse(readFileSync(join(stack.state, 'supervisor.json'), 'utf8')) as { pid: number }).pid;

describe('a stack of local processes', () => {
  test('comes up, stays the same, and changes one process at a time', async () => {
    expect(stack.state.length).toBeGreaterThan(110);
    const first = await stack.up([a(), b()]);
    expect(first.ops).toEqual({ a: 'create', b: 'create' });
    const [pidA, pidB] = [(await ask(A)).pid, (await ask(B)).pid];

    const second = await stack.up([a(), b()], { refresh: true });
    expect(second.ops).toEqual({ a: 'same', b: 'same' });

    const rules = { 'rules.yml': 'two', 'more/slo.yml': 'slo' };
    const preview = await stack.preview([a({ files: rules }), b()]);
    expect(preview.ops).toEqual({ a: 'update', b: 'same' });
    expect(preview.diffs.a).toEqual([
      'directories.config.files["more/slo.yml"]',
      'directories.config.files["rules.yml"]',
    ]);
    expect((await ask(A)).loaded).toEqual({ 'rules.yml': 'one' });

    await stack.up([a({ files: rules }), b()]);
    expect(await ask(A)).toMatchObject({ pid: pidA, loaded: { 'rules.yml': 'two', 'slo.yml': 'slo' } });

    await stack.up([a({ files: { 'rules.yml': 'two' } }), b()]);
    expect(await ask(A)).toMatchObject({ pid: pidA, loaded: { 'rules.yml': 'two' } });
    expect(existsSync(join(stack.state, 'a/etc/server/more'))).toBe(false);

    const argument = await stack.up([a({ files: { 'rules.yml': 'two' }, greeting: 'good day' }), b()]);
    expect(argument.diffs.a).toEqual(['args[3]']);
    expect(await ask(A)).toMatchObject({ greeting: 'good day' });
    expect((await ask(A)).pid).not.toBe(pidA);
    expect((await ask(B)).pid).toBe(pidB);

    await stack.up([
      a({ files: { 'rules.yml': 'two' }, greeting: 'good day' }),
      b({ files: { 'b.yml': 'c' } }),
    ]);
    expect(await ask(B)).toMatchObject({ loaded: { 'b.yml': 'c' } });
    expect((await ask(B)).pid).not.toBe(pidB);

    const status = await stackStatus(stack.state);
    expect(status.map(({ name, ready, restarts }) => [name, ready, restarts])).toEqual([
      ['a', true, 0],
      ['b', true, 0],
    ]);
    expect(readFileSync(logFiles(stack.state).a?.[0] ?? '', 'utf8')).toContain('good day on 21000');
  });

  test('passes neither passphrases nor secrets on: not to processes, state, arguments or other users', async () => {
    const files = { 'password.yml': pulumi.secret('hunter2-of-the-test') };
    await stack.up([a({ files, secret: true })]);
    expect((await ask(A)).env.PULUMI_CONFIG_PASSPHRASE).toBeUndefined();
    expect(stack.stateFile()).not.toContain('hunter2-of-the-test');
    const folder = join(stack.state, 'a/etc/server');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'password.yml')).mode & 0o777).toBe(0o600);
    expect((await stack.up([a({ files, secret: true })], { refresh: true })).ops).toEqual({ a: 'same' });

    writeFileSync(join(folder, 'password.yml'), 'changed-by-hand-of-the-test');
    const { ops, output } = await stack.preview([a({ files, secret: true })], { refresh: true });
    expect(ops).toEqual({ a: 'update' });
    expect(output).not.toContain('changed-by-hand-of-the-test');
    expect(stack.stateFile()).not.toContain('hunter2-of-the-test');

    await expect(stack.up([a({ files })])).rejects.toThrow(
      'config holds a secret: give the directory `secret: true`',
    );
  });

  test('puts refused files back and goes on with them', async () => {
    await stack.up([a()]);
    const { pid } = await ask(A);
    const bad = a({ files: { 'rules.yml': 'nonsense', 'new.yml': 'new' } });
    await expect(stack.up([bad])).rejects.toThrow(
      /refused its changed files.*rules.yml: nonsense is not understood/s,
    );
    expect(await ask(A)).toMatchObject({ pid, loaded: { 'rules.yml': 'one' } });
    expect(readFileSync(join(stack.state, 'a/etc/server/rules.yml'), 'utf8')).toBe('one');
    expect(existsSync(join(stack.state, 'a/etc/server/new.yml'))).toBe(false);
    expect((await stack.up([a()], { refresh: true })).ops).toEqual({ a: 'same' });
  });

  test('says why a process does not come up, and mends it in the next run', async () => {
    await stack.up([b()]);
    const pidB = (await ask(B)).pid;
    await expect(stack.up([a({ greeting: 'broken' }), b()])).rejects.toThrow(
      /a ended 4 times in a row.*this greeting cannot be said/s,
    );
    await stack.up([a(), b()], { refresh: true });
    expect((await ask(A)).greeting).toBe('hello');
    expect((await ask(B)).pid).toBe(pidB);
  });

  test('brings a killed process back by itself, and repairs what a refresh finds', async () => {
    await stack.up([a(), b()]);
    const [killed, pidB] = [(await ask(A)).pid, (await ask(B)).pid];
    process.kill(killed, 'SIGKILL');
    const back = await until(60, async () => {
      const [status] = await stackStatus(stack.state);
      return status?.ready && status.pid !== killed ? status : undefined;
    });
    expect(back?.restarts).toBe(1);

    appendFileSync(join(stack.state, 'a/etc/server/rules.yml'), ' by hand');
    writeFileSync(join(stack.state, 'a/etc/server/stray.yml'), 'stray');
    const drift = await stack.preview([a(), b()], { refresh: true });
    expect(drift.ops).toEqual({ a: 'update', b: 'same' });
    expect(drift.diffs.a).toEqual([
      'directories.config.files["rules.yml"]',
      'directories.config.files["stray.yml"]',
    ]);
    await stack.up([a(), b()], { refresh: true });
    expect(readFileSync(join(stack.state, 'a/etc/server/rules.yml'), 'utf8')).toBe('one');
    expect(await ask(A)).toMatchObject({ pid: back?.pid, loaded: { 'rules.yml': 'one' } });

    // A process that hangs: alive, but silent.
    process.kill(back?.pid ?? 0, 'SIGSTOP');
    const hanging = await stack.preview([a(), b()], { refresh: true });
    expect(hanging.diffs.a).toEqual(['status']);
    await stack.up([a(), b()], { refresh: true });
    expect((await ask(A)).pid).not.toBe(back?.pid);
    expect((await ask(B)).pid).toBe(pidB);
  });

  test('recovers from the death of its supervisor, and harms no process that is not its own', async () => {
    await stack.up([a(), b()]);
    writeFileSync(join(stack.state, 'a/data/kept'), 'data');
    const [oldA, supervisor] = [identityOf((await ask(A)).pid), supervisorPid()];
    if (oldA === undefined) throw new Error('a does not run');
    process.kill(supervisor, 'SIGKILL');
    await until(30, async () => (identityOf(supervisor) === undefined ? true : undefined));

    // A stranger that has got the pid of b's last start, as far as the record tells.
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
    process.kill((await ask(B)).pid, 'SIGKILL');
    const record = join(stack.state, 'b/.run/launched');
    const [, start, id] = readFileSync(record, 'utf8').split('\n');
    writeFileSync(record, `${stranger.pid}\n${start}\n${id}\n`);

    const repaired = await stack.up([a(), b()], { refresh: true });
    expect(repaired.ops).toEqual({ a: 'update', b: 'update' });
    expect(repaired.diffs).toEqual({ a: ['status'], b: ['status'] });
    expect(isAlive(oldA)).toBe(false);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    stranger.kill('SIGKILL');
    expect((await ask(A)).pid).not.toBe(oldA.pid);
    expect((await ask(B)).greeting).toBe('hello');
    expect(readFileSync(join(stack.state, 'a/data/kept'), 'utf8')).toBe('data');
    expect((await stack.up([a(), b()], { refresh: true })).ops).toEqual({ a: 'same', b: 'same' });
  });

  test('goes on after Ctrl-C, and after the engine was killed', async () => {
    await stack.up([b()]);
    const pidB = (await ask(B)).pid;
    const once = (condition: () => Promise<boolean | undefined>, act: () => void) =>
      until(60, async () => {
        if ((await condition().catch(() => false)) !== true) return undefined;
        act();
        return true;
      });

    const ctrlC = new AbortController();
    const runs = async () => (await stackStatus(stack.state)).find(({ name }) => name === 'a')?.running;
    const [interrupted, pressed] = await Promise.allSettled([
      stack.up([a({ health: '/never' }), b()], { signal: ctrlC.signal }),
      once(runs, () => ctrlC.abort()),
    ]);
    expect(pressed).toEqual({ status: 'fulfilled', value: true });
    expect(String((interrupted as PromiseRejectedResult).reason)).toContain('cancelled while waiting');
    await stack.up([a(), b()], { refresh: true });
    const first = await ask(A);

    // Changed, but the engine never learns of it: the next run finds out.
    const changed = async () => (await ask(A)).greeting === 'other';
    const [killed, kill] = await Promise.allSettled([
      stack.up([a({ health: '/never', greeting: 'other' }), b()]),
      once(changed, () => {
        for (const engine of engines()) process.kill(engine, 'SIGKILL');
      }),
    ]);
    expect(kill).toEqual({ status: 'fulfilled', value: true });
    expect(String((killed as PromiseRejectedResult).reason)).not.toContain('is not healthy');
    await until(30, async () => (providers().length === 0 ? true : undefined));
    await stack.unlock();
    const { ops } = await stack.up([a(), b()], { refresh: true });
    expect(ops).toEqual({ a: 'update', b: 'same' });
    expect((await ask(A)).greeting).toBe(first.greeting);
    expect((await ask(B)).pid).toBe(pidB);
  });

  test('adopts what already runs when its state was lost', async () => {
    await stack.up([a()]);
    const { pid } = await ask(A);
    await stack.forget();
    expect((await stack.up([a()])).ops).toEqual({ a: 'create' });
    expect((await ask(A)).pid).toBe(pid);
  });

  test('has Prometheus take up an edited rule with its pid and pending alerts unchanged', async () => {
    const rule = (alert: string) =>
      `{"groups": [{"name": "${alert}", "rules": [{"alert": "${alert}", "expr": "vector(1)", "for": "1h"}]}]}`;
    const workload = prometheus(stack.state, C);
    await stack.up([workload({ 'one.yml': rule('One') })]);
    const before = await until(30, async () => (await alerts(C)).find(({ name }) => name === 'One'));
    const [{ pid } = {}] = await stackStatus(stack.state);
    expect(before?.state).toBe('pending');

    await stack.up([workload({ 'one.yml': rule('One'), 'two.yml': rule('Two') })]);
    const two = await until(30, async () => (await alerts(C)).find(({ name }) => name === 'Two'));
    expect(two?.state).toBe('pending');
    expect((await alerts(C)).find(({ name }) => name === 'One')).toEqual(before);
    expect((await stackStatus(stack.state))[0]?.pid).toBe(pid);

    await expect(
      stack.up([workload({ 'one.yml': rule('One').replace('vector(1)', 'vector(') })]),
    ).rejects.toThrow(
      /prometheus refused its changed files \(config\/rules\/one\.yml, config\/rules\/two\.yml\).*answered 500/s,
    );
    expect((await alerts(C)).map(({ name }) => name).sort()).toEqual(['One', 'Two']);
  });

  test('refuses a port that somebody else has, and names who and the setting', async () => {
    const other = createServer();
    other.listen(A, '127.0.0.1');
    await event(other, 'listening');
    try {
      const [conflict] = await findPortConflicts(
        [
          { workload: 'a', port: A },
          { workload: 'b', port: B },
        ],
        stack.state,
      );
      expect(conflict).toMatchObject({ workload: 'a', port: A });
      await expect(stack.up([a(), b()])).rejects.toThrow(
        /port 21000\/tcp of a is already taken on this machine by .*with the setting ports\.a/,
      );
    } finally {
      other.close();
    }
    await stack.up([a(), b()]);
    expect(await findPortConflicts([{ workload: 'a', port: A }], stack.state)).toEqual([]);
  });

  test('lives beside another stack, and leaves nothing running when destroyed', async () => {
    const c = server(beside.state, 'a', { port: C, greeting: 'beside' });
    await stack.up([a()]);
    await beside.up([c]);
    expect([(await ask(A)).greeting, (await ask(C)).greeting]).toEqual(['hello', 'beside']);
    const [pid, supervisor] = [(await ask(A)).pid, supervisorPid()];

    await stack.destroy();
    expect([identityOf(pid), identityOf(supervisor)]).toEqual([undefined, undefined]);
    expect((await ask(C)).greeting).toBe('beside');
    expect(existsSync(join(stack.state, 'a/etc'))).toBe(false);
    expect(existsSync(join(stack.state, 'a/data'))).toBe(true);

    writeFileSync(join(beside.state, 'a/data/kept'), 'data');
    const report = await stopStack(beside.state);
    expect(report.stopped).toEqual(['a']);
    expect(report.kept).toContainEqual({ workload: 'a', path: join(beside.state, 'a/data'), bytes: 4 });
    expect((await beside.up([c], { refresh: true })).ops).toEqual({ a: 'update' });
    await beside.destroy();
    expect((await stopStack(beside.state, { purge: true })).removed.map(({ path }) => path)).toContain(
      join(beside.state, 'a/data'),
    );
    expect(existsSync(join(beside.state, 'a'))).toBe(false);
  });
});
