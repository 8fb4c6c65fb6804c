import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { SERVICES } from '../../catalogue/services.ts';
import { STACK } from '../../catalogue/stack.ts';
import { INCIDENTS } from '../../demo/incidents.ts';
import { eventually } from '../eventually.ts';
import { keepEvidence } from './evidence.ts';
import type { PlatformUnderTest } from './subject.ts';

interface Target {
  readonly labels: { readonly job: string; readonly instance: string };
  readonly health: string;
  readonly lastError: string;
}

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly duration?: number;
}

interface Alert {
  readonly state: string;
  readonly activeAt: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Notification {
  readonly receiver: string;
  /** `resolved` once no alert of the group fires. */
  readonly status: string;
  readonly groupKey: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly startsAt: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
}

/**
 * The incidents that are played, and the alert that each must fire. On a busy machine a slow model takes more than
 * 200 ms: the page that says so comes first then, and in the other's place.
 */
const SLOW = {
  incident: 'slow-model',
  alert: 'InferenceAPIHighLatency',
  pages: ['InferenceAPIHighLatency', 'InferenceAPILatencySLOBroken'],
} as const;
const REDIS = { incident: 'redis-down', alert: 'RedisDown', pages: ['RedisDown'] } as const;

/** An alert that no incident of the contract fires, and what its `for` is changed to. */
const EDITED = { alert: 'CacheHitRateLow', for: '7m', seconds: 420 };

/** A rule that cannot be used: a letter is missing in the name of its metric. */
const MISSPELT = `alerts:
  - name: TooManyRequests
    service: inference-api
    severity: warning
    signal: traffic
    expr: sum(rate(inference_request_total[5m])) > $threshold
    threshold: { value: 1000, unit: per_second, direction: above }
    for: 5m
    summary: Many requests
    description: There are {{ $value }} requests a second.
    runbook: high-load
    proof:
      over: [{ series: inference_request_total, kind: counter, value: 1010 }]
      under: [{ series: inference_request_total, kind: counter, value: 990 }]
`;

/** Every copy still runs that ran before; one that answers late on a busy machine is given time. */
export async function stillRun(
  under: PlatformUnderTest,
  before: Readonly<Record<string, string>>,
): Promise<void> {
  await eventually(60, async () => expect(await under.running()).toMatchObject(before));
}

/** How many times Prometheus has scraped itself in ten minutes up to a time in seconds; undefined where it has not. */
export async function samplesUntil(
  prometheus: (path: string) => Promise<{ result: { value: [number, string] }[] }>,
  time: number,
): Promise<string | undefined> {
  const query = encodeURIComponent('count_over_time(up{job="prometheus"}[10m])');
  return (await prometheus(`query?query=${query}&time=${time}`)).result[0]?.value[1];
}

/**
 * What every platform has to hold, on a stack that is up: registers the tests, in the order in which they have to
 * run. The stack is gone afterwards.
 * @param under the adapter, asked for when the first test runs.
 * @param own registers tests of the platform's own, which find the stack up and leave it so.
 */
export function platformContract(under: () => PlatformUnderTest, own: () => void = () => undefined): void {
  keepEvidence(under);
  const prometheus = async <T>(path: string, copy = under().prometheuses[0] ?? '') =>
    (await under().ask<{ data: T }>(copy, `/api/v1/${path}`)).data;
  const rules = async (copy: string) =>
    (await prometheus<{ groups: { rules: Rule[] }[] }>('rules', copy)).groups.flatMap((group) => group.rules);
  const lasts = async (name: string, copy: string) =>
    (await rules(copy)).find((rule) => rule.name === name)?.duration;
  const alerts = async (copy?: string) => (await prometheus<{ alerts: Alert[] }>('alerts', copy)).alerts;
  /** One of an alert's series: the first, or the one with these labels. */
  const firing = async (name: string, same?: Alert['labels']) =>
    (await alerts()).find(({ labels }) =>
      same === undefined ? labels.alertname === name : isDeepStrictEqual(labels, same),
    );
  /**
   * Pages of what has fired since a time in Unix milliseconds. A member of a gossip cluster may page what has ended
   * just now: it waits for the others, up to half a minute, with what it knew before.
   */
  const paged = async (since: number) =>
    (await under().ask<Notification[]>('demo', '/notifications'))
      .filter(({ receiver }) => receiver === 'pager')
      .flatMap(({ alerts, groupKey, status: ofGroup }) =>
        alerts.map(({ status, startsAt, labels }) => ({
          status,
          groupKey,
          ofGroup,
          startsAt,
          alert: labels.alertname ?? '',
          series: JSON.stringify(labels),
        })),
      )
      .filter(({ startsAt }) => Date.parse(startsAt) >= since);
  /** What was told last of each of an incident's pages. */
  const told = async ({ pages }: { pages: readonly string[] }, since: number) => {
    const last = new Map<string, { readonly groupKey: string; readonly status: string }>();
    for (const page of (await paged(since)).filter(({ alert }) => pages.includes(alert))) {
      last.set(page.series, page);
      if (page.ofGroup !== 'resolved') continue;
      // A member that was replaced knows what Prometheus sends it afterwards. An alert that ended meanwhile is in no
      // message; the end of its group closes the incident, as at PagerDuty, whose key is the group's.
      for (const [series, known] of last)
        if (known.groupKey === page.groupKey) last.set(series, { ...known, status: 'resolved' });
    }
    return [...last.values()].map(({ status }) => status);
  };
  /** When the first of a slow model's alerts began to hold, Unix milliseconds. */
  let slowSince = 0;

  async function allUp(copy: string): Promise<void> {
    const { activeTargets } = await prometheus<{ activeTargets: Target[] }>('targets', copy);
    const down = activeTargets.filter(({ health }) => health !== 'up');
    expect(down.map(({ labels, lastError }) => `${labels.job} ${labels.instance}: ${lastError}`)).toEqual([]);
    const jobs = activeTargets.map(({ labels }) => labels.job);
    expect(jobs).toEqual(expect.arrayContaining([...Object.keys(SERVICES), ...Object.keys(STACK)]));
    const instances = activeTargets.map(({ labels }) => `${labels.job} ${labels.instance}`);
    const { port } = SERVICES['inference-api'];
    for (const instance of [
      `inference-api inference-api:${port}`,
      'probe-tcp redis:6379',
      'probe-tcp kafka:9092',
    ])
      expect(instances).toContain(instance);
  }

  test('every target is up and every rule healthy', async () => {
    for (const copy of under().prometheuses) {
      await eventually(120, () => allUp(copy));
      await eventually(90, async () => {
        const all = await rules(copy);
        expect(all.length).toBeGreaterThan(0);
        expect(all.filter(({ health }) => health !== 'ok')).toEqual([]);
      });
    }
  });

  test('an incident reaches its receiver, and a rule edited meanwhile is live without a restart', {
    timeout: 1_000_000,
  }, async () => {
    const { incident, alert, pages } = SLOW;
    await under().begin(incident);
    await eventually(180, async () => expect(await firing(alert)).toBeDefined());

    const before = await under().running();
    const old = await lasts(EDITED.alert, under().prometheuses[0] ?? '');
    expect(old).not.toBe(EDITED.seconds);
    // Pending; a machine that is slow by itself has it fire already.
    const held = await firing(alert);
    const begun = (await alerts()).filter(({ labels: { alertname = '' } }) =>
      pages.some((name) => name === alertname),
    );
    slowSince = Math.min(...begun.map(({ activeAt }) => Date.parse(activeAt)));
    expect(await under().up({ alerts: { [EDITED.alert]: { for: EDITED.for } } })).toEqual({ changed: true });
    for (const copy of under().prometheuses)
      await eventually(under().ruleSeconds, async () =>
        expect(await lasts(EDITED.alert, copy)).toBe(EDITED.seconds),
      );
    await stillRun(under(), before);

    expect(held?.labels).toMatchObject({ severity: 'critical' });
    const fired = await eventually(300, async () => {
      const found = await firing(alert, held?.labels);
      expect(found?.state).toBe('firing');
      return found;
    });
    expect(fired?.activeAt).toBe(held?.activeAt);
    await eventually(120, async () => expect(await told(SLOW, slowSince)).toContain('firing'));
    await under().recover();
  });

  test('what each copy logged can be read', async () => {
    const logs = await under().logs();
    // Pods of a Deployment add letters of their own to the name.
    const silent = Object.keys(await under().running()).filter(
      (ready) => !logs.some(({ copy }) => copy === ready || copy.startsWith(`${ready}-`)),
    );
    expect(silent).toEqual([]);
    for (const copy of under().prometheuses) {
      const log = logs.find((each) => each.copy === copy);
      expect(log?.workload).toBe('prometheus');
      expect((await log?.tail(1000))?.join('\n')).toContain('Server is ready to receive web requests');
      expect(await log?.tail(1)).toHaveLength(1);
    }
  });

  test('an update without a change changes nothing', async () => {
    await under().up();
    const before = await under().running();
    expect(await under().up()).toEqual({ changed: false });
    await stillRun(under(), before);
  });

  test('settings and rules that cannot be used are refused, and change nothing', async () => {
    const before = await under().running();
    await expect(under().up({ settings: { ports: { promtheus: 1234 } } })).rejects.toThrow(
      'ports.promtheus is not a setting; did you mean prometheus?',
    );
    await expect(under().up({ files: { 'rules.d/own.yaml': MISSPELT } })).rejects.toThrow(
      /rules\.d\/own\.yaml.*inference_requests_total/s,
    );
    await stillRun(under(), before);
  });

  test('what is killed comes back', async () => {
    for (const copy of under().killed) {
      const before = await eventually(60, async () => {
        const running = await under().running();
        expect(running).toHaveProperty([copy]);
        return running;
      });
      await under().kill(copy);
      await eventually(120, async () => {
        const after = await under().running();
        expect(Object.keys(after)).toEqual(expect.arrayContaining(Object.keys(before)));
        expect(after[copy]).not.toBe(before[copy]);
      });
    }
    for (const copy of under().prometheuses) await eventually(120, () => allUp(copy));
  });

  own();

  // The alert looks back five minutes: there was no need to wait until now.
  test('the end of the incident is told', { timeout: 1_000_000 }, async () => {
    // The window of the alert and a message's interval are six minutes; a busy machine is slow by itself for longer.
    await eventually(900, async () =>
      expect(new Set(await told(SLOW, slowSince))).toEqual(new Set(['resolved'])),
    );
  });

  test('another incident is told, with its end, and no page comes that it does not explain', {
    timeout: 1_200_000,
  }, async () => {
    const { incident, alert } = REDIS;
    const explained: readonly string[] = [...INCIDENTS[incident].alerts, ...INCIDENTS[incident].may];
    // What the platform's own tests did may still be worth a page: its lag is worked off, its budget recovers.
    await eventually(600, async () => {
      const all = await Promise.all(under().prometheuses.map((copy) => alerts(copy)));
      const critical = all.flat().filter(({ labels }) => labels.severity === 'critical');
      expect(
        critical.map(({ labels }) => labels.alertname).filter((name = '') => !explained.includes(name)),
      ).toEqual([]);
    });
    const begun = Date.now();
    await under().begin(incident);
    await eventually(240, async () => expect(await told(REDIS, begun)).toContain('firing'));
    expect((await firing(alert))?.labels).toMatchObject({ severity: 'critical', service: 'redis' });
    await under().recover();
    await eventually(240, async () => expect(await told(REDIS, begun)).toContain('resolved'));
    const unexplained = (await paged(begun)).filter((page) => !explained.includes(page.alert));
    expect(unexplained.map((page) => `${page.alert} ${page.status} since ${page.startsAt}`)).toEqual([]);
  });

  test('what is taken down leaves what it says that it keeps, which is there after the next start', async () => {
    // A scrape of this moment may be stored later, with its own time.
    const past = Date.now() / 1000 - 30;
    const samples = () => samplesUntil((path) => prometheus(path), past);
    const before = await samples();
    expect(Number(before)).toBeGreaterThan(0);
    const kept = await under().down();
    expect(kept.join(' ')).toContain('prometheus');
    expect(await under().remains()).toEqual(kept);

    await under().up();
    await eventually(60, async () => expect(await samples()).toBe(before));
    expect(await under().down()).toEqual(kept);
    await under().purge();
    expect(await under().remains()).toEqual([]);
  });
}
