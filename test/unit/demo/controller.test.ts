import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEPT, NotificationStore, readPayload } from '../../../demo/controller/notifications.ts';
import { PAGE } from '../../../demo/controller/page.ts';
import { ControlState } from '../../../demo/controller/state.ts';
import { INCIDENT_NAMES, INCIDENTS } from '../../../demo/incidents.ts';
import { createLog } from '../../../demo/kit/log.ts';
import type { Signal } from '../../../demo/kit/signals.ts';

const silent = createLog('test', () => {});

const payload = {
  version: '4',
  groupKey: '{}:{alertname="InferenceAPIHighLatency"}',
  status: 'firing',
  receiver: 'demo',
  groupLabels: { alertname: 'InferenceAPIHighLatency' },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'InferenceAPIHighLatency', severity: 'critical' },
      annotations: { summary: 'API latency exceeds SLA' },
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
    },
  ],
};

describe('notifications', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are kept with their receiver and given from a time on', async () => {
    const store = await NotificationStore.open(undefined, silent);
    await store.add(payload, undefined, new Date(1_000));
    await store.add(payload, 'pager', new Date(2_000));
    expect(store.list().map(({ id, receiver }) => [id, receiver])).toEqual([
      [1, 'demo'],
      [2, 'pager'],
    ]);
    expect(store.list(1_000)).toHaveLength(1);
    expect(store.list()[0]?.payload).toEqual(payload);
  });

  it('survive a restart, but for a line that was cut off', async () => {
    const file = join(folder, 'sub', 'notifications.jsonl');
    const first = await NotificationStore.open(file, silent);
    await first.add(payload);
    await first.add(payload);
    await appendFile(file, '{"id":3,"aler');
    const second = await NotificationStore.open(file, silent);
    expect(second.list()).toEqual(first.list());
    await second.add(payload);
    const third = await NotificationStore.open(file, silent);
    expect(third.list().map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  it('are limited in memory and on disk', async () => {
    const file = join(folder, 'notifications.jsonl');
    const store = await NotificationStore.open(file, silent);
    await Promise.all(Array.from({ length: 5 * KEPT + 2 }, () => store.add(payload)));
    expect(store.list()).toHaveLength(KEPT);
    expect(store.list().at(-1)?.id).toBe(5 * KEPT + 2);
    expect((await readFile(file, 'utf8')).split('\n').length).toBeLessThan(KEPT + 10);
  });

  it('that are no webhook payload are refused', () => {
    expect(() => readPayload(null)).toThrow('JSON object');
    expect(() => readPayload({ status: 'firing' })).toThrow('alerts: missing');
    expect(readPayload({ alerts: [null, { labels: { alertname: 5 } }] }).alerts[1]?.labels).toEqual({
      alertname: '5',
    });
  });
});

describe('control state', () => {
  it('tells the current state first, then each change once', () => {
    const state = new ControlState(() => 5);
    state.switch('errors', true);
    const told: Signal[] = [];
    const stop = state.subscribe((signal) => told.push(signal));
    state.switch('errors', true);
    state.switch('drift', true);
    state.switch('errors', false);
    stop();
    state.switch('drift', false);
    expect(told.map((signal) => signal.type === 'state' && signal.incidents)).toEqual([
      ['errors'],
      ['errors', 'drift'],
      ['drift'],
    ]);
    expect(state.since('errors')).toBeUndefined();
  });

  it('ends maintenance when its time is over, or before when asked', () => {
    let now = 0;
    const state = new ControlState(() => now);
    const under = () => {
      const current = state.current();
      return current.type === 'state' ? current.maintenance : [];
    };
    state.announce('deployment', ['business'], 60);
    expect(under()).toEqual([]);
    state.announce('maintenance', ['business', 'feature-store'], 60);
    expect(under()).toEqual(['business', 'feature-store']);
    state.endMaintenance(['business']);
    expect(under()).toEqual(['feature-store']);
    now = 60_000;
    expect(under()).toEqual([]);
    expect(state.events.map(({ kind }) => kind)).toEqual(['deployment', 'maintenance']);
  });
});

it('every incident says what it does', () => {
  for (const name of INCIDENT_NAMES) {
    expect(INCIDENTS[name].title.length, name).toBeGreaterThan(3);
    expect(INCIDENTS[name].effect, name).toMatch(/\.$/);
  }
});

it('the page needs nothing from elsewhere', () => {
  expect(PAGE).not.toMatch(/(?:src|href)="(?!data:)/);
  expect(PAGE).not.toContain('innerHTML');
});
