import type { StopPolicy } from './identity.ts';

/** What one local process is to be: the inputs of its resource, plain data that a preview can show. */
export interface ProcessInputs {
  /** The stack's state folder. */
  readonly state: string;
  readonly workload: string;
  /** The process-compose to start where none runs yet. A change alone restarts nothing. */
  readonly supervisor: string;
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Working directory. */
  readonly directory: string;
  /** What the machine binds, by port name, such as `9090/tcp`. */
  readonly ports: Readonly<Record<string, string>>;
  readonly directories: Readonly<Record<string, DirectoryInputs>>;
  /** Folder that is kept when the process goes. */
  readonly data?: string;
  readonly scratch: readonly string[];
  /** `http://127.0.0.1:9090/-/ready`, or `tcp://127.0.0.1:6379`. */
  readonly health: string;
  readonly startupSeconds: number;
  readonly stop: StopPolicy;
  /** `healthy` is what is wanted. What a refresh finds instead is drift. */
  readonly status: string;
}

export interface DirectoryInputs {
  readonly path: string;
  readonly secret: boolean;
  /** `reload http://127.0.0.1:9090/-/reload`, `watched` or `restart`. */
  readonly onChange: string;
  readonly files: Readonly<Record<string, string>>;
}

export const HEALTHY = 'healthy';

export interface BoundPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

export function boundPorts(ports: Readonly<Record<string, string>>): BoundPort[] {
  return Object.entries(ports).map(([name, bound]) => {
    const [port, protocol] = bound.split('/');
    return { name, port: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp' };
  });
}

/** The URL that a changed file of this directory is announced to. */
export function reloadUrl(onChange: string): string | undefined {
  return onChange.startsWith('reload ') ? onChange.slice('reload '.length) : undefined;
}
