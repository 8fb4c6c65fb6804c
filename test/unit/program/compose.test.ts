import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { stackParts, workloadsOf } from '../../../components/stack-parts.ts';
import { filesWithoutPulumi } from '../../../stack/without-pulumi.ts';
import { CANARIES, planned, SECRETIVE } from './planned.ts';

interface Service {
  readonly image: string;
  readonly container_name: string;
  readonly command?: readonly string[];
  readonly profiles: readonly string[];
  readonly networks?: Readonly<Record<string, object>>;
  readonly network_mode?: string;
  readonly ports?: readonly { readonly published: string; readonly host_ip: string }[];
  readonly volumes: readonly { readonly type: string; readonly source: string; readonly target: string }[];
  readonly secrets?: readonly { readonly source: string; readonly target: string }[];
  readonly labels: Readonly<Record<string, string>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, object>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** The Compose Specification's own schema, as the linter carries it. */
const SCHEMA = JSON.parse(
  readFileSync(
    join(dirname(createRequire(import.meta.url).resolve('dclint')), '..', 'schemas', 'compose.schema.json'),
    'utf8',
  ),
) as { $schema?: string };
delete SCHEMA.$schema;
const valid = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(SCHEMA);

const TEAM = {
  ...SECRETIVE,
  platform: 'docker',
  demo: { enabled: true },
  docker: { networks: ['shop_default'] },
  services: [{ name: 'shop', address: 'shop:8000' }],
};
const plan = planned(TEAM);
const files = filesWithoutPulumi(plan);
const text = files['compose/docker-compose.yml'] ?? '';
const compose = load(text) as Compose;

describe.each([
  ['with everything', TEAM],
  ['by its defaults', { platform: 'docker' }],
  ['of monitoring alone', { ...SECRETIVE, platform: 'docker', demo: { enabled: false } }],
  [
    'with a Redis that asks who comes',
    { ...TEAM, demo: { enabled: false }, redis: { address: 'cache:6379', password: CANARIES.redis } },
  ],
])('a compose file %s', (_name, input) => {
  test('keeps to the Compose Specification', () => {
    const file = load(filesWithoutPulumi(planned(input))['compose/docker-compose.yml'] ?? '') as Compose;
    expect(valid(file), JSON.stringify(valid.errors)).toBe(true);
    for (const { volumes, secrets = [], networks = {} } of Object.values(file.services)) {
      for (const { type, source } of volumes)
        if (type === 'volume') expect(Object.keys(file.volumes)).toContain(source);
      for (const { source } of secrets) expect(Object.keys(file.secrets)).toContain(source);
      for (const name of Object.keys(networks)) expect(Object.keys(file.networks)).toContain(name);
    }
  });
});

test('the schema knows a wrong word', () => {
  expect(valid({ ...compose, services: { a: { image: 'a', comand: [] } } })).toBe(false);
});

test('runs the workloads of the stack, the demo under its own profile', () => {
  const { prepare, ...services } = compose.services;
  const workloads = workloadsOf(stackParts(plan));
  expect(Object.keys(services)).toEqual(workloads.map(({ name }) => name));
  const profile = (name: string) => compose.services[name]?.profiles;
  for (const name of ['prometheus', 'alertmanager', 'grafana', 'node-exporter', 'blackbox-exporter'])
    expect([name, profile(name)]).toEqual([name, ['monitoring']]);
  for (const name of ['redis', 'kafka', 'demo', 'inference-api'])
    expect([name, profile(name)]).toEqual([name, ['demo']]);
  expect(prepare?.profiles).toEqual(['monitoring', 'demo']);
  expect(files['compose/.env.example']).toContain('COMPOSE_PROFILES=monitoring,demo\n');
});

test('gives each container its arguments to the letter: compose puts nothing in for a dollar', () => {
  const own = /\$\{(SECRETS_FOLDER|HOST_MOUNTS):-[a-z./]+\}/g;
  expect(text.match(own)?.length).toBeGreaterThan(1);
  expect(text.replaceAll(own, '').replaceAll('$$', '')).not.toContain('$');
  for (const { name, program, args } of workloadsOf(stackParts(plan))) {
    const said = compose.services[name]?.command?.map((each) => each.replaceAll('$$', '$'));
    expect(said).toEqual([...(program.command ?? []).slice(1), ...args]);
  }
  const demo = compose.services['inference-api']?.command ?? [];
  expect(demo.join(' ')).toContain('/app/demo/main.ts');
});

test.each([
  ['with the demo', TEAM],
  ['of monitoring alone', { ...TEAM, demo: { enabled: false } }],
])('the .env %s sets every variable of the file, and profiles that start something', (_name, input) => {
  const written = filesWithoutPulumi(planned(input));
  const env = Object.fromEntries(
    [...(written['compose/.env.example'] ?? '').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
  const source = written['compose/docker-compose.yml'] ?? '';
  // A doubled dollar is a letter, and no variable begins there.
  const used = [...source.replaceAll('$$', '').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
  expect(Object.keys(env).sort()).toEqual([...new Set([...used, 'COMPOSE_PROFILES'])].sort());
  const { services } = load(source) as Compose;
  const profiles = Object.entries(services).flatMap(([name, each]) =>
    name === 'prepare' ? [] : each.profiles,
  );
  expect(env.COMPOSE_PROFILES?.split(',').sort()).toEqual([...new Set(profiles)].sort());
  expect(valid(load(source)), JSON.stringify(valid.errors)).toBe(true);
});

test('has every folder that it mounts beside it, and opens nothing beyond loopback', () => {
  for (const { volumes, ports = [] } of Object.values(compose.services)) {
    for (const { source } of volumes.filter((each) => each.source.startsWith('.'))) {
      const folder = `compose/${source.slice(2)}/`;
      expect(Object.keys(files).filter((path) => path.startsWith(folder))).not.toEqual([]);
    }
    for (const { host_ip: address } of ports) expect(address).toBe('127.0.0.1');
  }
  expect(compose.services['node-exporter']?.network_mode).toBe('host');
});

test('takes secrets from files that it names, and holds none', () => {
  const mounted = Object.values(compose.services).flatMap(({ secrets = [] }) => secrets);
  expect(mounted.map(({ source }) => source).sort()).toEqual(Object.keys(compose.secrets).sort());
  expect(compose.secrets['grafana-secrets-admin-password']).toEqual({
    file: '${SECRETS_FOLDER:-./secrets}/grafana/secrets/admin-password',
  });
  for (const { file } of Object.values(compose.secrets))
    expect(files['compose/README.md']).toContain(`secrets/${file.slice(file.indexOf('}/') + 2)}`);
  const all = JSON.stringify(files);
  for (const canary of Object.values(CANARIES)) expect(all).not.toContain(canary);
  const other = planned({ ...TEAM, grafana: { adminPassword: 'another-password-0418' } });
  expect(filesWithoutPulumi(other)).toEqual(files);
});

test('replaces a container for files that nobody tells it of, and leaves one that looks for itself', () => {
  const label = 'com.feature-store-monitoring.files';
  const changed = load(
    filesWithoutPulumi({
      ...plan,
      files: {
        ...plan.files,
        rules: { 'other.yaml': 'groups: []\n' },
        alertmanager: { ...plan.files.alertmanager, 'alertmanager.yml': 'route: {}\n' },
      },
    })['compose/docker-compose.yml'] ?? '',
  ) as Compose;
  const labels = (file: Compose, name: string) => file.services[name]?.labels[label];
  expect(labels(changed, 'alertmanager')).not.toBe(labels(compose, 'alertmanager'));
  expect(labels(changed, 'prometheus')).toBe(labels(compose, 'prometheus'));
});
