import { expect, test } from 'vitest';
import { alertmanagerWorkload } from '../../../components/alertmanager.ts';
import { prometheusWorkload } from '../../../components/prometheus/prometheus.ts';
import { dockerAddressing } from '../../../platforms/docker/addressing.ts';
import { kubernetesAddressing } from '../../../platforms/kubernetes/addressing.ts';
import { localAddressing } from '../../../platforms/local/addressing.ts';

test.each([
  ['local', localAddressing({ stack: 'test', root: '/srv/project' })],
  ['docker', dockerAddressing({ stack: 'test' })],
  ['kubernetes', kubernetesAddressing()],
] as const)('on %s no post ends Prometheus, and it looks for every changed file itself', (_, addressing) => {
  const run = () => {
    throw new Error('nothing runs');
  };
  const { args, directories = [] } = prometheusWorkload({
    platform: { ...addressing, run },
    config: '',
    rules: {},
    secrets: { token: 'x' },
    targets: { shop: [{ targets: ['shop:80'] }] },
    retention: { time: '30d', size: '10GB' },
    connectsTo: [],
    gibibytes: 16,
  });
  expect(args).not.toContain('--web.enable-lifecycle');
  expect(args).toContain('--config.auto-reload');
  expect(args.find((arg) => arg.startsWith('--web.cors.origin='))).toMatch(
    /^--web\.cors\.origin=http:\/\/\w/,
  );
  expect(directories.map(({ name, onChange }) => [name, onChange])).toEqual(
    ['config', 'rules', 'targets', 'secrets'].map((name) => [name, 'watched']),
  );
});

test('a guard finds the address to take, and knows the host that others reach the server by', () => {
  const platform = {
    ...localAddressing({ stack: 'test', root: '/srv/project' }),
    run: () => {
      throw new Error('nothing runs');
    },
  };
  for (const { args, guard } of [
    alertmanagerWorkload({
      platform,
      files: {},
      secrets: {},
      connectsTo: [],
      knownAs: 'https://am.example/am',
    }),
    prometheusWorkload({
      platform,
      config: '',
      rules: {},
      retention: { time: '30d', size: '10GB' },
      connectsTo: [],
      gibibytes: 16,
      knownAs: 'https://am.example:8443',
    }),
  ]) {
    expect(guard?.names).toEqual(['am.example']);
    expect(args.filter((arg) => arg.startsWith(`${guard?.listenFlag}=`))).toHaveLength(1);
    expect(args.some((arg) => arg.startsWith(`${guard?.usersFlag}=`))).toBe(false);
  }
});
