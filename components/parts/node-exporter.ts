import { z } from 'zod';
import { machinePort } from '../../lib/forms.ts';
import type { Addressing, Workload } from '../../platforms/workload.ts';
import type { RuleModule } from '../../rules/alert.ts';
import { above, age, below, counter, gauge } from '../../rules/series.ts';
import { definePart, type FurtherJobs, type Moment, metricsOf, type PartContext, pinned } from './part.ts';

const NAME = 'node-exporter';
const PORT = 9100;
const PROGRAM = pinned('node_exporter', 'docker.io/prom/node-exporter');
const node = metricsOf(NAME);
/** Labels of file systems and of network and disk devices. */
const MOUNT = ['device', 'fstype', 'mountpoint'];

const nodeExporterSettings = z
  .strictObject({
    mode: z
      .enum(['own', 'existing', 'off'])
      .optional()
      .describe(
        "own runs one on each machine, existing scrapes those that run already. Default: own; existing with kubernetes.operator, whose Prometheus scrapes the cluster's.",
      ),
    port: machinePort.default(PORT).describe('Port of the machines.'),
  })
  .prefault({});

export interface Switches {
  readonly nodeExporter: { readonly mode?: 'own' | 'existing' | 'off' | undefined };
}

export interface Needs extends Switches {
  readonly nodeExporter: Switches['nodeExporter'] & { readonly port: number };
  readonly operator?: object | undefined;
}

const base = {
  group: 'machines',
  service: 'machines',
  team: 'platform',
  dashboard: 'system-overview',
} as const;

const MACHINE = { instance: 'node-exporter:9100' };
const NODE = { ...MACHINE, job: 'node-exporter', rack: 'r1' };
const ROOT = { mountpoint: '/' };
const DISK = { ...NODE, ...ROOT, device: '/dev/sda1', fstype: 'ext4' };
/** File systems that are no disk, or that are full by nature. */
const DISKS = 'fstype!~"tmpfs|ramfs|devtmpfs|squashfs|iso9660|erofs|fuse.*|nsfs"';
const SIZE = 100e9;

/** A disk that is so full, as a share of its size, and gets fuller by a share an hour. */
const filling = (used: number, perHour = 0) => [
  gauge('node_filesystem_size_bytes', DISK, SIZE),
  gauge('node_filesystem_avail_bytes', DISK, (1 - used) * SIZE, (-perHour * SIZE) / 3600),
];
/** Inodes of a file system, of which a share is used. */
const inodes = (labels: Readonly<Record<string, string>>, all: number, used: number) => [
  gauge('node_filesystem_files', { ...DISK, ...labels }, all),
  gauge('node_filesystem_files_free', { ...DISK, ...labels }, Math.round(all * (1 - used))),
];
/** A disk that got fuller within an hour, so long ago. */
const filledUp = (ago: string) => [
  { lasts: '8h', series: filling(0.1) },
  { lasts: '1h', series: filling(0.1, 0.5) },
  { lasts: ago, series: filling(0.6) },
];

const rules: RuleModule = {
  recordings: [
    {
      record: 'instance:node_cpu:ratio_rate5m',
      group: base.group,
      expr: '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))',
      help: 'Share of CPU in use by machine.',
    },
    {
      record: 'instance:node_memory_used:ratio',
      group: base.group,
      expr: '1 - min by (instance) (node_memory_MemAvailable_bytes) / max by (instance) (node_memory_MemTotal_bytes > 0)',
      help: 'Share of memory in use by machine.',
    },
    {
      record: 'instance:node_filesystem_used:ratio',
      group: base.group,
      expr: `1 - min by (instance, mountpoint) (node_filesystem_avail_bytes{${DISKS}}) / max by (instance, mountpoint) (node_filesystem_size_bytes{${DISKS}} > 0)`,
      help: 'Share of space in use by file system, without those in memory and read-only images.',
    },
  ],
  alerts: [
    {
      ...base,
      name: 'CPUHigh',
      severity: 'warning',
      signal: 'saturation',
      expr: (threshold) => `instance:node_cpu:ratio_rate5m > ${threshold}`,
      threshold: above(0.8, 'ratio'),
      for: '10m',
      summary: 'CPU use is over 80 %',
      description: '{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its CPU.',
      runbook: 'cpu-high',
      proofs: [
        {
          series: (level) => [
            counter('node_cpu_seconds_total', { ...NODE, cpu: '0', mode: 'idle' }, 1.2 * (1 - level)),
            counter('node_cpu_seconds_total', { ...NODE, cpu: '1', mode: 'idle' }, 0.8 * (1 - level)),
            counter('node_cpu_seconds_total', { ...NODE, cpu: '0', mode: 'user' }, level),
            counter('node_cpu_seconds_total', { ...NODE, cpu: '1', mode: 'user' }, level),
          ],
          settles: '15s',
          labels: [MACHINE],
        },
      ],
    },
    {
      ...base,
      name: 'MemoryHigh',
      severity: 'warning',
      signal: 'saturation',
      expr: (threshold) => `instance:node_memory_used:ratio > ${threshold}`,
      threshold: above(0.8, 'ratio'),
      for: '5m',
      summary: 'Memory use is over 80 %',
      description: '{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its memory.',
      runbook: 'memory-high',
      proofs: [
        {
          series: (level) => [
            gauge('node_memory_MemTotal_bytes', NODE, 16e9),
            gauge('node_memory_MemAvailable_bytes', NODE, 16e9 * (1 - level)),
          ],
          exact: true,
          labels: [MACHINE],
        },
      ],
    },
    {
      ...base,
      name: 'DiskHigh',
      severity: 'warning',
      signal: 'saturation',
      // A file system without inodes of its own, such as btrfs, has 0 of 0.
      expr: (threshold) =>
        `instance:node_filesystem_used:ratio > ${threshold} or 1 - min by (instance, mountpoint) (node_filesystem_files_free{${DISKS}}) / max by (instance, mountpoint) (node_filesystem_files{${DISKS}} > 0) > ${threshold}`,
      threshold: above(0.8, 'ratio'),
      for: '5m',
      summary: 'Disk use is over 80 %',
      description:
        '{{ $labels.mountpoint }} of {{ $labels.instance }} is {{ $value | humanizePercentage }} full, in bytes or in inodes.',
      runbook: 'disk-high',
      proofs: [
        {
          series: (level) => [
            gauge('node_filesystem_size_bytes', DISK, SIZE),
            gauge('node_filesystem_avail_bytes', DISK, SIZE * (1 - level)),
            gauge('node_filesystem_size_bytes', { ...DISK, mountpoint: '/run', fstype: 'tmpfs' }, SIZE),
            gauge('node_filesystem_avail_bytes', { ...DISK, mountpoint: '/run', fstype: 'tmpfs' }, 0),
          ],
          exact: true,
          labels: [{ ...MACHINE, ...ROOT }],
        },
        {
          name: 'in inodes',
          series: (level) => [
            ...filling(0.3),
            ...inodes({}, 1e6, level),
            ...inodes({ mountpoint: '/run', fstype: 'tmpfs' }, 1e6, 1),
          ],
          exact: true,
          labels: [{ ...MACHINE, ...ROOT }],
        },
      ],
      timelines: [
        {
          name: 'a file system without inodes',
          phases: () => [{ lasts: '10m', series: [...filling(0.3), ...inodes({ fstype: 'btrfs' }, 0, 1)] }],
        },
      ],
    },
    {
      ...base,
      name: 'DiskWillFill',
      severity: 'warning',
      signal: 'saturation',
      expr: (threshold) =>
        `min by (instance, mountpoint) (predict_linear(node_filesystem_avail_bytes{${DISKS}}[6h], ${threshold})) < 0 and instance:node_filesystem_used:ratio > 0.5`,
      threshold: below(86_400, 'seconds'),
      for: '30m',
      summary: 'A disk will be full within a day',
      description:
        'At the pace of the last 6 hours {{ $labels.mountpoint }} of {{ $labels.instance }} is full within a day.',
      runbook: 'disk-will-fill',
      proofs: [
        {
          // Level: seconds that the space which is left at first lasts.
          series: (level) => [
            gauge('node_filesystem_size_bytes', DISK, SIZE),
            gauge('node_filesystem_avail_bytes', DISK, 0.49 * SIZE, (-0.49 * SIZE) / level),
            gauge('node_filesystem_size_bytes', { ...DISK, mountpoint: '/run', fstype: 'tmpfs' }, SIZE),
            gauge(
              'node_filesystem_avail_bytes',
              { ...DISK, mountpoint: '/run', fstype: 'tmpfs' },
              0.4 * SIZE,
              -1e6,
            ),
          ],
          healthy: 1e12,
          settles: '1m',
          recovers: '7h',
          evaluate: '1m',
          labels: [{ ...MACHINE, ...ROOT }],
        },
      ],
      timelines: [
        {
          name: 'filled up 3 and a half hours ago',
          phases: () => filledUp('3h30m'),
          fires: true,
          labels: [{ ...MACHINE, ...ROOT }],
          evaluate: '1m',
        },
        { name: 'filled up 7 hours ago', phases: () => filledUp('7h'), evaluate: '1m' },
        {
          name: 'exactly half is free',
          phases: () => [
            { lasts: '2h', series: filling(0.1, 0.2) },
            { lasts: '45m', series: filling(0.5) },
          ],
          evaluate: '1m',
        },
        {
          name: 'more than half is free',
          phases: () => [
            {
              lasts: '1h',
              series: [
                gauge('node_filesystem_size_bytes', DISK, SIZE),
                gauge('node_filesystem_avail_bytes', DISK, 0.55 * SIZE, (-0.55 * SIZE) / 80_000),
              ],
            },
          ],
          evaluate: '1m',
        },
      ],
    },
    {
      ...base,
      name: 'ClockSkewed',
      severity: 'warning',
      signal: 'quality',
      // Prometheus stamps a sample with its own clock; the machine answers within the scrape.
      expr: (threshold) =>
        `max by (instance) (abs(node_time_seconds - timestamp(node_time_seconds))) > ${threshold}`,
      threshold: above(5, 'seconds'),
      for: '10m',
      summary: 'The clock of a machine is wrong',
      description:
        'The clock of {{ $labels.instance }} is {{ $value | humanizeDuration }} apart from Prometheus’s: ages of features and watermarks are wrong by as much.',
      runbook: 'clock-skewed',
      proofs: [1, -1].map((sign) => ({
        name: sign > 0 ? 'it is slow' : 'it is fast',
        series: (level: number) => [
          age('node_time_seconds', NODE, sign * level),
          age('node_time_seconds', { ...NODE, instance: 'other:9100' }, 0),
        ],
        exact: true,
        labels: [MACHINE],
      })),
    },
  ],
};

/** File systems that hold no data of their own: containers' layers, kernel views, memory. */
const PSEUDO_FILE_SYSTEMS =
  '^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|pstore|ramfs|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tmpfs|tracefs)$';
/**
 * Mounts that containers, pods and network namespaces bring, which show the machine's own file systems again. The disks
 * on which engines and kubelets keep their data are the machine's own: only what lies below them is left out.
 */
const CONTAINERS_MOUNTS =
  '^/(((dev|proc|sys|run/(netns|credentials|docker|containerd|user)|.+/kubelet/pods)($|/))|var/lib/(docker|containers|containerd|kubelet)/)';
/** Containers and pods make and drop these by the dozen: each would be series that are soon dead. */
const VIRTUAL_DEVICES = '^(veth|cali|cni|docker|br-|lo).*';

/** The node exporter: CPU, memory, disk and network of every machine, of the machine and never of a container on it. */
export const nodeExporter = definePart({
  name: NAME,
  title: 'node exporter',
  port: PORT,
  program: PROGRAM,
  opened: false,
  ready: '/',
  probed: undefined,
  settings: { nodeExporter: nodeExporterSettings },
  absent: ({ nodeExporter: { mode = 'own' } }: Switches) =>
    mode === 'own' ? undefined : `nodeExporter.mode is ${mode}`,
  scraped: ({ nodeExporter: { mode } }) => mode !== 'off',
  portOf: ({ nodeExporter: { port } }: Needs) => port,
  perNode: true,
  targets: (_settings, machines) => machines,
  metrics: {
    node_cpu_seconds_total: node('counter', 'seconds', 'CPU time by core and mode.', ['cpu', 'mode']),
    node_load1: node('gauge', '1', 'Load average over one minute.'),
    node_load5: node('gauge', '1', 'Load average over five minutes.'),
    node_load15: node('gauge', '1', 'Load average over fifteen minutes.'),
    node_memory_MemTotal_bytes: node('gauge', 'bytes', 'Memory of the machine.'),
    node_memory_MemAvailable_bytes: node(
      'gauge',
      'bytes',
      'Memory that programs can still get without swapping.',
    ),
    node_memory_MemFree_bytes: node('gauge', 'bytes', 'Memory that nothing uses.'),
    node_memory_Buffers_bytes: node('gauge', 'bytes', 'Memory of the block device buffers.'),
    node_memory_Cached_bytes: node('gauge', 'bytes', 'Memory of the page cache.'),
    node_memory_SwapTotal_bytes: node('gauge', 'bytes', 'Swap space of the machine.'),
    node_memory_SwapFree_bytes: node('gauge', 'bytes', 'Swap space that nothing uses.'),
    node_filesystem_size_bytes: node('gauge', 'bytes', 'Size of a file system.', MOUNT),
    node_filesystem_avail_bytes: node('gauge', 'bytes', 'Space that an ordinary user can still fill.', MOUNT),
    node_filesystem_free_bytes: node('gauge', 'bytes', 'Free space of a file system.', MOUNT),
    node_filesystem_files: node('gauge', '1', 'Inodes of a file system.', MOUNT),
    node_filesystem_files_free: node('gauge', '1', 'Free inodes of a file system.', MOUNT),
    node_filesystem_readonly: node('gauge', '1', '1 where a file system is read-only.', MOUNT),
    node_disk_io_time_seconds_total: node('counter', 'seconds', 'Time that a disk was busy.', ['device']),
    node_disk_read_bytes_total: node('counter', 'bytes', 'Bytes read from a disk.', ['device']),
    node_disk_written_bytes_total: node('counter', 'bytes', 'Bytes written to a disk.', ['device']),
    node_network_receive_bytes_total: node('counter', 'bytes', 'Bytes received by a device.', ['device']),
    node_network_transmit_bytes_total: node('counter', 'bytes', 'Bytes sent by a device.', ['device']),
    node_network_receive_errs_total: node('counter', '1', 'Faulty packets received by a device.', ['device']),
    node_network_transmit_errs_total: node('counter', '1', 'Packets that a device failed to send.', [
      'device',
    ]),
    node_pressure_cpu_waiting_seconds_total: node(
      'counter',
      'seconds',
      'Time in which some task waited for a CPU.',
    ),
    node_pressure_io_waiting_seconds_total: node(
      'counter',
      'seconds',
      'Time in which some task waited for I/O.',
    ),
    node_pressure_memory_waiting_seconds_total: node(
      'counter',
      'seconds',
      'Time in which some task waited for memory.',
    ),
    node_time_seconds: node('gauge', 'timestamp', 'Clock of the machine, as a Unix time.'),
    node_boot_time_seconds: node('gauge', 'timestamp', 'When the machine started, as a Unix time.'),
  },
  rules,
  healthy: healthyMachine,
  furtherJobs: existing,
  workload: ({ platform, settings }) => nodeExporterWorkload({ platform, port: settings.nodeExporter.port }),
});

/** A busy machine whose disk fills by day and is cleaned up at night. */
function healthyMachine({ hour, load }: Moment) {
  const labels = { job: 'node-exporter', instance: 'node-exporter:9100' };
  const disk = { ...labels, mountpoint: '/', device: '/dev/sda1', fstype: 'ext4' };
  const size = 100e9;
  const growth = 0.1 * size;
  return [
    ...['0', '1'].map((cpu) =>
      counter('node_cpu_seconds_total', { ...labels, cpu, mode: 'idle' }, 0.9 - 0.5 * load),
    ),
    gauge('node_memory_MemTotal_bytes', labels, 16e9),
    gauge('node_memory_MemAvailable_bytes', labels, 16e9 * (0.7 - 0.3 * load)),
    gauge('node_filesystem_size_bytes', disk, size),
    gauge('node_filesystem_avail_bytes', disk, 0.5 * size - (growth * hour) / 24, -growth / 86_400),
  ];
}

/**
 * Node exporters that run already: one on each machine of a cluster, or on this machine. Where an operator runs
 * Prometheus, it scrapes them itself, as the job of the same name.
 */
function existing({ settings, platform: { kind } }: PartContext<Needs>): FurtherJobs {
  const { mode, port } = settings.nodeExporter;
  if (mode !== 'existing' || settings.operator !== undefined) return { jobs: [] };
  if (kind === 'kubernetes')
    return {
      jobs: [{ job: NAME, targets: [], machines: { port } }],
      connections: [{ discovered: 'machines', port }],
      permissions: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] }],
    };
  const host = kind === 'docker' ? 'host.docker.internal' : '127.0.0.1';
  return {
    jobs: [{ job: NAME, targets: [{ address: `${host}:${port}`, instance: `${NAME}:${port}` }] }],
    connections: [{ outside: host, port }],
  };
}

export interface NodeExporterArgs {
  readonly platform: Addressing;
  /** Port of each machine. Default: 9100. */
  readonly port?: number;
}

/** The node exporter as a workload, one on each machine. */
export function nodeExporterWorkload({ platform, port = PORT }: NodeExporterArgs): Workload {
  return {
    name: NAME,
    program: PROGRAM,
    args: [
      `--web.listen-address=${platform.listen(NAME, port)}`,
      `--path.rootfs=${platform.host('/')}`,
      `--path.procfs=${platform.host('/proc')}`,
      `--path.sysfs=${platform.host('/sys')}`,
      `--collector.filesystem.fs-types-exclude=${PSEUDO_FILE_SYSTEMS}`,
      `--collector.filesystem.mount-points-exclude=${CONTAINERS_MOUNTS}`,
      `--collector.netdev.device-exclude=${VIRTUAL_DEVICES}`,
      `--collector.netclass.ignored-devices=${VIRTUAL_DEVICES}`,
    ],
    ports: [{ name: 'metrics', port }],
    health: { http: { path: '/', port: 'metrics' } },
    resources: { cpuMillis: 50, memoryMebibytes: 48, memoryLimitMebibytes: 128 },
    user: 65534,
    perNode: true,
    host: { pid: true, network: true, paths: [{ path: '/', mount: platform.host('/') }] },
  };
}
