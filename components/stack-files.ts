import type { ExternalFolder, ExternalGrafana } from '../dashboards/external.ts';
import type { TargetGroup } from './prometheus/discovery.ts';

export type FolderRights = Pick<ExternalFolder, 'name' | 'uid' | 'permissions'>;

/** Every file that the stack's programs read, rendered before anything exists. */
export interface StackFiles {
  /** `prometheus.yml`. */
  readonly prometheus: string;
  /** `prometheus.yml` with the secrets that Prometheus takes from no file: then the whole of it is one. */
  readonly prometheusOpen?: string;
  /** Passwords and tokens with which Prometheus asks, by name of their file. In plain text, as Alertmanager's. */
  readonly prometheusSecrets: Readonly<Record<string, string>>;
  /** Folder of the rule files as Prometheus sees it: what its configuration names. */
  readonly rulesFolder: string;
  /** Rule files by name. */
  readonly rules: Readonly<Record<string, string>>;
  /** Targets of `targets.d/` by job. */
  readonly targets: Readonly<Record<string, readonly TargetGroup[]>>;
  /** `alertmanager.yml` and templates, by path relative to the configuration's folder. */
  readonly alertmanager: Readonly<Record<string, string>>;
  /** Secrets by path relative to Alertmanager's secrets' folder. In plain text: they go nowhere but into secrets. */
  readonly alertmanagerSecrets: Readonly<Record<string, string>>;
  /** What works otherwise than it would in production: receivers without their secrets, and who stands in. */
  readonly notices: readonly string[];
  /** Grafana's provisioning files by relative path. */
  readonly provisioning: Readonly<Record<string, string>>;
  /** Dashboards by `folder/file.json`. */
  readonly dashboards: Readonly<Record<string, string>>;
  /** What a Grafana that runs already is given; undefined where the stack has one of its own, or none. */
  readonly externalGrafana?: ExternalGrafana;
  /** Folders of a managed Grafana whose rights are set through its API. */
  readonly folderRights: readonly FolderRights[];
}
