import type { Finding } from '../policies/index.ts';
import type { Threshold } from '../rules/index.ts';

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
  /** About how many series each recording rule writes, by name and added labels (`recordingKey`). */
  readonly series: Readonly<Record<string, number>>;
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
