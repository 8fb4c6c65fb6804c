import { describe, expect, it } from 'vitest';
import { rateAt } from '../../../demo/controller/shape.ts';
import { Freshness, STALE_SECONDS } from '../../../demo/features/freshness.ts';
import { NullRatio } from '../../../demo/features/quality.ts';
import { RecentPredictions } from '../../../demo/inference/recent.ts';
import { fraudRequest, personalizationRequest } from '../../../demo/inference/requests.ts';
import { createLog } from '../../../demo/kit/log.ts';
import { backoff, every, untilDone } from '../../../demo/kit/retry.ts';
import { commonVariables, lookUp, readSettings, SettingError } from '../../../demo/kit/settings.ts';
import { Signals } from '../../../demo/kit/signals.ts';
import { digest } from '../../../demo/streaming/events.ts';
import { lagSum, progressOf } from '../../../demo/streaming/lag.ts';
import { variantOf } from '../../../demo/training/monitor.ts';
import { ModelRegistry } from '../../../demo/training/registry.ts';

const silent = createLog('test', () => {});

describe('daily shape', () => {
  const day = Array.from({ length: 24 * 60 }, (_, minute) => rateAt(minute * 60_000, 20, 86_400));

  it('has the mean that was asked for, and never falls to nothing', () => {
    expect(day.reduce((a, b) => a + b, 0) / day.length).toBeCloseTo(20, 6);
    expect(Math.min(...day)).toBeGreaterThan(7);
  });

  it('peaks in the evening and is lowest at night', () => {
    const hourOf = (rate: number) => day.indexOf(rate) / 60;
    expect(hourOf(Math.max(...day))).toBeGreaterThan(18);
    expect(hourOf(Math.max(...day))).toBeLessThan(21);
    expect(hourOf(Math.min(...day))).toBeLessThan(5);
  });

  it('is the same in a compressed day', () => {
    expect(rateAt(900_000, 20, 3_600)).toBeCloseTo(rateAt(6 * 3_600_000, 20, 86_400), 9);
  });
});

describe('consumer lag', () => {
  it('is what is left to read, over all partitions', () => {
    const topic = [
      { partition: 0, low: '0', high: '120' },
      { partition: 1, low: '0', high: '80' },
    ];
    const group = [
      { partition: 1, offset: '80' },
      { partition: 0, offset: '100' },
    ];
    expect(lagSum(progressOf(topic, group))).toBe(20);
  });

  it('counts everything that is kept for a group that has read nothing, or too far back', () => {
    expect(lagSum([{ committed: -1, low: 40, high: 100 }])).toBe(60);
    expect(lagSum([{ committed: 10, low: 40, high: 100 }])).toBe(60);
  });

  it('is never negative: a topic that was made anew is not read ahead', () => {
    expect(lagSum([{ committed: 500, low: 0, high: 100 }])).toBe(0);
  });
});

describe('events', () => {
  it('of each topic become an update of the right group', () => {
    const groupOf = (topic: Parameters<typeof digest>[0], event: unknown) => {
      const outcome = digest(topic, JSON.stringify(event));
      return 'update' in outcome ? outcome.update.group : outcome.deadLetter;
    };
    expect(groupOf('clicks', { at: 1, user: 'u', offer: 'o' })).toBe('user_profile');
    expect(groupOf('transactions', { at: 1, user: 'u', amount: 5 })).toBe('transaction_history');
    const update = { at: 1, group: 'device', id: 'd', values: { device_risk: 0.3 } };
    expect(groupOf('feature-updates', update)).toBe('device');
    expect(groupOf('feature-updates', { ...update, group: 'planet' })).toBe('invalid');
    expect(groupOf('clicks', { user: 'u', offer: 'o' })).toBe('malformed');
  });

  it('that cannot be parsed are given up with the reason', () => {
    expect(digest('clicks', '{"at":1,')).toMatchObject({ deadLetter: 'malformed' });
    expect(digest('clicks', 'null')).toMatchObject({ deadLetter: 'malformed', detail: 'not an object' });
  });

  it('move a mean amount a little, and never far from what the user is known for', () => {
    const outcome = digest(
      'transactions',
      JSON.stringify({ at: 1, user: 'u', amount: 1e9, history: { mean_amount_usd: 40 } }),
    );
    expect('update' in outcome && outcome.update.values.mean_amount_usd).toBeLessThan(1_000);
  });
});

describe('settings', () => {
  const variables = {
    ...commonVariables(8080),
    LOAD: { kind: 'number', fallback: '20', help: '', min: 0, max: 100 },
  } as const;

  it('have defaults, and take every kind of address', () => {
    expect(readSettings(variables, {})).toEqual({
      LISTEN: { host: '127.0.0.1', port: 8080 },
      DEMO: { host: '127.0.0.1', port: 8090 },
      LOAD: 20,
    });
    expect(readSettings(variables, { LISTEN: ':9' }).LISTEN).toEqual({ host: '', port: 9 });
    expect(readSettings(variables, { DEMO: 'http://demo:9/' }).DEMO).toEqual({ host: 'demo', port: 9 });
    expect(readSettings(variables, { LISTEN: '[::1]:9' }).LISTEN).toEqual({ host: '::1', port: 9 });
  });

  it.each([
    ['LISTEN', 'localhost', 'LISTEN=localhost: must be host:port'],
    ['DEMO', 'demo:99999', 'DEMO=demo:99999: must be host:port'],
    ['LOAD', 'much', 'LOAD=much: must be a number from 0 to 100'],
    ['LOAD', '101', 'LOAD=101: must be a number from 0 to 100'],
  ])('refuse %s=%s and say what is allowed', (name, value, message) => {
    expect(() => readSettings(variables, { [name]: value })).toThrow(message);
  });

  it('name the nearest where a name is unknown', () => {
    expect(() => lookUp('role', 'busines', { business: 1, demo: 2 })).toThrow(SettingError);
    expect(() => lookUp('role', 'busines', { business: 1, demo: 2 })).toThrow('did you mean "business"');
    expect(() => lookUp('role', 'zzz', { demo: 2 })).toThrow('unknown role "zzz". Known: demo');
    expect(() => lookUp('role', 'constructor', { demo: 2 })).toThrow('unknown role');
  });
});

describe('requests', () => {
  const valid = { user: 'u-1', device: 'd', merchant: 'm', channel: 'web', amount: 10 };

  it('are taken when they are complete', () => {
    expect(fraudRequest({ ...valid, extra: 1 })).toEqual(valid);
    expect(personalizationRequest({ user: 'u', discount: 0.1 })).toEqual({ user: 'u', discount: 0.1 });
  });

  it.each([
    [{ ...valid, amount: '10' }, 'amount: "10" is not allowed; must be a number'],
    [{ ...valid, amount: -1 }, 'amount: -1'],
    [{ ...valid, channel: 'fax' }, 'one of web, mobile, pos'],
    [{ ...valid, user: 'a/b' }, 'user: "a/b"'],
    [{ ...valid, device: undefined }, 'device: missing'],
    [[], 'channel'],
    [null, 'JSON object'],
  ])('%j is refused with its field', (body, message) => {
    expect(() => fraudRequest(body)).toThrow(message);
  });
});

describe('signals', () => {
  it('change what is active, once a change, for the right service', () => {
    const signals = new Signals('business', { host: '127.0.0.1', port: 1 }, silent);
    const seen: string[] = [];
    signals.onChange(() => seen.push('change'));
    signals.onEvent((kind) => seen.push(kind));
    signals.receive({ type: 'state', incidents: ['drift'], maintenance: ['business'] });
    signals.receive({ type: 'state', incidents: ['drift'], maintenance: ['business'] });
    expect([signals.active('drift'), signals.active('errors'), signals.maintenance]).toEqual([
      true,
      false,
      true,
    ]);
    signals.receive({ type: 'event', kind: 'deployment', services: ['feature-store'] });
    signals.receive({ type: 'event', kind: 'configuration', services: ['business'] });
    signals.receive({ type: 'state', incidents: [], maintenance: ['feature-store'] });
    expect(seen).toEqual(['change', 'configuration', 'change']);
    expect(signals.maintenance).toBe(false);
  });
});

describe('small parts', () => {
  it('freshness is the age of the newest value, backdated when stale', () => {
    const freshness = new Freshness(['device'], 1_000);
    expect(freshness.ageSeconds('device', 11_000)).toBe(10);
    freshness.saw('device', 9_000);
    freshness.saw('device', 5_000);
    expect(freshness.ageSeconds('device', 11_000)).toBe(2);
    expect(freshness.ageSeconds('device', 8_000)).toBe(0);
    expect(freshness.ageSeconds('device', 11_000, true)).toBe(2 + STALE_SECONDS);
  });

  it('a null ratio forgets what is long past', () => {
    const ratio = new NullRatio();
    expect(ratio.value).toBe(0);
    for (let i = 0; i < 100; i++) ratio.add(i % 4 === 0);
    expect(ratio.value).toBe(0.25);
    for (let i = 0; i < 400; i++) ratio.add(false);
    expect(ratio.value).toBe(0);
  });

  it('recent predictions are given once, and all of them after a restart', () => {
    const recent = new RecentPredictions();
    for (let i = 0; i < 3 * RecentPredictions.LIMIT; i++) recent.add('fraud', 'u', i);
    expect(recent.after(3 * RecentPredictions.LIMIT - 2).map(({ score }) => score)).toEqual([14_998, 14_999]);
    expect(recent.after(3 * RecentPredictions.LIMIT)).toEqual([]);
    expect(recent.after(999_999).length).toBeGreaterThanOrEqual(RecentPredictions.LIMIT);
  });

  it('the registry promotes what is as accurate, and only stages what is not', () => {
    const registry = new ModelRegistry();
    expect(registry.register(0.97)).toEqual(['staging', 'production']);
    expect(registry.register(0.9)).toEqual(['staging']);
    expect(registry.register(0.965)).toEqual(['staging', 'production']);
    expect([registry.version('staging'), registry.version('production')]).toEqual([3, 3]);
  });

  it('a user always sees the same variant, and users are split about evenly', () => {
    const users = Array.from({ length: 1_000 }, (_, i) => `u-${i}`);
    const treated = users.filter((user) => variantOf(user) === 'treatment').length;
    expect(Math.abs(treated - 500)).toBeLessThan(80);
    expect(users.map(variantOf)).toEqual(users.map(variantOf));
  });

  it('a log line is JSON, and a message that repeats is written once', () => {
    const lines: string[] = [];
    const log = createLog('business', (line) => lines.push(line));
    log.warn('broker\naway', { reason: 'refused' });
    log.warn('broker\naway', { reason: 'refused' });
    log.info('another');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      level: 'warn',
      role: 'business',
      reason: 'refused',
    });
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  });

  it('retries wait longer up to a limit', async () => {
    expect([0, 1, 2, 3, 4, 50].map(backoff)).toEqual([200, 400, 800, 1_600, 3_000, 3_000]);
    const ending = new AbortController();
    ending.abort();
    expect(
      await untilDone(
        async () => 1,
        () => {},
        ending.signal,
      ),
    ).toBeUndefined();
    let attempts = 0;
    const flaky = async () => {
      if (++attempts < 2) throw new Error('not yet');
      return attempts;
    };
    expect(await untilDone(flaky, () => {}, new AbortController().signal)).toBe(2);
    const failures: unknown[] = [];
    const once = new AbortController();
    await every(
      1,
      () => {
        once.abort();
        throw new Error('bad');
      },
      (error) => failures.push(error),
      once.signal,
    );
    expect(failures).toHaveLength(1);
  });
});
