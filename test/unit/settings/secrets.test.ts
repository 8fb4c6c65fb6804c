import { expect, test } from 'vitest';
import { secretKeyProblem } from '../../../settings/secrets.ts';

test('keys of secrets are taken, in lists and under names of the user’s own as well', () => {
  for (const key of [
    'grafana.adminPassword',
    'grafana.basicAuth.password',
    'redis.password',
    'kubernetes.kubeconfig',
    'notifications.slack.webhookUrl',
    'notifications.receivers.streaming-team.slack.webhookUrl',
    'discovery.consul[0].token',
    'discovery.http[12].token',
  ])
    expect([key, secretKeyProblem(key)]).toEqual([key, undefined]);
});

test('any other key is refused, with the nearest one and all that there are', () => {
  expect(secretKeyProblem('grafana.adminPasword')).toMatch(
    /^grafana\.adminPasword is no secret of the settings; did you mean grafana\.adminPassword\?/,
  );
  for (const key of [
    'grafana.url',
    'discovery.consul.token',
    'notifications.receivers.a.b.slack.webhookUrl',
    '',
  ])
    expect(secretKeyProblem(key)).toContain('notifications.pagerduty.routingKey');
  expect(secretKeyProblem(undefined)).toMatch(/^Which secret\?/);
});
