import type { HealthCheck, Program, Resources, Workload } from '../workload.ts';
import { fileVolumes, podFingerprint } from './files.ts';
import {
  type Container,
  type EnvVar,
  listed,
  type PodSpec,
  type PodTemplate,
  type Probe,
  type ResourceRequirements,
  type SecurityContext,
  type TopologySpread,
  type Volume,
  type VolumeMount,
} from './manifest.ts';
import { connectsLabel, FILES_ANNOTATION, labels, priorityName, selector } from './names.ts';
import { type Placing, placingOf, type Settings } from './options.ts';

/** Volume of the folder that outlives the pod. */
export const DATA_VOLUME = 'data';
const PROBE_SECONDS = 5;
/** Three checks in a row: one lost packet takes no replica out of its service. */
const UNREADY_CHECKS = 3;
/** A minute of silence after the start was done is a hang, not a pause. */
const DEAD_CHECKS = 12;
const DEFAULT_STARTUP_SECONDS = 60;
const SCRATCH_LIMIT = '1Gi';

/** Allowed of a container: nothing that the restricted Pod Security level forbids, and a read-only root. */
function containerSecurity(readOnlyRoot: boolean): SecurityContext {
  return {
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: readOnlyRoot,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** Pod template of a workload. */
export function podTemplate(workload: Workload, settings: Settings): PodTemplate {
  const fingerprint = podFingerprint(workload);
  const placing = placingOf(settings, workload.name);
  const targets = (workload.connectsTo ?? []).flatMap((to) => ('workload' in to ? [to.workload] : []));
  return {
    metadata: {
      labels: {
        // Selectors and policies go by the stack's own, which nothing takes the place of.
        ...placing.labels,
        ...labels(settings, workload.name),
        ...Object.fromEntries(targets.sort().map((name) => [connectsLabel(name), 'true'])),
      },
      annotations: {
        ...placing.annotations,
        'kubectl.kubernetes.io/default-container': workload.name,
        ...(fingerprint === undefined ? {} : { [FILES_ANNOTATION]: fingerprint }),
      },
    },
    spec: podSpec(workload, settings),
  };
}

function podSpec(workload: Workload, settings: Settings): PodSpec {
  const { volumes, mounts } = podVolumes(workload);
  const placing = placingOf(settings, workload.name);
  const tolerations = [
    // On every machine, whatever its taints keep away or drive out: those are the machines to look at.
    ...(workload.perNode === true ? [{ operator: 'Exists' }] : []),
    ...(placing.tolerations ?? []),
  ];
  return {
    serviceAccountName: workload.name,
    automountServiceAccountToken: (workload.permissions ?? []).length > 0,
    // Hundreds of variables that nobody reads.
    enableServiceLinks: false,
    priorityClassName: settings.priorityClass ?? priorityName(settings),
    nodeSelector: { 'kubernetes.io/os': 'linux', ...placing.nodeSelector },
    ...(placing.affinity === undefined ? {} : { affinity: placing.affinity }),
    terminationGracePeriodSeconds: workload.stop?.graceSeconds ?? 30,
    securityContext: {
      runAsNonRoot: true,
      ...(settings.podSecurity === 'openshift'
        ? {}
        : { runAsUser: workload.user, runAsGroup: workload.user, fsGroup: workload.user }),
      // A volume with months of blocks is not walked at every start.
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...listed(
      'imagePullSecrets',
      settings.imagePullSecrets.map((name) => ({ name })),
    ),
    ...(workload.host?.pid === true ? { hostPID: true } : {}),
    ...(workload.host?.network === true ? { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } : {}),
    ...listed('tolerations', tolerations),
    ...listed('topologySpreadConstraints', spread(workload, settings)),
    containers: [
      mainContainer(workload, settings, mounts),
      ...(workload.sidecars ?? []).map((sidecar) => ({
        ...programOf(sidecar.program, sidecar.args, settings),
        name: sidecar.name,
        env: identity(),
        resources: requirements(sidecar.resources),
        securityContext: containerSecurity(true),
        ...listed('volumeMounts', mounts),
        terminationMessagePolicy: 'FallbackToLogsOnError',
      })),
    ],
    ...listed('volumes', volumes),
  };
}

function mainContainer(workload: Workload, settings: Settings, mounts: VolumeMount[]): Container {
  return {
    ...programOf(workload.program, workload.args, settings),
    name: workload.name,
    env: [...identity(), ...Object.entries(workload.env ?? {}).map(([name, value]) => ({ name, value }))],
    ports: workload.ports.map(({ name, port, protocol }) => ({
      name,
      containerPort: port,
      protocol: protocol === 'udp' ? 'UDP' : 'TCP',
    })),
    startupProbe: {
      ...alive(workload.health),
      periodSeconds: PROBE_SECONDS,
      failureThreshold: Math.ceil(
        (workload.health.startupSeconds ?? DEFAULT_STARTUP_SECONDS) / PROBE_SECONDS,
      ),
    },
    readinessProbe: {
      ...check(workload.health),
      periodSeconds: PROBE_SECONDS,
      failureThreshold: UNREADY_CHECKS,
    },
    livenessProbe: { ...alive(workload.health), periodSeconds: PROBE_SECONDS, failureThreshold: DEAD_CHECKS },
    resources: sized(requirements(workload.resources), placingOf(settings, workload.name)),
    securityContext: containerSecurity(workload.readOnlyRoot ?? true),
    ...listed('volumeMounts', mounts),
    // The end of the log says why, where the program wrote no message of its own.
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/** Name of the image, at the mirror where there is one, and by digest where one is known. The tag is for people. */
export function imageName(image: string, { imageRegistry, digests }: Settings): string {
  const name =
    imageRegistry === undefined ? image : `${imageRegistry}/${image.slice(image.indexOf('/') + 1)}`;
  const digest = digests[image];
  return digest === undefined ? name : `${name}@${digest}`;
}

function programOf(program: Program, args: readonly string[], settings: Settings) {
  return {
    image: imageName(program.image, settings),
    imagePullPolicy: 'IfNotPresent',
    ...(program.command === undefined ? {} : { command: [...program.command] }),
    ...listed('args', args.map(literal)),
  };
}

/** Kubernetes replaces `$(NAME)` in arguments: only the pod's own identity is meant so. */
function literal(argument: string): string {
  return argument.replace(/\$\((?!POD_NAME\)|POD_IP\)|HOST_IP\))/g, '$$$$(');
}

/** What a replica knows of itself: `prometheus-0`, the address that its peers reach, and that of its machine. */
function identity(): EnvVar[] {
  return [
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'HOST_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
  ];
}

function check(health: HealthCheck): Probe {
  const timeoutSeconds = PROBE_SECONDS - 1;
  return 'http' in health
    ? { httpGet: { path: health.http.path, port: health.http.port }, timeoutSeconds }
    : { tcpSocket: { port: health.tcp.port }, timeoutSeconds };
}

/** Whether the process lives: asked while it starts, too, which may take hours of replay. */
function alive(health: HealthCheck): Probe {
  return 'http' in health && health.live !== undefined
    ? check({ http: { ...health.http, path: health.live } })
    : check(health);
}

function requirements(resources: Resources) {
  const { cpuMillis, memoryMebibytes, memoryLimitMebibytes = 2 * memoryMebibytes } = resources;
  return {
    requests: { cpu: cpu(cpuMillis), memory: memory(memoryMebibytes) },
    limits: { memory: memory(memoryLimitMebibytes) },
  };
}

/** What is asked for and allowed, with what an operator says in place of the defaults. */
function sized(
  defaults: { readonly requests: Record<string, string>; readonly limits: Record<string, string> },
  { resources }: Placing,
): ResourceRequirements {
  return {
    requests: { ...defaults.requests, ...resources?.requests },
    limits: { ...defaults.limits, ...resources?.limits },
  };
}

/** Quantities as the API server writes them, so that what is read back is what was declared. */
function cpu(millis: number): string {
  return millis % 1000 === 0 ? `${millis / 1000}` : `${millis}m`;
}

function memory(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** Replicas on different machines and zones where there are several, and all the same where there are not. */
function spread(workload: Workload, settings: Settings): TopologySpread[] {
  const labelSelector = { matchLabels: selector(settings, workload.name) };
  const { topologySpread } = placingOf(settings, workload.name);
  if (topologySpread !== undefined)
    return topologySpread.map((each) => ({ labelSelector, ...each }) as unknown as TopologySpread);
  if ((workload.replicas ?? 1) < 2) return [];
  return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector,
  }));
}

function podVolumes(workload: Workload): { volumes: Volume[]; mounts: VolumeMount[] } {
  const files = fileVolumes(workload);
  const scratch = (workload.scratch ?? []).map((mountPath, index) => ({
    name: `scratch-${index}`,
    mountPath,
  }));
  const host = (workload.host?.paths ?? []).map(({ path, mount }, index) => ({
    volume: { name: `host-${index}`, hostPath: { path } },
    mount: { name: `host-${index}`, mountPath: mount, readOnly: true, mountPropagation: 'HostToContainer' },
  }));
  return {
    volumes: [
      ...files.volumes,
      ...scratch.map(({ name }) => ({ name, emptyDir: { sizeLimit: SCRATCH_LIMIT } })),
      ...host.map(({ volume }) => volume),
    ],
    mounts: [
      ...files.mounts,
      ...(workload.data === undefined ? [] : [{ name: DATA_VOLUME, mountPath: workload.data.mount }]),
      ...scratch,
      ...host.map(({ mount }) => mount),
    ],
  };
}
