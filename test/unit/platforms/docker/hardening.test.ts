import * as pulumi from '@pulumi/pulumi';
import { describe, expect, test } from 'vitest';
import { bare, containerOf, loaderOf, stackWorkloads } from './workloads.ts';

/** Whoever may do what others may not, and why. */
const HOST_ACCESS = ['node-exporter']; // it measures the machine: its processes, network and file systems

const workloads = stackWorkloads();

describe.each(workloads)('$name', (workload) => {
  const container = containerOf(workload);

  test('is confined', () => {
    expect(container).toMatchObject({
      user: `${workload.user}:${workload.user}`,
      capabilities: { drops: ['ALL'] },
      // What sees the machine's processes goes without a label of its own, whether that is declared or not.
      securityOpts: [
        'no-new-privileges:true',
        ...(HOST_ACCESS.includes(workload.name) ? ['label=disable'] : []),
      ],
      privileged: false,
      readOnly: true,
    });
    expect(container.capabilities.adds).toBeUndefined();
    expect(workload.user).toBeGreaterThan(0);
  });

  test('is bounded, probed and started again', () => {
    expect(container.memory).toBeGreaterThanOrEqual(container.memoryReservation);
    expect(container.memorySwap).toBe(container.memory);
    expect(container.cpuQuota).toBeGreaterThanOrEqual(100_000);
    expect(container.cpuShares).toBeGreaterThanOrEqual(2);
    expect(container.healthcheck.tests.slice(0, 2)).toEqual(['CMD', '/.health/busybox']);
    expect(container.restart).toBe('unless-stopped');
    expect(container.logOpts).toEqual({ 'max-size': '10m', 'max-file': '3' });
  });

  test('touches the machine only where there is a reason', () => {
    const binds = container.mounts.filter(({ type }) => type === 'bind');
    const touches = binds.length > 0 || container.pidMode === 'host' || container.networkMode === 'host';
    expect(touches).toBe(HOST_ACCESS.includes(workload.name));
    expect(binds.every(({ readOnly }) => readOnly === true)).toBe(true);
    for (const { ip } of container.ports ?? []) expect(ip).toBe('127.0.0.1');
  });

  test('writes to its data and its scratch alone', () => {
    const writable = container.mounts.filter(({ readOnly }) => readOnly !== true).map(({ target }) => target);
    expect(writable).toEqual(workload.data === undefined ? [] : [workload.data.mount]);
    expect(Object.keys(container.tmpfs ?? {})).toEqual(workload.scratch ?? []);
  });

  test('has a loader that can give files away, and nothing else', () => {
    const loader = loaderOf(workload);
    expect(loader === undefined).toBe(workload.directories === undefined && workload.data === undefined);
    if (loader === undefined) return;
    expect(loader).toMatchObject({
      capabilities: { drops: ['ALL'], adds: ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER'] },
      securityOpts: ['no-new-privileges:true'],
      privileged: false,
      restart: 'no',
    });
    expect(loader.mounts.every(({ type }) => type === 'volume')).toBe(true);
    expect(loader.ports).toBeUndefined();
  });
});

test('a secret is in what is uploaded, and in nothing that can be inspected', () => {
  for (const workload of workloads) {
    const { uploads: _, ...loader } = loaderOf(workload) ?? { uploads: [] };
    const seen = JSON.stringify([containerOf(workload), loader]);
    expect(seen).not.toContain('canary-password');
    expect(seen).not.toContain('hooks.example.org/secret');
  }
});

test('what is uploaded of a secret is marked as one', async () => {
  const grafana = workloads.find(({ name }) => name === 'grafana') ?? bare();
  const password = loaderOf(grafana)?.uploads?.find(({ file }) => file.endsWith('/secrets/admin-password'));
  expect(await pulumi.isSecret(pulumi.output(password))).toBe(true);
});

test('secret files are for the process alone', () => {
  const grafana = workloads.find(({ name }) => name === 'grafana') ?? bare();
  const command = loaderOf(grafana)?.command.join(' ');
  expect(command).toContain('files 472 0440 secrets /etc/grafana-secrets');
  expect(command).toContain('files 472 0444 config /etc/grafana-config');
});

test('a writable root is given only to who asks for it', () => {
  expect(containerOf(bare({ readOnlyRoot: false }))).toMatchObject({
    readOnly: false,
    capabilities: { drops: ['ALL'] },
  });
});
