import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { Clone } from './full-path/clone.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** The commit of the last version, before the changes that CHANGELOG.md has under Unreleased. */
const LAST = '908b41f6ad6aa4995490f9ee850cc88d8374da15';
/** Rules are evaluated often: an alert is pending soon after the start. */
const QUICK = { scrapeInterval: '5s', evaluationInterval: '5s' };
/** Holds as soon as Redis was asked, and is pending for the whole test. */
const ALERT = 'RedisUsed';
/**
 * How long the alert is pending before the update. Prometheus adds the time from its last evaluation to its second one
 * after the start: only what was pending for longer than two evaluations still begins before the server.
 */
const PENDING_MS = 30_000;
const RULE = `alerts:
  - name: ${ALERT}
    service: redis
    severity: warning
    signal: saturation
    expr: max(redis_memory_used_bytes) > $threshold
    threshold: { value: 1, unit: bytes, direction: above }
    for: 30m
    summary: Redis holds something
    description: Redis uses memory.
    runbook: high-load
    proof:
      over: [{ series: redis_memory_used_bytes, kind: gauge, value: 2 }]
      under: [{ series: redis_memory_used_bytes, kind: gauge, value: 1 }]
`;

interface Alert {
  readonly state: string;
  readonly activeAt: string;
  readonly labels: Readonly<Record<string, string>>;
}

const problem =
  spawnSync('git', ['cat-file', '-e', `${LAST}^{commit}`], { cwd: ROOT }).status === 0
    ? undefined
    : `the last version, ${LAST}, is not in the history of this clone: git fetch --unshallow`;
if (problem !== undefined) console.log(`not run: ${problem}`);

describe.skipIf(problem !== undefined)('from the last version to this one, and back', () => {
  let clone: Clone;
  let present: string;
  /** What the last version had: the time of a sample, a pending alert, and a silence. */
  let since: number;
  let held: Alert;
  let silence: string;

  beforeAll(async () => {
    present = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
    clone = await Clone.make('upgrade', 31_000, { prometheus: QUICK });
    mkdirSync(join(clone.folder, 'rules.d'), { recursive: true });
    clone.write(join('rules.d', 'own.yaml'), RULE);
    symlinkSync(join(ROOT, 'node_modules'), join(clone.folder, 'node_modules'));
  });

  afterAll(async () => {
    if (clone === undefined) return;
    await clone.run(...clone.command('down', '--purge'));
    rmSync(join(clone.folder, '..', '..'), { recursive: true, force: true });
  });

  async function switchTo(commit: string): Promise<void> {
    const switched = await clone.run('git', 'switch', '--quiet', '--detach', commit);
    expect(switched).toEqual({ code: 0, output: '' });
  }

  /** Brings up the last version. That every rule of it is evaluated within a minute is not the question. */
  async function upAtLast(): Promise<void> {
    await switchTo(LAST);
    const up = clone.started(...clone.command('up'));
    const early = up.ended.then(({ output }) => Promise.reject(new Error(output)));
    early.catch(() => undefined);
    await Promise.race([
      early,
      eventually(90, () => expect(up.said()).toMatch(/changes? made, \d+ unchanged/)),
    ]);
    up.interrupt();
    await up.ended;
  }

  const pending = async () =>
    (await clone.prometheus<{ alerts: readonly Alert[] }>('alerts')).alerts.filter(
      ({ labels }) => labels.alertname === ALERT,
    );
  const started = async () => (await clone.prometheus<{ startTime: string }>('status/runtimeinfo')).startTime;
  async function alertmanager<T>(path: string, body?: object): Promise<T> {
    const answer = await fetch(`${clone.url('alertmanager')}/api/v2/${path}`, {
      signal: AbortSignal.timeout(10_000),
      ...(body && {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as T;
  }

  async function kept(): Promise<void> {
    const old = await clone.prometheus<{ result: object[] }>(
      `query?query=${encodeURIComponent('up{job="prometheus"}')}&time=${since}`,
    );
    expect(old.result).toHaveLength(1);
    const { status, comment } = await alertmanager<{ status: { state: string }; comment: string }>(
      `silence/${silence}`,
    );
    expect([status.state, comment]).toEqual(['active', 'over an update']);
    // One that starts over begins after the server. One that goes on began before, by the time that it was away less.
    const start = Date.parse(await started());
    await eventually(60, async () => {
      const found = await pending();
      expect(found.map(({ state, labels }) => [state, labels])).toEqual([['pending', held.labels]]);
      expect(Date.parse(found[0]?.activeAt ?? '')).toBeLessThan(start);
    });
  }

  test('the last version comes up, with samples, a silence and pending alerts', async () => {
    await upAtLast();
    held = await eventually(120, async () => {
      const [found] = await pending();
      if (found === undefined) throw new Error('no alert is pending');
      expect(Date.now() - Date.parse(found.activeAt)).toBeGreaterThan(PENDING_MS);
      return found;
    });
    const matcher = { name: 'alertname', value: 'Quiet', isRegex: false, isEqual: true };
    const times = { startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 3600e3).toISOString() };
    const made = { matchers: [matcher], ...times, createdBy: 'test', comment: 'over an update' };
    silence = (await alertmanager<{ silenceID: string }>('silences', made)).silenceID;
    since = Date.now() / 1000;
  });

  test('this version goes on with them', async () => {
    const before = await started();
    await switchTo(present);
    const { code, output } = await clone.run(...clone.command('up'));
    expect([code, output]).toEqual([0, output]);
    expect(await started()).not.toBe(before);
    await kept();
  });

  test('and so does the last version again', async () => {
    const before = await started();
    await upAtLast();
    await eventually(60, async () => expect(await started()).not.toBe(before));
    await kept();
  });
});
