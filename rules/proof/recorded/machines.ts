import { counter, gauge } from '../../alerts/define.ts';
import { mixed, type RecordingProof, steady, turn } from './proof.ts';

const cpu = (instance: string, number: string, mode: string, perSecond: number) =>
  counter('node_cpu_seconds_total', { instance, cpu: number, mode }, perSecond);
const disk = (instance: string, mountpoint: string, fstype: string, size: number, free: number) => [
  gauge('node_filesystem_size_bytes', { instance, mountpoint, fstype, device: 'd' }, size),
  gauge('node_filesystem_avail_bytes', { instance, mountpoint, fstype, device: 'd' }, free),
];
const memory = (instance: string, total: number, free: number) => [
  gauge('node_memory_MemTotal_bytes', { instance }, total),
  gauge('node_memory_MemAvailable_bytes', { instance }, free),
];

/** Seconds that four kinds of CPU are idle each second: two of one machine, two of another. */
const idle = (first: number, second: number) => [
  cpu('a', '0', 'idle', first),
  cpu('a', '1', 'idle', second),
  cpu('a', '0', 'user', 1 - first),
  cpu('a', '1', 'user', 1 - second),
  cpu('b', '0', 'idle', 0.9),
  cpu('b', '0', 'user', 0.1),
];

export const MACHINE_PROOFS = {
  'instance:node_cpu:ratio_rate5m': [
    {
      name: 'one machine gets busy',
      phases: turn(idle(0.8, 0.6), idle(0.1, 0.2)),
      yields: [
        { labels: { instance: 'a' }, value: 1 - mixed(0.7, 0.15) },
        { labels: { instance: 'b' }, value: 0.1 },
      ],
    },
  ],
  'instance:node_memory_used:ratio': [
    {
      name: 'two machines, and one that says nothing',
      phases: steady([...memory('a', 8e9, 2e9), ...memory('b', 16e9, 12e9), ...memory('c', 0, 0)]),
      yields: [
        { labels: { instance: 'a' }, value: 0.75 },
        { labels: { instance: 'b' }, value: 0.25 },
      ],
    },
  ],
  'instance:node_filesystem_used:ratio': [
    {
      name: 'disks, and what is none',
      phases: steady([
        ...disk('a', '/', 'ext4', 100, 40),
        ...disk('a', '/data', 'xfs', 200, 190),
        ...disk('b', '/', 'ext4', 100, 90),
        ...disk('b', '/empty', 'ext4', 0, 0),
        ...disk('a', '/run', 'tmpfs', 100, 0),
        ...disk('a', '/snap', 'squashfs', 100, 0),
      ]),
      yields: [
        { labels: { instance: 'a', mountpoint: '/' }, value: 0.6 },
        { labels: { instance: 'a', mountpoint: '/data' }, value: 0.05 },
        { labels: { instance: 'b', mountpoint: '/' }, value: 0.1 },
      ],
    },
  ],
} as const satisfies Record<string, readonly RecordingProof[]>;
