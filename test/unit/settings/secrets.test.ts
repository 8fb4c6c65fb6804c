import { expect, test } from 'vitest';
import { parseSettings } from '../../../settings/index.ts';
import { plainSecretProblems, secretKeyProblem } from '../../../settings/secrets.ts';

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

test('a secret in plain text is refused by its key, and its value is not told', () => {
  const plain = {
    grafana: { adminPassword: 'canary-1', basicAuth: { user: 'grafana', password: 'canary-2' } },
    redis: { password: 4711 },
    kubernetes: { kubeconfig: 'canary-3' },
    discovery: { consul: [{ token: undefined }, { token: 'canary-4' }] },
    notifications: {
      pagerduty: { routingKey: 'canary-5' },
      receivers: { mine: { slack: { webhookUrl: 'https://hooks.example.org/canary-6' } } },
    },
  };
  const problems = plainSecretProblems(plain, 'prod');
  const keys = [
    'redis.password',
    'discovery.consul[1].token',
    'grafana.adminPassword',
    'grafana.basicAuth.password',
    'kubernetes.kubeconfig',
    'notifications.pagerduty.routingKey',
    'notifications.receivers.mine.slack.webhookUrl',
  ];
  expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(keys.toSorted());
  for (const key of keys)
    expect(problems).toContainEqual(
      expect.stringMatching(
        new RegExp(`^${RegExp.escape(key)} .* make secret STACK=prod NAME='${RegExp.escape(key)}'$`),
      ),
    );
  expect(problems.join()).not.toMatch(/canary|4711/);
});

test('what is encrypted, absent or known to everybody is no secret in plain text', () => {
  expect(plainSecretProblems(undefined, 'local')).toEqual([]);
  expect(plainSecretProblems({ notifications: { slack: { webhookUrl: undefined } } }, 'local')).toEqual([]);
  expect(plainSecretProblems({ grafana: { adminPassword: 'admin123' } }, 'local')).toEqual([]);
  expect(plainSecretProblems({ redis: { password: 'admin123' } }, 'local')).toHaveLength(1);
});

test('settings are refused for it, together with whatever else is wrong', () => {
  const input = { redis: { password: 'canary' } };
  expect(() => parseSettings(input, { stack: 'local', plain: input })).toThrow(
    /a setting cannot be used.*redis\.password/s,
  );
  const worse = { ...input, colour: 'blue' };
  expect(() => parseSettings(worse, { stack: 'local', plain: worse })).toThrow(/2 settings cannot be used/);
  expect(parseSettings(input, { stack: 'local', plain: {} }).redis.password).toBe('canary');
});
