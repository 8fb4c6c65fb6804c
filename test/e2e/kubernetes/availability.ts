import { expect, test } from 'vitest';
import { eventually } from '../../eventually.ts';
import { type KubernetesUnderTest, NOTIFICATIONS } from './subject.ts';

interface Notification {
  readonly id: number;
  readonly receiver: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}

const INCIDENT = 'broker-down';
const ALERT = 'KafkaDown';
/** What a change of their arguments replaces. */
const REPLACED = ['alertmanager-0', 'alertmanager-1', 'alertmanager-2', 'prometheus-0', 'prometheus-1'];
const EVALUATION_SECONDS = 15;
/** What evaluations on a busy machine are late at most. */
const LATE_SECONDS = 2;

/** Registers what two Prometheus and three Alertmanagers are for; finds the stack up, and leaves it so. */
export function availability(under: () => KubernetesUnderTest): void {
  test('members of the gossip cluster know each other, and the twins’ alerts are one', async () => {
    for (const copy of ['alertmanager-0', 'alertmanager-1', 'alertmanager-2']) {
      await eventually(60, async () => {
        const { cluster } = await under().ask<{ cluster: { peers: unknown[] } }>(copy, '/api/v2/status');
        expect(cluster.peers).toHaveLength(3);
        const alerts = await under().ask<{ labels: Record<string, string> }[]>(copy, '/api/v2/alerts');
        expect(alerts.length).toBeGreaterThan(0);
        for (const { labels } of alerts) {
          expect(labels).toMatchObject({ environment: 'test-suite', cluster: 'test-suite' });
          expect(labels).not.toHaveProperty('replica');
        }
      });
    }
  });

  test('an incident is told once, over a rolling update and the loss of a pod of each kind', async () => {
    const notifications = () => under().ask<Notification[]>('demo', '/notifications');
    const last = (await notifications()).at(-1)?.id ?? 0;
    /** How often the pager was told. */
    const told = async (status: string) =>
      (await notifications()).filter(
        ({ id, receiver, alerts }) =>
          id > last &&
          receiver === 'pager' &&
          alerts.some((alert) => alert.labels.alertname === ALERT && alert.status === status),
      ).length;

    const begun = Date.now() / 1000;
    await under().begin(INCIDENT);
    await eventually(240, async () => expect(await told('firing')).toBeGreaterThanOrEqual(1));

    const before = await eventually(60, async () => {
      const running = await under().running();
      expect(Object.keys(running)).toEqual(expect.arrayContaining(REPLACED));
      return running;
    });
    // Both sets get other arguments or files, and are replaced pod by pod.
    await under().up({
      settings: {
        prometheus: { retention: { size: '9GB' } },
        notifications: { ...NOTIFICATIONS, timings: { info: { repeatInterval: '2d' } } },
      },
    });
    // The provider may be content with the status of before: it does not ask which generation that is of.
    const after = await eventually(400, async () => {
      const running = await under().running();
      const replaced = Object.keys(before).filter((copy) => running[copy] !== before[copy]);
      expect(replaced.sort()).toEqual(REPLACED);
      return running;
    });
    expect(await longestGap(under(), begun)).toBeLessThanOrEqual(2 * EVALUATION_SECONDS + LATE_SECONDS);
    expect(await told('firing')).toBeLessThanOrEqual(2);

    const sent = await told('firing');
    for (const copy of ['prometheus-1', 'alertmanager-0']) {
      under().lose(copy);
      await eventually(120, async () => {
        const running = await under().running();
        expect(running).toHaveProperty([copy]);
        expect(running[copy]).not.toBe(after[copy]);
      });
    }
    for (const copy of ['alertmanager-0', 'alertmanager-1', 'alertmanager-2']) {
      await eventually(60, async () => {
        const alerts = await under().ask<{ labels: Record<string, string> }[]>(copy, '/api/v2/alerts');
        expect(alerts.map(({ labels }) => labels.alertname)).toContain(ALERT);
      });
    }
    await under().recover();
    await eventually(300, async () => expect(await told('resolved')).toBeGreaterThanOrEqual(1));
    expect((await told('firing')) - sent).toBeLessThanOrEqual(1);
    expect(await told('resolved')).toBeLessThanOrEqual(2);
  }, 1_200_000);
}

/** Seconds for which neither twin recorded the alert as firing, at most, since the first did after an instant. */
async function longestGap(under: KubernetesUnderTest, since: number): Promise<number> {
  const now = Date.now() / 1000;
  const query = encodeURIComponent(`ALERTS{alertname="${ALERT}",alertstate="firing"}[30m]`);
  const times: number[] = [];
  for (const copy of under.prometheuses) {
    const { data } = await under.ask<{ data: { result: { values: [number, string][] }[] } }>(
      copy,
      `/api/v1/query?query=${query}`,
    );
    times.push(...data.result.flatMap(({ values }) => values.map(([time]) => time)));
  }
  const recorded = [...times.filter((time) => time >= since && time < now), now].sort((a, b) => a - b);
  expect(recorded.length).toBeGreaterThan(4);
  return Math.max(...recorded.slice(1).map((time, index) => time - (recorded[index] ?? time)));
}
