import { expect, test } from 'vitest';
import { parseSettings } from '../../../stack/settings/index.ts';
import { plainSecretProblems, secretKeyProblem } from '../../../stack/settings/secrets.ts';

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

test('a secret for which Prometheus takes no file may be encrypted, and nothing else', () => {
  for (const [entry, path] of [
    [{ azuread: { oauth: { client_id: 'me', client_secret: 'canary' } } }, 'azuread.oauth.client_secret'],
    [{ sigv4: { secret_key: 'canary' } }, 'sigv4.secret_key'],
    [{ sigv4: { access_key: 'AKIAIOSFODNN7EXAMPLE' } }, 'sigv4.access_key'],
    [{ proxy_url: 'http://me:canary@proxy:3128' }, 'proxy_url'],
    [{ url: 'https://me:canary@mimir.example.org/push' }, 'url'],
    [{ url: 'https://mimir.example.org/push?token=canary-canary' }, 'url'],
    [{ oauth2: { token_url: 'https://me:canary@id.example.org' } }, 'oauth2.token_url'],
  ] as const) {
    const key = `prometheus.remoteWrite[0].${path}`;
    const plain = { prometheus: { remoteWrite: [{ url: 'https://a', ...entry }] } };
    expect(secretKeyProblem(key)).toBeUndefined();
    const [problem = '', ...more] = plainSecretProblems(plain, 'dev');
    expect(more).toEqual([]);
    expect(problem).toMatch(
      new RegExp(`^${RegExp.escape(key)} (stands|holds) .*make secret STACK=dev NAME='`),
    );
    expect(problem).toContain(`NAME='${key}'`);
    expect(problem).not.toMatch(/canary|AKIA/);
    expect(() => parseSettings(plain, { stack: 'dev', plain: {} })).not.toThrow();
  }
  const token = [{ consul_sd_configs: [{ token: 'canary' }] }];
  expect(() => parseSettings({ prometheus: { scrapeConfigs: token } }, { stack: 'dev' })).toThrow(
    'use authorization: { credentials: … }. Remove it: ',
  );
});

test('a secret is known by its shape, wherever it stands', () => {
  const shapes = [
    'https://reader:hunter2@cmdb.example.internal/sd',
    'redis://:hunter2@redis:6379',
    `https://hooks.slack.com/services/T012AB3CD/B012AB3CD/${'x'.repeat(24)}`,
    `xox${'b'}-123456789012-abcdefghijkl`,
    `gh${'p'}_${'a'.repeat(36)}`,
    `github${'_pat'}_${'a'.repeat(40)}`,
    `AKI${'A'}${'B'.repeat(16)}`,
    `ey${'J'}hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${'x'.repeat(20)}`,
    `https://events.pagerduty.com/integration/${'a'.repeat(32)}/enqueue`,
    `-----BEGIN RSA PRIVATE ${'KEY'}-----`,
    `gls${'a'}_${'a'.repeat(32)}`,
  ];
  for (const value of shapes) {
    const plain = { prometheus: { externalLabels: { origin: `see ${value}` } }, rules: [{ deep: value }] };
    const problems = plainSecretProblems(plain, 'dev');
    expect([value, problems.map((problem) => problem.split(' ')[0])]).toEqual([
      value,
      ['prometheus.externalLabels.origin', 'rules[0].deep'],
    ]);
    expect(problems[0]).toMatch(/ in plain text, where .* Take it out: make unset STACK=dev NAME=/);
    expect(problems.join()).not.toContain(value);
  }
  expect(plainSecretProblems({ discovery: { http: [{ name: 'a', url: shapes[0] }] } }, 'dev')).toEqual([
    'discovery.http[0].url holds a user and a password in a URL in plain text, where everybody who has the file reads it. ' +
      "Take it out of the URL, and set a token instead: make secret STACK=dev NAME='discovery.http[0].token'",
  ]);
  const ordinary = {
    docker: { host: 'ssh://deploy@10.0.0.5:22' },
    prometheus: { remoteWrite: [{ url: 'https://user@mimir.example.org/push?tenant=abcdefgh' }] },
    notifications: { silences: [{ startsAt: '2027-03-01T20:00:00Z', matchers: ['a=~"b:c@d"'] }] },
    services: [{ address: 'a_b:80', metricsPath: '/metrics?format=prometheus' }],
  };
  expect(plainSecretProblems(ordinary, 'dev')).toEqual([]);
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
