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
    'services[0].basicAuth.password',
    'services[0].token',
    'prometheus.remoteWrite[0].basic_auth.password',
    'prometheus.remoteWrite[0].bearer_token',
    'prometheus.scrapeConfigs[1].http_sd_configs[0].authorization.credentials',
    'prometheus.scrapeConfigs[0].tls_config.key',
    'prometheus.remoteWrite[0].oauth2.tls_config.key',
    'prometheus.remoteWrite[0].http_headers.X-API-Key.secrets[0]',
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
    'prometheus.remoteWrite[0].basic_auth.username',
    'prometheus.remoteWrite[0].',
    'prometheus.remoteWrite[0].key',
    'prometheus.remoteWrite[0].tls_config.cert',
    'prometheus.remoteWrite[0].http_headers.X-API-Key.values[0]',
    'services[0].basicAuth.user',
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
    services: [{ name: 'checkout', basicAuth: { user: 'me', password: 'canary-7' } }, { token: 'canary-8' }],
    prometheus: {
      remoteWrite: [{ url: 'http://a', basic_auth: { username: 'me', password: 'canary-9' } }],
      scrapeConfigs: [
        { consul_sd_configs: [{ authorization: { credentials: 'canary-10' } }] },
        {
          params: { key: ['no secret'] },
          tls_config: { cert: 'no secret', key: 'canary-11' },
          http_headers: { 'X-API-Key': { values: ['no secret'], secrets: [undefined, 'canary-12'] } },
        },
      ],
    },
    notifications: {
      pagerduty: { routingKey: 'canary-5' },
      receivers: { mine: { slack: { webhookUrl: 'https://hooks.example.org/canary-6' } } },
    },
  };
  const problems = plainSecretProblems(plain, 'prod');
  const keys = [
    'redis.password',
    'services[0].basicAuth.password',
    'services[1].token',
    'prometheus.remoteWrite[0].basic_auth.password',
    'prometheus.scrapeConfigs[0].consul_sd_configs[0].authorization.credentials',
    'prometheus.scrapeConfigs[1].tls_config.key',
    'prometheus.scrapeConfigs[1].http_headers.X-API-Key.secrets[1]',
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

test('a service asks for a password or a token, and for a whole one', () => {
  const refused = (service: unknown) => () => parseSettings({ services: [service] }, { stack: 'dev' });
  expect(refused({ name: 'a', basicAuth: { user: 'me', password: 'p' }, token: 't' })).toThrow(
    'services[0].token cannot be used, but must be either basicAuth or token, not both',
  );
  expect(refused({ name: 'a', basicAuth: { user: 'me' } })).toThrow(
    /services\[0\]\.basicAuth\.password is missing.*make secret STACK=dev NAME='services\[0\]\.basicAuth\.password'/,
  );
});

test('a secret for which Prometheus takes no file is refused, and what does as well is named', () => {
  const remoteWrite = [{ url: 'https://aps.example.org', sigv4: { secret_key: 'canary' } }];
  const parse = () => parseSettings({ prometheus: { remoteWrite } }, { stack: 'dev' });
  expect(parse).toThrow(
    'prometheus.remoteWrite[0].sigv4.secret_key is a secret that Prometheus reads from no file: use a role or a profile. Remove it: ',
  );
  expect(parse).not.toThrow('canary');
});

test('a header that carries a credential is refused where Prometheus takes it in plain text alone', () => {
  const refused = (entry: object) => () =>
    parseSettings({ prometheus: { remoteWrite: [{ url: 'https://a', ...entry }] } }, { stack: 'dev' });
  const instead =
    'is a secret that Prometheus reads from no file: use http_headers: { X-API-Key: { secrets: [ … ] } }.';
  expect(refused({ headers: { 'X-API-Key': 'canary' } })).toThrow(
    `prometheus.remoteWrite[0].headers.X-API-Key ${instead}`,
  );
  expect(refused({ http_headers: { 'X-API-Key': { values: ['canary'] } } })).toThrow(
    `prometheus.remoteWrite[0].http_headers.X-API-Key.values[0] ${instead}`,
  );
  expect(refused({ headers: { Authorization: 'canary' } })).toThrow('use authorization: { credentials: … }.');
  for (const name of ['Cookie', 'DD-API-KEY', 'X-Vault-Token', 'apikey', 'X-Auth-Key'])
    expect(refused({ headers: { [name]: 'canary' } })).toThrow(`headers.${name} is a secret`);
  for (const name of ['X-Scope-OrgID', 'X-Trace', 'Keep-Alive', 'X-Author'])
    expect(refused({ headers: { [name]: 'open' } })).not.toThrow();
});
