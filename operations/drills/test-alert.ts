import { setTimeout as pause } from 'node:timers/promises';
import { type Endpoint, urlOf } from '../../lib/endpoint.ts';
import { ReportError } from '../reports/report-error.ts';
import { heldAlerts, post } from './stack.ts';

export const TEST_ALERT = 'DrillTest';
const LASTS_MS = 5 * 60_000;
const SHOWN_MS = 30_000;

/**
 * Sends a labelled test alert through the real receivers, breaking nothing. It ends by itself after five minutes.
 * @returns the receivers that get it, as Alertmanager says.
 */
export async function sendTestAlert(alertmanager: Endpoint, severity: string): Promise<readonly string[]> {
  // Its own id keeps one drill's alert apart from the last one's, which would otherwise be the same group.
  const drill = new Date().toISOString();
  await post(alertmanager, {
    labels: {
      alertname: TEST_ALERT,
      severity,
      service: 'platform',
      team: 'platform',
      signal: 'monitoring',
      drill,
    },
    annotations: {
      summary: 'This is a drill: nothing is wrong',
      description: `Sent by make drill at ${drill} to see that messages arrive. It resolves by itself in five minutes.`,
    },
    startsAt: drill,
    endsAt: new Date(Date.now() + LASTS_MS).toISOString(),
  });
  for (const deadline = Date.now() + SHOWN_MS; Date.now() < deadline; await pause(500)) {
    const held = (await heldAlerts(alertmanager)).find(({ labels }) => labels.drill === drill);
    if (held === undefined) continue;
    if (held.status.silencedBy.length > 0)
      throw new ReportError(
        `The test alert is silenced: end the silence that matches it, at ${urlOf(alertmanager, '/#/silences')}, and drill again`,
      );
    return held.receivers.map(({ name }) => name);
  }
  throw new ReportError(
    `Alertmanager at ${urlOf(alertmanager)} took the test alert and does not show it. See whether it is well: make health`,
  );
}
