import { above, age, below, counter, gauge, type RuleModule } from './define.ts';

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

export const machines: RuleModule = {
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
