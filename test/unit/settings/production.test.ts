import { expect, test } from 'vitest';
import { parseSettings, SettingsError } from '../../../stack/settings/index.ts';
import { isNamedProduction } from '../../../stack/settings/production.ts';

const PASSWORD = { grafana: { adminPassword: 'a password of its own' } };
const parse = (input: object, stack = 'dev') => parseSettings({ ...PASSWORD, ...input }, { stack });
const HOSTS = { ingress: { hosts: { grafana: 'grafana.example.org' } } };

test.each([
  ['prod', true],
  ['prod-eu', true],
  ['eu-prod', true],
  ['production', true],
  ['EU.Prod', true],
  ['product', false],
  ['non-prod', false],
  ['pre-prod', false],
  ['preprod', false],
  ['dev', false],
])('%s by its name: %s', (stack, expected) => {
  expect(isNamedProduction(stack)).toBe(expected);
  expect(parse({}, stack).production).toBe(expected);
});

test.each<[string, object, boolean]>([
  ['processes of this machine', { platform: 'local' }, false],
  ['Docker on loopback', { platform: 'docker' }, false],
  ['Docker on another loopback', { platform: 'docker', docker: { publishAddress: '127.0.1.1' } }, false],
  ['Docker on every address', { platform: 'docker', docker: { publishAddress: '0.0.0.0' } }, true],
  ['Docker on an address', { platform: 'docker', docker: { publishAddress: '10.0.0.7' } }, true],
  ['a cluster', { platform: 'kubernetes' }, true],
  ['a trial in a cluster', { platform: 'kubernetes', trial: true }, false],
  ['a trial behind an Ingress', { platform: 'kubernetes', trial: true, kubernetes: HOSTS }, true],
  [
    'a trial behind a Gateway',
    {
      platform: 'kubernetes',
      trial: true,
      kubernetes: { gateway: { hosts: { grafana: 'g.example.org' }, parentRefs: [{ name: 'web' }] } },
    },
    true,
  ],
  [
    'a trial that a range of addresses reaches',
    { platform: 'kubernetes', trial: true, kubernetes: { clientCidrs: ['10.0.0.0/8'] } },
    true,
  ],
  ['a cluster that says that it is not', { platform: 'kubernetes', production: false }, false],
  ['this machine where it says so', { production: true }, true],
  ['settings of a platform that is not used', { platform: 'local', kubernetes: HOSTS }, false],
])('%s', (_what, input, production) => {
  const settings = parse(input);
  expect(settings).toMatchObject({ production, demoEnabled: !production });
});

test('prod-eu in a cluster, with a public Grafana, has neither the default password nor the demo', () => {
  const open = { platform: 'kubernetes', kubernetes: HOSTS };
  expect(() => parseSettings(open, { stack: 'prod-eu' })).toThrow('production needs one of its own');
  expect(() => parse({ ...open, demo: { enabled: true } }, 'prod-eu')).toThrow(SettingsError);
});

test('whoever tries the demo out in a cluster is told how', () => {
  expect(() => parse({ platform: 'kubernetes', demo: { enabled: true } })).toThrow(
    "or for a stack that is only tried out: make set STACK=dev NAME='trial' VALUE='true'",
  );
});
