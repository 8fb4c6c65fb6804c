import * as pulumi from '@pulumi/pulumi';
import { describe, expect, test } from 'vitest';
import { monitoringPolicies } from '../../../policies/pack/public.ts';
import { MonitoringStack, type MonitoringStackArgs } from '../../../stack/public.ts';
import { registeredBy } from '../registered.ts';

const CANARY = 'canary"0417\\';
const TRIAL: MonitoringStackArgs = {
  platform: 'kubernetes',
  trial: true,
  demo: { enabled: false },
  notifications: {
    slack: { webhookUrl: 'https://hooks.slack.com/services/T0417/B0417/slack0417' },
    pagerduty: { routingKey: '0417ca0417ca0417ca0417ca0417ca04' },
    heartbeat: { url: 'https://heartbeat.example.org/0417' },
  },
};
const secret = (value: string) => pulumi.secret(pulumi.output(Promise.resolve(value)));

describe('two stacks in one program', () => {
  const both = (platform: 'docker' | 'kubernetes') => () => {
    for (const name of ['eu', 'us'])
      new MonitoringStack(name, {
        ...TRIAL,
        platform,
        ...(platform === 'kubernetes' && { kubernetes: { namespace: `monitoring-${name}` } }),
      });
  };

  test.each(['docker', 'kubernetes'] as const)('on %s have children of their own', async (platform) => {
    const found = await registeredBy(both(platform));
    const names = found.map(({ type, name }) => `${type} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    const children = found.filter(({ type }) => !type.endsWith(':MonitoringStack'));
    expect(children.filter(({ name }) => !/^(eu|us)-/.test(name))).toEqual([]);
    const objects = children
      .filter(({ type }) => /^(kubernetes|docker):/.test(type) && !type.includes('RemoteImage'))
      .map(({ type, inputs }) =>
        JSON.stringify([type, inputs.metadata?.namespace, inputs.metadata?.name ?? inputs.name]),
      );
    expect(objects.length).toBeGreaterThan(20);
    expect(objects.filter((object, index) => objects.indexOf(object) !== index)).toEqual([]);
  });
});

test('a secret from the engine reaches its file as it is, and nothing else', async () => {
  const found = await registeredBy(
    () => new MonitoringStack('one', { ...TRIAL, grafana: { adminPassword: secret(CANARY) } }),
  );
  const encoded = Buffer.from(CANARY).toString('base64');
  const holding = found.filter(({ inputs }) => JSON.stringify(inputs).includes(encoded));
  expect(holding.map(({ name }) => name)).toEqual(['one-grafana-secrets']);
  expect(JSON.stringify(found)).not.toContain('secret-placeholder');
});

test('a transform changes the child that it names', async () => {
  const found = await registeredBy(
    () =>
      new MonitoringStack('one', {
        ...TRIAL,
        transform: {
          grafana: {
            'kubernetes:core/v1:Service': (props, _opts, name) => {
              props.metadata = { ...props.metadata, annotations: { seen: name } };
            },
          },
        },
      }),
  );
  const services = found.filter(({ type }) => type === 'kubernetes:core/v1:Service');
  const changed = services.filter(({ inputs }) => inputs.metadata.annotations?.seen !== undefined);
  expect(services.length).toBeGreaterThan(changed.length);
  expect(changed.map(({ name, inputs }) => [name, inputs.metadata.annotations.seen])).toEqual([
    ['one-grafana', 'grafana'],
  ]);
});

describe('arguments that cannot be used are refused, and nothing is registered', () => {
  test.each<[string, object, RegExp]>([
    ['an output that is no secret', { environment: pulumi.output('prod') }, /environment is an output/],
    [
      'a platform of a machine',
      { platform: 'local' },
      /platform is "local", but must be docker or kubernetes/,
    ],
    [
      'a value that is not allowed',
      { prometheus: { scrapeInterval: '30m' } },
      /the argument prometheus\.scrapeInterval/,
    ],
    ['a child that there is not', { transform: { prometeus: {} } }, /did you mean prometheus/],
    [
      'a type that there is not',
      { transform: { grafana: { 'kubernetes:core/v1:Servic': () => {} } } },
      /did you mean kubernetes:core\/v1:Service/,
    ],
    [
      'a namespace that is not ours',
      { kubernetes: { namespace: 'default' } },
      /kubernetes\.namespace is "default"/,
    ],
  ])('%s', async (_what, args, message) => {
    const found = await registeredBy(() => {
      expect(() => new MonitoringStack('one', { ...TRIAL, ...args } as MonitoringStackArgs)).toThrow(message);
    });
    expect(found).toEqual([]);
  });

  test('the message names no command of the project, and no stack trace is shown', () => {
    let thrown: unknown;
    try {
      new MonitoringStack('one', { ...TRIAL, prometheus: { scrapeInterval: '30m' } });
    } catch (error) {
      thrown = error;
    }
    expect(pulumi.RunError.isInstance(thrown)).toBe(true);
    expect(String(thrown)).not.toMatch(/make |Pulumi\./);
  });
});

test('the policies need no secrets, and judge the resources of the stack that is named', () => {
  const policies = monitoringPolicies({ stack: 'prod', name: 'eu' });
  expect(policies.length).toBeGreaterThan(10);
});
