import { controllerAsks, routeAsks } from './asking.ts';
import { always, type PageFacts, type Policy, strictInProduction } from './policy.ts';

/** Workloads that answer everybody; Grafana asks by itself. */
const ANSWER_EVERYBODY = ['prometheus', 'alertmanager'];

/** Whether people can open what listens there from another machine. */
const isPublic = (address: string): boolean => !/^(127\.|::1$|localhost$)/.test(address);

/** A page that an Ingress opens. What asks there is the controller, as its annotations say. */
export function ingressPage(
  workload: string,
  host: string,
  annotations: Readonly<Record<string, string>> = {},
  className?: string,
): PageFacts {
  return {
    workload,
    at: host,
    asks: controllerAsks(annotations, className),
    advice:
      'let the controller ask, with an annotation such as nginx.ingress.kubernetes.io/auth-url in ' +
      `kubernetes.ingress.annotationsOf.${workload}, or take it out of kubernetes.ingress.hosts`,
  };
}

/**
 * A page that a route of the Gateway API opens. What asks there is a filter of the route, as far as it says so; what is
 * attached to it from outside stands in no object of the stack.
 */
export function routePage(
  workload: string,
  host: string,
  annotations: Readonly<Record<string, string>> = {},
  filters: readonly object[] = [],
): PageFacts {
  return {
    workload,
    at: host,
    asks: routeAsks(annotations, filters),
    advice:
      `let the Gateway ask, with a filter such as ExternalAuth in kubernetes.gateway.filtersOf.${workload}, or take it out of ` +
      'kubernetes.gateway.hosts; where a policy that is attached to the route asks, write an exemption that names it',
  };
}

/**
 * A page that a range of addresses may open.
 * @param behind what a load balancer of the range opens the page by; undefined where nothing does.
 */
export function rangePage(workload: string, range: string, behind: PageFacts | undefined): PageFacts {
  // Behind what asks, a range is taken for the load balancer's own. Every address is nobody's own.
  const asks = behind?.asks === true && !range.endsWith('/0');
  return {
    workload,
    at: `every address of ${range}`,
    asks,
    advice:
      'take the range out of kubernetes.clientCidrs, or let the load balancer ask, by what opens the page ' +
      '(kubernetes.ingress, kubernetes.gateway), with a range that is its own',
  };
}

/** A page that every pod of a namespace may open, past any controller. */
export function namespacePage(workload: string, namespace: string): PageFacts {
  return {
    workload,
    at: `every pod of namespace ${namespace}`,
    asks: false,
    advice:
      'take the namespace out of kubernetes.clientNamespaces, and have its pods ask through an Ingress that asks; ' +
      'where all of them may open it, write an exemption',
  };
}

/** A port of a machine that Docker publishes. */
export function machinePage(workload: string, address: string): PageFacts {
  return {
    workload,
    at: address,
    asks: false,
    advice: 'leave docker.publishAddress at 127.0.0.1, with a proxy that asks in front of it',
  };
}

/** Who may open what. */
export const pagePolicies: readonly Policy[] = [
  {
    name: 'page-asks-who-opens-it',
    rule: 'Where others can open Prometheus or Alertmanager, something asks them who they are.',
    reason: 'Neither asks by itself, and whoever opens them may silence every alert, or end the process.',
    scope: 'resource',
    level: strictInProduction,
    check: ({ pages = [] }) =>
      pages
        .filter(({ workload, at, asks }) => ANSWER_EVERYBODY.includes(workload) && isPublic(at) && !asks)
        .map(({ workload, at, advice }) => ({
          subject: workload,
          message: `answers everybody at ${at}: ${advice}`,
        })),
  },
  {
    name: 'default-password-is-unreachable',
    rule: 'Where others can open Grafana, its administrator has a password of his own.',
    reason:
      'The default one stands in the documentation, and whoever knows it may read and change everything.',
    scope: 'stack',
    level: always('mandatory'),
    check: ({ pages = [], defaultPassword = false }) =>
      pages
        .filter(({ workload, at }) => defaultPassword && workload === 'grafana' && isPublic(at))
        .map(({ workload, at }) => ({
          subject: workload,
          message: `is open at ${at} with the default password: set one with make secret NAME=grafana.adminPassword`,
        })),
  },
];
