import type * as pulumi from '@pulumi/pulumi';
import type { PlatformKind } from './kinds.ts';

/**
 * One container's worth of intent. A component says *what* runs; a platform says *how*. Nothing here names
 * Docker, Kubernetes or a process supervisor, and nothing names Prometheus.
 */
export interface Workload {
  /** Logical host name, a DNS label: other workloads reach it as `name:port` on every platform. */
  readonly name: string;
  readonly program: Program;
  /** Arguments after the executable. Never secrets: arguments are visible to every user of the machine. */
  readonly args: readonly string[];
  /** Environment. Never secrets: give a secret file and let the program read it. Default: empty. */
  readonly env?: Readonly<Record<string, string>>;
  /** The first port is the one that people open and that a reload is posted to. */
  readonly ports: readonly Port[];
  /** Directories of configuration, mounted read-only and as a whole, never as single files. Default: none. */
  readonly directories?: readonly ConfigDirectory[];
  /** The folder that outlives the process. Default: none, the workload keeps nothing. */
  readonly data?: DataDirectory;
  /** Writable scratch space that need not survive a restart, as mount paths. Default: none. */
  readonly scratch?: readonly string[];
  readonly health: HealthCheck;
  readonly resources: Resources;
  /** Numeric uid and gid of the process in a container. Locally the process runs as whoever runs the program. */
  readonly user: number;
  /** Whether the root file system is read-only in a container. Default: true. */
  readonly readOnlyRoot?: boolean;
  /** How the process is asked to end, and how long it may take. Default: SIGTERM and 30 s. */
  readonly stop?: StopPolicy;
  /** Copies with a stable identity each, `name-0` and so on. Platforms of one machine run one. Default: 1. */
  readonly replicas?: number;
  /** One copy on each machine of a cluster. Default: false. */
  readonly perNode?: boolean;
  /** Whom it connects to: network policies and start order. Default: nobody. */
  readonly connectsTo?: readonly Connection[];
  /** Access to the machine itself (node exporter). Default: none. */
  readonly host?: HostAccess;
  /** What the platform's API must let it read (service discovery). Default: nothing. */
  readonly permissions?: readonly Permission[];
  /** Helpers in the same pod, only where no flag or volume does it. Default: none. */
  readonly sidecars?: readonly Sidecar[];
  /**
   * How a guard takes the program's place at its first port, for a program that answers any page that a browser shows.
   * A platform whose ports browsers reach runs the program behind the guard. Default: the program checks who asks.
   */
  readonly guard?: Guard;
}

/** What is executed: a pinned tool locally, the same version's image elsewhere. */
export interface Program {
  /** Name in `tools/versions.ts`, or `node` for this project's own TypeScript. */
  readonly tool: string;
  /** Full image name with a pinned tag, such as `docker.io/prom/prometheus:v3.15.0`. */
  readonly image: string;
  /** Executable inside the image, where its entry point is not the tool itself. Default: the entry point. */
  readonly command?: readonly string[];
}

export interface Port {
  /** `web`, `metrics`, `cluster` …: at most 15 lower-case characters, unique in the workload. */
  readonly name: string;
  /** The logical port, the same on every platform; the stack's `ports` setting moves what the machine binds. */
  readonly port: number;
  readonly protocol?: 'tcp' | 'udp';
  /** Whether people open it (published on loopback, listed by `make urls`). Default: false. */
  readonly published?: boolean;
}

export interface ConfigDirectory {
  /** Short name, unique in the workload: `config`, `rules`, `secrets`. */
  readonly name: string;
  /** Where it lies in a container, such as `/etc/prometheus`. */
  readonly mount: string;
  /** Content by path relative to the mount, `/`-separated. */
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
  /** Files are readable by the process alone, and are Secrets where the platform has them. Default: false. */
  readonly secret?: boolean;
  readonly onChange: ChangeEffect;
}

/**
 * What a changed file means to the running process: POST to a URL path on the first port, nothing because the
 * program watches the directory itself, or a restart.
 */
export type ChangeEffect = { readonly reload: string } | 'watched' | 'restart';

export interface DataDirectory {
  readonly mount: string;
  /** Size of the volume where volumes have one, in GiB. */
  readonly gibibytes: number;
}

export type HealthCheck = HealthOptions &
  (
    | { readonly http: { readonly path: string; readonly port: string } }
    | { readonly tcp: { readonly port: string } }
  );

interface HealthOptions {
  readonly startupSeconds?: number;
  /**
   * Path that answers as long as the process lives, although it cannot serve yet: a long replay of a write-ahead log
   * must not be taken for a hang. Default: what says that it can serve.
   */
  readonly live?: string;
}

export interface Resources {
  /** Guaranteed share of a core, in thousandths. */
  readonly cpuMillis: number;
  /** Guaranteed memory, in MiB. */
  readonly memoryMebibytes: number;
  /** Limit of memory, in MiB. Default: twice the guarantee. */
  readonly memoryLimitMebibytes?: number;
  /**
   * Limit of CPU, in thousandths of a core. Default: none that a healthy program meets, since throttling delays scrapes.
   */
  readonly cpuLimitMillis?: number;
}

export interface StopPolicy {
  readonly signal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT';
  readonly graceSeconds: number;
}

/** A workload of this stack, something outside it, or whatever discovery finds in a cluster. */
export type Connection =
  | { readonly workload: string; readonly port: number }
  | { readonly outside: string; readonly port?: number; readonly protocol?: Port['protocol'] }
  | { readonly discovered: 'workloads'; readonly namespaces?: readonly string[]; readonly port?: number }
  | { readonly discovered: 'machines'; readonly port: number };

export interface HostAccess {
  /** Sees the machine's processes. */
  readonly pid?: boolean;
  /** Uses the machine's network. */
  readonly network?: boolean;
  /** Machine folders, read-only. */
  readonly paths?: readonly { readonly path: string; readonly mount: string }[];
}

export interface Permission {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly ('get' | 'list' | 'watch')[];
  /** Only in these namespaces. Default: in the whole cluster. */
  readonly namespaces?: readonly string[];
}

/** Files with which a workload that has permissions proves to the platform's API who it is. */
export interface Account {
  /** The token, renewed by the platform. */
  readonly token: string;
  /** The certificate authority of the API and of the machines. */
  readonly authority: string;
}

/** What a guard changes of a program's arguments, and whom it lets through. */
export interface Guard {
  /** Flag among the arguments that holds the address of the first port: `--web.listen-address`. */
  readonly listenFlag: string;
  /** Flag for a web configuration file, which holds users and the bcrypt hashes of their passwords: `--web.config.file`. */
  readonly usersFlag: string;
  /** Names under which people open it, besides addresses and `localhost`. Default: none. */
  readonly names?: readonly string[];
}

export interface Sidecar {
  readonly name: string;
  readonly program: Program;
  readonly args: readonly string[];
  readonly resources: Resources;
}

/**
 * Where workloads are found. Addresses and paths are pure: they are known before anything exists, so
 * configuration files can be rendered, checked and previewed first.
 */
export interface Addressing {
  readonly kind: PlatformKind;
  /** `host:port` at which other workloads reach a logical port, such as `prometheus:9090` or `127.0.0.1:9090`. */
  address(workload: string, port: number): string;
  /** The addresses of each replica of a workload, for programs that must list every one. */
  addresses(workload: string, port: number, replicas: number): readonly string[];
  /** The address that a workload itself binds, such as `:9090` or `127.0.0.1:9090`. */
  listen(workload: string, port: number): string;
  /** The address that a copy tells its peers, for programs that cannot find it. Default: they find it themselves. */
  advertise?(workload: string, port: number): string;
  /** Where a directory of a workload lies for the workload itself, given its mount. */
  path(workload: string, mount: string): string;
  /** Where a workload with host access sees a folder of the machine: the folder itself, or its mount. */
  host(path: string): string;
  /** The platform's own name service, where it has one: what the DNS probe asks. */
  readonly dns?: NameService;
  /**
   * Names that resolve to one address for each copy of a workload that runs once a machine. Default: there is
   * one machine, and `address` finds the copy.
   */
  perNode?(workload: string): readonly string[];
  /** What a workload with permissions finds of itself. Default: the platform has no API to discover from. */
  readonly account?: Account;
  /** URL that a person opens for a published port. */
  url(workload: string, port: number): string;
  /** Command that opens that URL on this machine first, where one is needed. */
  opening?(workload: string, port: number): string | undefined;
}

/** Where workloads run. */
export interface Platform extends Addressing {
  /**
   * Why workloads cannot run here: asked for all of them before the first is registered. Default: `run` alone
   * refuses.
   */
  refusals?(workloads: readonly Workload[]): readonly string[];
  /** What is open between workloads and others, a sentence each, for the preview. Default: it is not known. */
  openings?(workloads: readonly Workload[]): readonly string[];
  /**
   * Declares the workload's resources as children of `parent`. A platform refuses, before any resource is
   * registered, what it cannot carry out, and names the workload.
   */
  run(workload: Workload, parent: pulumi.Resource, options?: RunOptions): Placement;
  /**
   * Declares, as children of `parent`, what a Prometheus that the platform has already is told. Default: it has
   * none.
   */
  watch?(watched: Watched, parent: pulumi.Resource, options?: RunOptions): void;
}

/** What a Prometheus that is not the stack's own scrapes and evaluates. */
export interface Watched {
  /** Rule files by name, as Prometheus reads them. */
  readonly rules: Readonly<Record<string, string>>;
  readonly jobs: readonly WatchedJob[];
  /** What the workload `prober` is asked to look at. */
  readonly probes: readonly WatchedProbe[];
  readonly prober: { readonly workload: string; readonly port: number };
}

/** A job that scrapes metrics. */
export interface WatchedJob {
  readonly name: string;
  readonly of: WatchedWorkload | WatchedService;
  /** Name of the port, or number of one of the pods. */
  readonly port: string | number;
  /** Name of the Service that alone is meant, among those with the labels. Default: all of them. */
  readonly service?: string;
  readonly scheme: 'http' | 'https';
  /** Default: `/metrics`. */
  readonly path?: string;
  /** Parameters of the request, by name. Default: none. */
  readonly params?: Readonly<Record<string, readonly string[]>>;
  /** Prometheus duration. Default: its own. */
  readonly interval?: string;
  /** Prometheus duration. Default: its own. */
  readonly timeout?: string;
  /** Name of a metric by an expression for the name that it is exposed under. Default: none. */
  readonly metricNames?: Readonly<Record<string, string>>;
  /** Further relabelling of metrics, as an operator's objects have it. Default: none. */
  readonly metricLabels?: readonly object[];
}

/** A workload of the stack. */
export interface WatchedWorkload {
  readonly workload: Pick<Workload, 'name' | 'host'>;
}

/** A service beside the stack, by its labels. */
export interface WatchedService {
  readonly labels: Readonly<Record<string, string>>;
  readonly namespaces: readonly string[];
}

export interface WatchedProbe {
  /** Unique among the probes. */
  readonly name: string;
  readonly job: string;
  readonly module: string;
  readonly target: string;
  /** Labels of its series. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface NameService {
  /** `host:port` of the resolver, as workloads reach it. */
  readonly server: string;
  /** The name by which the resolver knows a workload. */
  name(workload: string): string;
}

export interface RunOptions {
  /** Resources that must be healthy first. Default: none. */
  readonly dependsOn?: readonly pulumi.Resource[];
  /** Changes any child's arguments and options, so that no user has to fork a component. */
  readonly transform?: Transform;
}

/** Called for each child resource with its type and inputs; what it returns is used instead. */
export type Transform = (resource: {
  readonly type: string;
  readonly name: string;
  readonly props: Record<string, unknown>;
  readonly opts: pulumi.CustomResourceOptions;
}) => { props: Record<string, unknown>; opts: pulumi.CustomResourceOptions };

/** What came of a workload: the resource to wait for. */
export interface Placement {
  /** Done when the workload is healthy. */
  readonly ready: pulumi.Resource;
}

/** What one copy of a workload has logged. */
export interface WorkloadLog {
  readonly workload: string;
  /** The copy's own name: the workload's where there is one copy. */
  readonly copy: string;
  /** The last lines, the newest at the end. */
  tail(lines: number): Promise<readonly string[]>;
}
