import { machinePage, type WorkloadFacts } from '../index.ts';
import type { Reader } from './reader.ts';

interface Container {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly envs?: readonly string[];
  readonly user?: string;
  readonly privileged?: boolean;
  readonly capabilities?: { readonly adds?: readonly string[]; readonly drops?: readonly string[] };
  readonly securityOpts?: readonly string[];
  readonly readOnly?: boolean;
  readonly cpuShares?: number;
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly restart?: string;
  readonly mustRun?: boolean;
  readonly ports?: readonly { readonly ip?: string }[];
  readonly uploads?: readonly { readonly file: string; readonly content?: string }[];
}

/** Containers of a Docker engine, and the images that they are made from. */
export const readDocker: Reader = ({ type, name, props }) => {
  if (type === 'docker:index/remoteImage:RemoteImage') {
    return { images: { [name]: (props as { name?: string }).name ?? '' } };
  }
  if (type !== 'docker:index/container:Container') return undefined;
  const container = props as Container;
  const { command = [], ports = [], uploads = [] } = container;
  const secret = secretFolders(command);
  const isSecret = (file = '') => secret.some((folder) => file.startsWith(`/staging/${folder}/`));
  const files = uploads.filter(({ file }) => !isSecret(file));
  return {
    args: command,
    files: Object.fromEntries(files.map(({ file, content = '' }) => [basename(file), content])),
    workloads: isLoader(container) ? [] : [workload(name, container)],
    // What names no address is published on all of them.
    pages: ports.map(({ ip = '0.0.0.0' }) => machinePage(name, ip)),
    secret: ([property, index]) => property === 'uploads' && isSecret(uploads[Number(index)]?.file),
  };
};

const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Folders whose files the loader makes unreadable for everybody but the process. */
function secretFolders(command: readonly string[]): string[] {
  return command.flatMap((word, index) =>
    word === 'files' && command[index + 2] === '0440' ? [command[index + 3] ?? ''] : [],
  );
}

/** The one-shot container that fills volumes needs root, and nothing more. */
function isLoader(container: Container): boolean {
  const { restart, mustRun, capabilities } = container;
  const able = ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER'];
  return (
    restart === 'no' &&
    mustRun === false &&
    (capabilities?.adds ?? []).every((name) => able.includes(name)) &&
    rights({ ...container, capabilities: { drops: capabilities?.drops ?? [] } }).length === 0
  );
}

function workload(name: string, container: Container): WorkloadFacts {
  const { image = '', command = [], envs = [], user = '0', cpuShares = 0 } = container;
  const { memoryReservation = 0, memory = 0 } = container;
  return {
    name,
    program: { image },
    user: Number.parseInt(user, 10) || 0,
    readOnlyRoot: container.readOnly === true,
    resources: {
      // 1024 shares are a core's worth.
      cpuMillis: (cpuShares * 1000) / 1024,
      memoryMebibytes: memoryReservation,
      memoryLimitMebibytes: memory,
    },
    args: command,
    env: Object.fromEntries(envs.map((each) => [each.split('=')[0], each])),
    rights: rights(container),
  };
}

function rights({ privileged, capabilities, securityOpts = [] }: Container): string[] {
  return [
    ...(privileged === true ? ['is privileged'] : []),
    ...(capabilities?.drops?.includes('ALL') ? [] : ['keeps its capabilities']),
    ...(capabilities?.adds?.length ? [`adds the capabilities ${capabilities.adds.join(', ')}`] : []),
    ...(securityOpts.some((option) => /^no-new-privileges(:true)?$/.test(option)) ? [] : ['may gain rights']),
  ];
}
