import { STACK } from '../catalogue/services.ts';
import type { Workload } from '../platforms/workload.ts';
import type { ComponentArgs } from './component.ts';
import { program } from './program.ts';

const NAME = 'node-exporter';

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

export interface NodeExporterArgs extends ComponentArgs {
  /** Port of each machine. Default: 9100. */
  readonly port?: number;
}

/** The node exporter as a workload, one on each machine. */
export function nodeExporterWorkload({ platform, port = STACK[NAME].port }: NodeExporterArgs): Workload {
  return {
    name: NAME,
    program: program('node_exporter'),
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
