/** Annotations by which an Ingress controller asks whoever opens a page, with the values that make it ask. */
interface Controller {
  /** Ingress classes of the controller: they have its name in theirs. */
  readonly classes: RegExp;
  readonly asks: Readonly<Record<string, RegExp>>;
}

const URL_VALUE = /^https?:\/\/\S+$/;
const NAME = /^[a-z0-9][a-z0-9./-]*$/i;
/** Middlewares and plugins are objects of their own: their names are all that stands in an annotation. */
const NAMED_FOR_IT = /(^|[,/@.-])[a-z0-9]*(auth|oidc|sso|jwt|login)[a-z0-9]*([,@.-]|$)/i;

/**
 * The annotation references of ingress-nginx, NGINX Ingress Controller, Traefik, HAProxy's and haproxy-ingress, AWS Load
 * Balancer Controller and Kong.
 */
const CONTROLLERS: readonly Controller[] = [
  {
    classes: /nginx/i,
    asks: {
      'nginx.ingress.kubernetes.io/auth-url': URL_VALUE,
      'nginx.ingress.kubernetes.io/auth-type': /^(basic|digest)$/,
      'nginx.ingress.kubernetes.io/auth-tls-secret': NAME,
      'nginx.org/basic-auth-secret': NAME,
      'nginx.org/jwt-key': NAME,
    },
  },
  { classes: /traefik/i, asks: { 'traefik.ingress.kubernetes.io/router.middlewares': NAMED_FOR_IT } },
  {
    classes: /haproxy/i,
    asks: {
      'haproxy.org/auth-type': /^basic-auth$/,
      'haproxy-ingress.github.io/auth-secret': NAME,
      'haproxy-ingress.github.io/auth-url': URL_VALUE,
    },
  },
  { classes: /alb|aws/i, asks: { 'alb.ingress.kubernetes.io/auth-type': /^(oidc|cognito)$/ } },
  { classes: /kong/i, asks: { 'konghq.com/plugins': NAMED_FOR_IT } },
];

/**
 * Whether the controller of an Ingress asks who comes, by its exact annotations and their values.
 * @param className class of the Ingress. Where it names none, or one that does not tell its controller, the annotations
 *   of every controller count.
 */
export function controllerAsks(
  annotations: Readonly<Record<string, string>>,
  className: string | undefined,
): boolean {
  const named = CONTROLLERS.filter(({ classes }) => className !== undefined && classes.test(className));
  const possible = named.length > 0 ? named : CONTROLLERS;
  // ingress-nginx asks for a certificate unless it is told not to.
  const unverified = annotations['nginx.ingress.kubernetes.io/auth-tls-verify-client'] === 'off';
  return possible.some(({ asks }) =>
    Object.entries(asks).some(
      ([key, value]) =>
        value.test(annotations[key] ?? '') &&
        !(unverified && key === 'nginx.ingress.kubernetes.io/auth-tls-secret'),
    ),
  );
}

/** Filters of a route as far as they tell who asks. */
interface Filter {
  readonly type?: string;
  readonly extensionRef?: { readonly kind?: string; readonly name?: string };
}

/**
 * Whether a route of the Gateway API asks who comes, by its filters: `ExternalAuth` of the API itself (experimental since
 * v1.4), an extension whose kind or name says so, such as NGINX's AuthenticationFilter or a Middleware of Traefik; or by
 * Kong's annotation, which its Gateway reads too.
 */
export function routeAsks(
  annotations: Readonly<Record<string, string>>,
  filters: readonly Filter[],
): boolean {
  return (
    filters.some(
      ({ type, extensionRef: { kind = '', name = '' } = {} }) =>
        type === 'ExternalAuth' ||
        (type === 'ExtensionRef' && (/auth/i.test(kind) || NAMED_FOR_IT.test(name))),
    ) || NAMED_FOR_IT.test(annotations['konghq.com/plugins'] ?? '')
  );
}
