import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SERVICES } from '../../../catalogue/services.ts';
import {
  alertLabels,
  buildAlertmanager,
  notificationsSettings,
  simulate,
} from '../../../notifications/index.ts';
import { messages } from '../../../notifications/simulate.ts';
import { buildRules } from '../../../rules/index.ts';

const AT = new Date('2027-03-01T12:00:00Z');
const KINDS = ['ServiceDown', 'ServiceProbeFailing', 'ServiceCopiesLost'];

/** What receivers get where everything that the alerts of some own services can say fires at once. */
function outage(count: number, kinds: readonly string[]) {
  const { alerts } = buildRules({
    services: [
      ...Object.keys(SERVICES).map((name) => ({ name })),
      ...Array.from({ length: count }, (_, index) => ({ name: `own-${index}`, copies: true })),
    ],
  });
  const all = alertLabels(alerts);
  const { config } = buildAlertmanager({
    settings: notificationsSettings.parse({}),
    alerts: all,
    production: false,
    secretsDirectory: '/secrets',
    standInUrl: 'http://demo:8090/webhook',
  });
  const firing = all.filter(
    ({ alertname = '', service }) =>
      (service?.startsWith('own-') || alertname === 'SharedOutage') && kinds.includes(alertname),
  );
  const targets = Array.from({ length: count }, (_, index) => ({
    alertname: 'TargetDown',
    severity: 'warning',
    service: 'prometheus',
    signal: 'monitoring',
    team: 'platform',
    job: `own-${index}`,
    instance: `10.0.0.1:${index}`,
  }));
  const sent = messages(simulate(config, [...firing, ...(kinds.includes('ServiceDown') ? targets : [])], AT));
  return sent.map(({ receiver, groupLabels, alerts: listed }) => ({
    receiver,
    name: groupLabels.alertname,
    services: new Set(listed.map(({ service }) => service)).size,
  }));
}

describe('an outage of many services', () => {
  test('is one page that lists a thousand of them', () => {
    expect(outage(1000, KINDS)).toEqual([
      { receiver: 'pager', name: 'ServiceDown', services: 1000 },
      { receiver: 'alerts', name: 'ServiceDown', services: 1000 },
    ]);
  });

  test('is one page of what they share where most of all jobs are down, and none of what follows', () => {
    expect(outage(1000, [...KINDS, 'SharedOutage'])).toEqual([
      { receiver: 'pager', name: 'SharedOutage', services: 1 },
      { receiver: 'alerts', name: 'SharedOutage', services: 1 },
    ]);
  });

  test('is one message a kind and receiver, however many they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.subarray(KINDS, { minLength: 1 }), (count, kinds) => {
        const sent = outage(count, kinds);
        const told = kinds.includes('ServiceDown') ? ['ServiceDown'] : kinds;
        expect(sent.filter(({ receiver }) => receiver === 'pager')).toHaveLength(
          kinds.includes('ServiceDown') ? 1 : 0,
        );
        expect(
          sent.filter(({ receiver }) => receiver === 'alerts').map(({ name, services }) => [name, services]),
        ).toEqual(told.map((name) => [name, count]));
      }),
      { numRuns: 12 },
    );
  });
});
