import * as docker from '@pulumi/docker';
import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { MonitoringStack as Stack } from '../components/monitoring-stack.ts';
import { PARTS, type PartName } from '../components/parts/index.ts';
import { type MonitoringStackArgs as StackPlan, stackParts, workloadsOf } from '../components/stack-parts.ts';
import { nearest } from '../lib/nearest.ts';
import { SECRET_PLACEHOLDER } from '../lib/secret-placeholder.ts';
import { dockerPlatform } from '../platforms/docker/platform.ts';
import { kubernetesPlatform } from '../platforms/kubernetes/platform.ts';
import type { Platform, Transform, Workload } from '../platforms/workload.ts';
import { addressing, dockerOptions, kubernetesOptions } from './addressing.ts';
import { applying, type Changing, TYPES, unknownType } from './apply-transform.ts';
import { asArguments, inArguments } from './argument-errors.ts';
import { draftStack } from './draft.ts';
import { enforcePolicies } from './policies.ts';
import { hideInputs, revealed, withValues } from './secret-inputs.ts';
import { parseSettings, type Settings, SettingsError } from './settings/index.ts';
import type { StackSettings } from './stack-settings.ts';
import { TransformError } from './transform-file.ts';
import type { Transforms } from './transforms.ts';
import { NO_USER_FILES, readUserFiles } from './user-files.ts';

/** Where the project lies in its image. */
const IMAGE_FOLDER = '/app';

/** Children of a stack by name, each of which a transform may change; `shared` is what belongs to none of them. */
export const CHILDREN: readonly ChildName[] = [...PARTS.map(({ name }) => name), 'demo', 'shared'];
export type ChildName = PartName | 'demo' | 'shared';

/**
 * Arguments of a `MonitoringStack`: every setting of a stack's file, and what only a program can say. What decides which
 * resources there are must be plain; secrets may be outputs, and stay secret in the state.
 */
export interface MonitoringStackArgs extends StackSettings {
  /** Where the workloads run. Processes of a machine are what the project's own program runs. */
  readonly platform: 'docker' | 'kubernetes';
  /**
   * Changes the inputs of resources, by child and by type of resource:
   * `{ prometheus: { 'kubernetes:apps/v1:StatefulSet': (props) => { props.spec.template.spec.priorityClassName = 'high' } } }`.
   * Default: they stay as declared.
   */
  readonly transform?: { readonly [child in ChildName]?: Transforms };
  /** Folder with `rules.d/`, `dashboards.d/` and `targets.d/`, absolute. Default: there are none. */
  readonly folder?: string;
  /**
   * Name of the stack: the label `cluster` of every sample, and on Docker part of the names of containers. Default:
   * `<Pulumi stack>-<name>`.
   */
  readonly stack?: string;
  /** Digest (`sha256:…`) by full image name. Default: images are pinned by their tags alone. */
  readonly digests?: Readonly<Record<string, string>>;
}

/**
 * Prometheus, Alertmanager, Grafana, the exporters, and their rules, dashboards and notifications, for a program of your own.
 * A program may have several, each under a name of its own, in a namespace (`kubernetes.namespace`) of its own; on Docker with
 * `ports` of its own. Everything is checked and held against the policies before the first resource is registered.
 *
 * @example
 * const monitoring = new MonitoringStack('monitoring', {
 *   platform: 'kubernetes',
 *   notifications: { slack: { webhookUrl: config.requireSecret('slack') } },
 * });
 * export const urls = monitoring.urls;
 */
export class MonitoringStack extends Stack {
  /**
   * @param name before the name of every child: `<name>-prometheus`.
   * @param opts `provider` of Kubernetes or Docker is that of every object. Default: one for the settings.
   * @throws pulumi.RunError with everything that is wrong; its cause is a SettingsError, RulesError, DashboardsError,
   * NotificationsError, TransformError or PolicyError.
   */
  constructor(name: string, args: MonitoringStackArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const stack = args.stack ?? `${pulumi.getStack()}-${name}`;
    super(
      name,
      inArguments(name, stack, () => planned(name, { ...args, stack }, opts)),
      opts,
    );
  }
}

function planned(
  name: string,
  args: MonitoringStackArgs & { readonly stack: string },
  opts: pulumi.ComponentResourceOptions,
): StackPlan {
  const { transform, folder, stack, digests, ...given } = args;
  if (!['docker', 'kubernetes'].includes(given.platform))
    throw new SettingsError(
      [
        `platform is ${JSON.stringify(given.platform)}, but must be docker or kubernetes: processes of a machine are run by the project's own program alone`,
      ],
      name,
    );
  const { hidden, inputs } = hideInputs({ environment: pulumi.getStack(), ...given }, name);
  const root = folder ?? process.cwd();
  const draft = (settings: Settings) =>
    draftStack(
      settings,
      addressing(settings, root),
      folder === undefined ? NO_USER_FILES : readUserFiles(settings, folder),
      root,
    );
  const settings = parsed(hidden, stack, name);
  const { files, plan } = draft(settings);
  const advice = enforcePolicies(plan, files);
  for (const line of [...files.warnings, ...advice])
    void pulumi.log.warn(`${name}: ${asArguments(name, stack, line)}`);

  const values = pulumi.secret(pulumi.all(inputs)) as pulumi.Output<Record<string, string>>;
  const resolve = () =>
    values.apply((each) => {
      const filled = withValues({ environment: pulumi.getStack(), ...given }, each);
      return inArguments(name, stack, () =>
        byName(workloadsOf(stackParts(draft(parsed(filled, stack, name)).plan))),
      );
    });
  const resolved = Object.keys(inputs).length === 0 ? undefined : resolve();
  const reveal = (text: string, key: string): pulumi.Input<string> =>
    text.includes(SECRET_PLACEHOLDER)
      ? values.apply((each) => text.replaceAll(SECRET_PLACEHOLDER, () => each[key] ?? ''))
      : text;
  const changes = transforms(name, transform ?? {});
  const changed = changes.shared === undefined ? {} : { transform: changes.shared };
  const { kubeconfig } = settings.kubernetes;
  const platform = platformOf(settings, {
    resourcePrefix: `${name}-`,
    ...(digests === undefined ? {} : { digests }),
    ...changed,
    ...providerOf(opts, settings.platform),
    ...(kubeconfig === undefined ? {} : { kubeconfig: reveal(kubeconfig, 'kubernetes.kubeconfig') }),
  });
  const run: Platform['run'] = (workload, parent, { dependsOn } = {}) => {
    const own = changes[childOf(workload.name)];
    return platform.run(resolved === undefined ? workload : revealed(workload, resolved), parent, {
      ...(dependsOn === undefined ? {} : { dependsOn }),
      ...(own === undefined ? {} : { transform: own }),
    });
  };
  return {
    ...plan,
    platform: { ...platform, run },
    own: { image: settings.image, path: (file) => `${IMAGE_FOLDER}/${file}`, grafanaStandIn: false },
    reveal,
    ...changed,
  };
}

const parsed = (given: unknown, stack: string, name: string): Settings =>
  parseSettings(given, { stack, file: name });

interface PlatformOptions {
  readonly resourcePrefix: string;
  readonly digests?: Readonly<Record<string, string>>;
  readonly transform?: Transform;
  readonly provider?: pulumi.ProviderResource;
  readonly kubeconfig?: pulumi.Input<string>;
}

function platformOf(settings: Settings, { kubeconfig, ...options }: PlatformOptions): Platform {
  return settings.platform === 'docker'
    ? dockerPlatform({ ...dockerOptions(settings), ...options })
    : kubernetesPlatform({
        ...kubernetesOptions(settings),
        ...options,
        ...(kubeconfig === undefined ? {} : { kubeconfig }),
      });
}

/** The provider of a platform among a component's options. */
function providerOf(
  { provider, providers = [] }: pulumi.ComponentResourceOptions,
  platform: string,
): { readonly provider?: pulumi.ProviderResource } {
  const all = [...(provider === undefined ? [] : [provider]), ...Object.values(providers)];
  const ours = platform === 'docker' ? docker.Provider : kubernetes.Provider;
  const found = all.find((each: pulumi.ProviderResource) => ours.isInstance(each));
  return found === undefined ? {} : { provider: found };
}

const byName = (workloads: readonly Workload[]): Readonly<Record<string, Workload>> =>
  Object.fromEntries(workloads.map((workload) => [workload.name, workload]));

/** The child that a workload is part of: the demo has several. */
const childOf = (workload: string): ChildName => CHILDREN.find((child) => child === workload) ?? 'demo';

function transforms(
  name: string,
  given: NonNullable<MonitoringStackArgs['transform']>,
): { readonly [child in ChildName]?: Transform } {
  const problems = Object.entries(given).flatMap(([child, changes]) => [
    ...(CHILDREN.some((known) => known === child) ? [] : [unknownChild(child)]),
    ...Object.keys(changes)
      .filter((type) => !TYPES.includes(type))
      .map(unknownType),
  ]);
  const place = `The transform of ${name}`;
  if (problems.length > 0) throw new TransformError(place, problems);
  return Object.fromEntries(
    Object.entries(given).map(([child, changes]) => [
      child,
      applying(changes as Readonly<Record<string, Changing>>, place),
    ]),
  );
}

function unknownChild(child: string): string {
  const near = nearest(child, CHILDREN);
  return `“${child}” is no child of a stack${near === undefined ? `; there are ${CHILDREN.join(', ')}` : `; did you mean ${near}?`}`;
}
