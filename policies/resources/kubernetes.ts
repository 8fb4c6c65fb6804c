import { dump } from 'js-yaml';
import { quantity } from '../../platforms/sizes.ts';
import { ingressPage, type PageFacts, routePage, type WorkloadFacts } from '../index.ts';
import { type NetworkPolicy, openedBy } from './network.ts';
import type { Reader } from './reader.ts';

interface SecurityContext {
  readonly runAsUser?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext?: SecurityContext;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
}

interface PodSpec {
  readonly securityContext?: SecurityContext;
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Ingress {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths?: readonly { readonly backend?: { readonly service?: { readonly name?: string } } }[];
      };
    }[];
  };
}

interface Route {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly hostnames?: readonly string[];
    readonly rules?: readonly {
      readonly filters?: readonly object[];
      readonly backendRefs?: readonly { readonly name?: string }[];
    }[];
  };
}

/** Objects of a cluster: files of ConfigMaps, an operator's rules, and the containers of whatever has a pod template. */
export const readKubernetes: Reader = ({ type, name, props }) => {
  if (!type.startsWith('kubernetes:')) return undefined;
  if (type === 'kubernetes:core/v1:ConfigMap') {
    return { files: (props as { data?: Record<string, string> }).data ?? {} };
  }
  if (type === 'kubernetes:core/v1:Secret') {
    return { secret: ([property = '']) => ['data', 'stringData'].includes(property) };
  }
  if (type === 'kubernetes:monitoring.coreos.com/v1:PrometheusRule') {
    // Its spec is a rule file. A preview does not know every value, and `dump` would throw on one that is missing.
    const { spec = {} } = props as { spec?: object };
    return { files: { [`${name}.yml`]: dump(spec, { skipInvalid: true }) } };
  }
  if (type === 'kubernetes:networking.k8s.io/v1:NetworkPolicy')
    return { pages: openedBy(props as NetworkPolicy) };
  if (type === 'kubernetes:networking.k8s.io/v1:Ingress') return { pages: pages(props as Ingress) };
  if (type === 'kubernetes:gateway.networking.k8s.io/v1:HTTPRoute') return { pages: routes(props as Route) };
  const pod = (props as { spec?: { template?: { spec?: PodSpec } } }).spec?.template?.spec;
  const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
  return {
    args: containers.flatMap(({ args = [] }) => args),
    workloads: containers.map((container) => workload(name, container, pod?.securityContext ?? {})),
  };
};

function pages({ metadata, spec }: Ingress): PageFacts[] {
  return (spec?.rules ?? []).flatMap(({ host = 'every host', http }) =>
    (http?.paths ?? []).map(({ backend }) =>
      ingressPage(backend?.service?.name ?? '', host, metadata?.annotations, spec?.ingressClassName),
    ),
  );
}

function routes({ metadata, spec }: Route): PageFacts[] {
  const { hostnames = ['every host of the Gateway'], rules = [] } = spec ?? {};
  return hostnames.flatMap((host) =>
    rules.flatMap(({ backendRefs = [], filters }) =>
      backendRefs.map(({ name = '' }) => routePage(name, host, metadata?.annotations, filters)),
    ),
  );
}

/** What a container does not say, its pod may; what neither says is the worst that Kubernetes allows. */
function workload(resource: string, container: Container, pod: SecurityContext): WorkloadFacts {
  const { image = '', args = [], env = [], resources = {} } = container;
  const security = { ...pod, ...container.securityContext };
  return {
    name: container.name === resource ? resource : `${resource}/${container.name}`,
    program: { image },
    user: security.runAsUser ?? 0,
    readOnlyRoot: security.readOnlyRootFilesystem === true,
    resources: {
      cpuMillis: quantity(resources.requests?.cpu) * 1000,
      memoryMebibytes: quantity(resources.requests?.memory) / 2 ** 20,
      memoryLimitMebibytes: quantity(resources.limits?.memory) / 2 ** 20,
    },
    args,
    env: Object.fromEntries(env.map((each) => [each.name, each.value ?? ''])),
    rights: rights(security),
  };
}

function rights(security: SecurityContext): string[] {
  const { privileged, allowPrivilegeEscalation, capabilities, seccompProfile } = security;
  return [
    ...(privileged === true ? ['is privileged'] : []),
    ...(allowPrivilegeEscalation === false ? [] : ['may gain rights']),
    ...(capabilities?.drop?.includes('ALL') ? [] : ['keeps its capabilities']),
    ...(capabilities?.add?.length ? [`adds the capabilities ${capabilities.add.join(', ')}`] : []),
    ...(['RuntimeDefault', 'Localhost'].includes(seccompProfile?.type ?? '')
      ? []
      : ['may use every system call']),
  ];
}
