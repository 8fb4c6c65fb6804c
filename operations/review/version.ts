import type { Labels } from '../../notifications/index.ts';
import type { Finding } from '../../policies/index.ts';
import type { SilenceFacts } from '../../policies/policy.ts';
import type { Threshold } from '../../rules/index.ts';

/**
 * What one version of the program declares for a stack, as `make describe` prints it and `make diff` compares
 * it. Rules, dashboards and configurations are the files that Prometheus, Alertmanager and Grafana read, so that
 * versions of different age can be held side by side. Nothing in it is secret.
 */
export interface Version {
  /** Rises when a field changes its meaning. */
  readonly schema: typeof VERSION_SCHEMA;
  readonly stack: string;
  /** Content by path, the paths of `make render`. */
  readonly files: Readonly<Record<string, string>>;
  /** What is not in the files. Undefined for a version that can render files and no more. */
  readonly facts?: VersionFacts;
}

export const VERSION_SCHEMA = 1;

export interface VersionFacts {
  /** Where the workloads run: local, docker or kubernetes. */
  readonly platform: string;
  /** Thresholds by name of the alert, in base units. */
  readonly thresholds: Readonly<Record<string, Threshold>>;
  readonly workloads: readonly DescribedWorkload[];
  /** Policies that are not kept. */
  readonly findings: readonly Finding[];
  /** What may be wrong with files of users, and settings that do nothing, a sentence each. Older versions do not say. */
  readonly advice?: readonly string[];
  /** About how many series each recording rule writes, by name and added labels (`recordingKey`). */
  readonly series: Readonly<Record<string, number>>;
  /** What stands in no file and still decides who is told. Undefined for a version that is older than this. */
  readonly declared?: Declared;
}

/** What the settings say beside the files. */
export interface Declared {
  /** Whether the stack is judged as production. */
  readonly production: boolean;
  readonly silences: readonly SilenceFacts[];
  readonly policies: DescribedPolicies;
  /** By key of a secret a hash of its encrypted form, which a new encryption changes too. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Label sets under which alerts can arrive. */
  readonly labelSets: readonly Labels[];
  /** What a metric is declared to be, as text, by its name. */
  readonly metrics: Readonly<Record<string, string>>;
  /** What a transform changes, old and new value by type, name and path of an input. Undefined in older versions. */
  readonly transform?: Readonly<Record<string, string>>;
  /** What the policies find at their own levels and limits, without an exemption. */
  readonly strict: readonly Finding[];
}

/** Settings of the policies: a subset of `policies`. */
export interface DescribedPolicies {
  readonly levels: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string | number>>;
  readonly exemptions: readonly {
    readonly policy: string;
    readonly subject: string;
    readonly owner: string;
    readonly reason: string;
    readonly expires: string;
  }[];
  readonly approvals: readonly {
    readonly policy: string;
    readonly owner: string;
    readonly approver: string;
    readonly reason: string;
  }[];
}

/** A workload as plain data: files by hash, secret files by name alone. */
export interface DescribedWorkload {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly files: readonly DescribedFile[];
  /** What it keeps; undefined where it keeps nothing. */
  readonly data?: { readonly mount: string; readonly gibibytes: number };
  readonly replicas: number;
  /** Everything else that it declares: ports, resources, user, host access … */
  readonly rest: Readonly<Record<string, unknown>>;
}

export interface DescribedFile {
  /** Path as the workload sees it. */
  readonly path: string;
  /** SHA-256 of its content; undefined for a secret, whose hash could be guessed at. */
  readonly hash?: string;
  /** What a change does: `reload`, `restart` or `watched`. */
  readonly onChange: string;
}

/** What tells a recording rule apart: several write one series name, with different labels. */
export const recordingKey = (record: string, labels: Readonly<Record<string, string>> = {}): string =>
  [
    record,
    ...Object.entries(labels)
      .sort()
      .map(([label, value]) => `${label}=${value}`),
  ].join(' ');
