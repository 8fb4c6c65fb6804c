import { expect, test } from 'vitest';
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
