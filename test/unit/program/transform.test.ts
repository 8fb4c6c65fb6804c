import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { dockerPlatform } from '../../../platforms/docker/platform.ts';
import { kubernetesPlatform } from '../../../platforms/kubernetes/platform.ts';
import { describeFinding } from '../../../policies/index.ts';
import { dockerOptions, kubernetesOptions } from '../../../stack/addressing.ts';
import { declaredResources } from '../../../stack/declared-resources.ts';
import { enforcePolicies, PolicyError, policyFindings } from '../../../stack/policies.ts';
import { monitoring } from '../../../stack/program.ts';
import { filesWithoutPulumi } from '../../../stack/without-pulumi.ts';
import { registeredBy } from '../policies/registered.ts';
import { projectWith, transformedStack } from './transform-project.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const DOCUMENT = readFileSync(join(ROOT, 'docs/transform.md'), 'utf8');
const EXAMPLE = /```ts\n([\s\S]*?)```/.exec(DOCUMENT)?.[1] ?? '';
const TYPED = "import type { Transforms } from './stack/transforms.ts';\n";

const stackWith = (body: string, input: object, file = 'transform.ts') =>
  transformedStack(
    projectWith({ [file]: `${TYPED}export default {\n${body}\n} satisfies Transforms;\n` }),
    input,
  );

/** What the program registers of a stack, with its transform. */
async function registered({ settings, plan }: Awaited<ReturnType<typeof transformedStack>>) {
  const { transform } = plan;
  const changed = transform === undefined ? {} : { transform };
  const { hostMounts: _, ...docker } = dockerOptions(settings);
  const platform =
    settings.platform === 'docker'
      ? dockerPlatform({ ...docker, ...changed })
      : kubernetesPlatform({ ...kubernetesOptions(settings), ...changed });
  return await registeredBy(monitoring({ ...plan, platform, advice: [], warnings: [] } as never));
}

describe('the example of the page', () => {
  test('changes what the program registers in a cluster, and what is rendered', async () => {
    const stack = await transformedStack(projectWith({ 'transform.ts': EXAMPLE }), {
      platform: 'kubernetes',
    });
    const resources = await registered(stack);
    const of = (type: string, name: string) =>
      resources.find((each) => each.type === type && each.name === name)?.props;
    expect(of('kubernetes:apps/v1:StatefulSet', 'prometheus')).toMatchObject({
      spec: { template: { spec: { dnsConfig: { options: [{ name: 'ndots', value: '2' }] } } } },
    });
    expect(JSON.stringify(of('kubernetes:apps/v1:StatefulSet', 'alertmanager'))).not.toContain('ndots');
    const rendered = filesWithoutPulumi(stack.plan);
    expect(rendered['kubernetes/statefulset-prometheus.yaml']).toContain('name: ndots');
    expect(rendered['kubernetes/service-grafana.yaml']).toContain('service.example.org/topology: zone');
    expect(stack.plan.transformation?.changes).toMatchObject({
      'kubernetes:apps/v1:StatefulSet prometheus spec.template.spec.dnsConfig.options.0.value':
        'nothing → "2"',
      'kubernetes:apps/v1:StatefulSet prometheus (options).customTimeouts.update': 'nothing → "30m"',
    });
    // What it says of Docker is for other stacks.
    expect(stack.plan.transformation?.notes).toEqual([]);
  });

  test('changes containers on Docker', async () => {
    const stack = await transformedStack(projectWith({ 'transform.ts': EXAMPLE }), { platform: 'docker' });
    const resources = await registered(stack);
    const containers = resources.filter(({ type }) => type === 'docker:index/container:Container');
    expect(containers.length).toBeGreaterThan(5);
    for (const { props } of containers)
      expect(props).toMatchObject({ ulimits: [{ name: 'nofile', soft: 65_536, hard: 65_536 }] });
    const { services } = load(filesWithoutPulumi(stack.plan)['compose/docker-compose.yml'] ?? '') as {
      services: Record<string, object>;
    };
    expect(services.prometheus).toMatchObject({ ulimits: { nofile: { soft: 65_536, hard: 65_536 } } });
  });
});

test.each(['docker', 'kubernetes'] as const)(
  'what is judged on %s is what the program registers, by type and name',
  async (platform) => {
    const gateway = { hosts: { grafana: 'g.example.org' }, parentRefs: [{ name: 'web' }] };
    const more = platform === 'kubernetes' ? { production: false, kubernetes: { gateway } } : {};
    const stack = await transformedStack(projectWith({}), { platform, ...more });
    expect(stack.plan.transformation).toBeUndefined();
    const key = ({ type, name }: { type: string; name: string }) => `${type} ${name}`;
    const own = (await registered(stack)).filter(({ type }) => /^(docker|kubernetes):/.test(type)).map(key);
    expect(declaredResources(stack.plan, ROOT).map(key).sort()).toEqual(own.sort());
    if (platform === 'kubernetes')
      expect(own).toContain('kubernetes:gateway.networking.k8s.io/v1:HTTPRoute grafana');
  },
);

test('what compose cannot say of a container is refused where it is rendered', async () => {
  const { plan } = await stackWith(
    "'docker:index/container:Container': (props, _opts, name) => { if (name === 'grafana') props.gpus = 'all'; },",
    { platform: 'docker' },
  );
  expect(() => filesWithoutPulumi(plan)).toThrow(
    'The transform sets “gpus” of the container monitoring-test-grafana, for which the compose file has no word: leave it out',
  );
});

test('a stack of its own takes the place of the one for all', async () => {
  const root = projectWith({
    'transform.ts': 'export default 1;',
    'transform.test.ts': 'export default {};',
  });
  const { plan } = await transformedStack(root, { platform: 'kubernetes' });
  expect(plan.transformation?.file).toBe('transform.test.ts');
});

test('processes of this machine are changed too', async () => {
  const { plan } = await stackWith(
    "'local:index:Process': (props, _opts, name) => { if (name === 'prometheus') props.env.GOMAXPROCS = '1'; },",
    { platform: 'local' },
  );
  expect(plan.transformation?.changes).toEqual({
    'local:index:Process prometheus env.GOMAXPROCS': 'nothing → "1"',
  });
});

describe('policies judge what it makes', () => {
  test.each([
    [
      'a container that it makes privileged',
      { platform: 'docker' },
      "'docker:index/container:Container': (props, _opts, name) => { if (name === 'prometheus') props.privileged = true; },",
      /mandatory least-privilege: prometheus is privileged: .* \(transform\.ts makes it so\)/,
    ],
    [
      'a pod without a limit of memory',
      { platform: 'kubernetes' },
      "'kubernetes:apps/v1:StatefulSet': (props) => { for (const each of props.spec?.template.spec?.containers ?? []) delete each.resources; },",
      /mandatory resources-are-bounded: each of prometheus, alertmanager|mandatory resources-are-bounded: /,
    ],
    [
      'a secret in an argument',
      { platform: 'docker', grafana: { adminPassword: 'canary-5b1e8d77' } },
      "'docker:index/container:Container': (props) => { props.command = [...(props.command ?? []), 'canary-5b1e8d77']; },",
      /mandatory secrets-stay-secret: /,
    ],
    [
      'a retention that is cut',
      { platform: 'local' },
      "'local:index:Process': (props) => { props.args = props.args.map((each) => each.replace('time=30d', 'time=7d')); },",
      /retention-covers-slo: stream-lag looks back 30 days/,
    ],
  ])('%s', async (_what, input, body, message) => {
    const { plan, files } = await stackWith(body, input);
    const said = policyFindings(plan, files).map(describeFinding).join('\n');
    expect(said).toMatch(message);
    expect(said).not.toContain('canary-5b1e8d77');
    if (said.includes('mandatory')) expect(() => enforcePolicies(plan, files)).toThrow(PolicyError);
  });

  const POLICY = (name: string, rule: string) =>
    `'kubernetes:networking.k8s.io/v1:NetworkPolicy': (props, _opts, name) => { const { spec } = props; if (name === '${name}' && spec) spec.ingress = [...(spec.ingress ?? []), ${rule}]; },`;

  test.each([
    [
      'to every address',
      POLICY('prometheus', "{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }"),
      ['prometheus answers everybody at every address of 0.0.0.0/0'],
    ],
    [
      'to whoever comes',
      POLICY('alertmanager', '{}'),
      ['alertmanager answers everybody at every address of'],
    ],
    [
      'to all pods, at its port among others',
      POLICY('prometheus', '{ from: [{ namespaceSelector: {} }], ports: [{ port: 9000, endPort: 9100 }] }'),
      ['prometheus answers everybody at every pod of the cluster'],
    ],
    [
      'of every workload',
      POLICY(
        'monitoring-default',
        "{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ml' } } }] }",
      ),
      [
        'prometheus answers everybody at every pod of namespace ml',
        'alertmanager answers everybody at every pod of namespace ml',
      ],
    ],
    [
      'to a proxy that asks',
      POLICY(
        'prometheus',
        "{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'proxy' } } }] }, { from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 4180 }] }",
      ),
      [],
    ],
  ])('a page that its network policy opens %s', async (_what, body, opened) => {
    const { plan, files } = await stackWith(body, { platform: 'kubernetes' });
    const said = policyFindings(plan, files)
      .filter(({ policy }) => policy === 'page-asks-who-opens-it')
      .map(({ subject, message }) => `${subject} ${message}`);
    expect(said).toEqual(opened.map((text) => expect.stringContaining(text)));
    for (const text of said) expect(text).toContain('(transform.ts makes it so)');
  });

  test('what it mends is no finding, and what it leaves alone is as it was', async () => {
    const input = {
      platform: 'kubernetes',
      production: true,
      kubernetes: { ingress: { hosts: { prometheus: 'prometheus.example.org' }, className: 'nginx' } },
      grafana: { adminPassword: 'x1y2z3-long-enough' },
      notifications: {
        slack: { webhookUrl: 'https://hooks.slack.example/x' },
        pagerduty: { routingKey: '0123456789abcdef0123456789abcdef' },
        heartbeat: { url: 'https://heartbeat.example/x' },
      },
    };
    const plain = await transformedStack(projectWith({}), input);
    const before = policyFindings(plain.plan, plain.files);
    expect(before.map(({ policy }) => policy)).toContain('page-asks-who-opens-it');
    const { plan, files } = await stackWith(
      "'kubernetes:networking.k8s.io/v1:Ingress': (props) => { props.metadata = { ...props.metadata, annotations: { 'nginx.ingress.kubernetes.io/auth-url': 'https://sso.example.org' } }; },",
      input,
    );
    expect(policyFindings(plan, files)).toEqual(
      before.filter(({ policy }) => policy !== 'page-asks-who-opens-it'),
    );
  });
});

describe('is refused, with the file and the place', () => {
  const refused = (files: Readonly<Record<string, string>>) =>
    transformedStack(projectWith(files), { platform: 'kubernetes' });
  const held = (body: string) => ({
    'transform.ts': `${TYPED}export default {\n${body}\n} satisfies Transforms;\n`,
  });

  test.each([
    [
      'a value of the wrong type',
      held("'kubernetes:apps/v1:StatefulSet': (props) => { props.spec = 5; },"),
      /3:\d+: .*number/,
    ],
    [
      'an unknown input',
      held("'kubernetes:core/v1:Service': (props) => { props.sepc = {}; },"),
      /3:\d+: .*sepc/,
    ],
    ['an unknown type', held("'kubernetes:core/v1:Servise': () => {},"), /3:\d+: .*Servise/],
    ['broken syntax', { 'transform.ts': 'export default {' }, /1:\d+: /],
    [
      'no types at all',
      { 'transform.ts': "export default { 'kubernetes:core/v1:Service': 5 };\n" },
      /not of the type Transforms/,
    ],
    [
      'an unknown type that the compiler does not see',
      {
        'transform.ts':
          "export default { 'kubernetes:core/v1:Service': () => {}, 'kubernetes:core/v1:Servise': () => {} };\n",
      },
      /“kubernetes:core\/v1:Servise” is no type .*did you mean kubernetes:core\/v1:Service\?/,
    ],
    ['no default export', { 'transform.ts': 'export const a = 1;\n' }, /default/],
    [
      'what throws as it is loaded',
      { 'transform.ts': "throw new Error('no licence');\nexport default {};\n" },
      /it cannot be loaded: no licence/,
    ],
    [
      'what throws',
      held("'kubernetes:core/v1:Service': () => { throw new Error('on purpose'); },"),
      /kubernetes:core\/v1:Service failed with “on purpose”, given “/,
    ],
    ['what is asynchronous', held("'kubernetes:core/v1:Service': async () => {},"), /is asynchronous/],
    ['what returns a value', held("'kubernetes:core/v1:Service': (props) => props,"), /returned a value/],
    [
      'an option of the stack',
      held(
        "'kubernetes:core/v1:Service': (_props, opts) => { (opts as Record<string, unknown>).provider = 1; },",
      ),
      /set the option provider/,
    ],
  ])('%s', async (_what, files, message) => {
    const said = await refused(files).then(String, (error: Error) => error.message);
    expect(said).toMatch(/^transform\.ts cannot be used, and nothing was changed\.\n/);
    expect(said).toMatch(message);
  });

  test('a function without effect is told', async () => {
    const { plan } = await refused(
      held("'kubernetes:networking.k8s.io/v1:Ingress': (props) => { props.metadata = {}; },"),
    );
    expect(plan.transformation?.notes).toEqual([
      'transform.ts: its function for kubernetes:networking.k8s.io/v1:Ingress changes no resource of this stack.',
    ]);
  });
});
