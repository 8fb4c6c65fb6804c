import http from 'node:http';

/**
 * Every spelling of this machine that a client may compare with: names, the address of each family, the IPv4 block, and
 * IPv6 in brackets, as URLs hold it (undici takes the last part of `::1` for a port).
 */
const LOOPBACK = ['localhost', '127.0.0.1', '127.0.0.0/8', '::1', '[::1]'] as const;

/**
 * The environment's proxy exemptions with loopback among them. Other entries stay.
 *
 * Who reads what: Go (net/http, its gRPC, so the engine, providers, Prometheus, promtool, kubectl) never sends loopback
 * to a proxy; grpc-js does, unless `no_grpc_proxy`, or without it `no_proxy`, names the host, and it knows no `*`; curl
 * and undici read `no_proxy` first, Go `NO_PROXY`. One that is absent takes the value of its twin, which otherwise
 * would no longer count.
 * @returns the variables to set. Nothing is written.
 */
export function loopbackExemptions(
  env: NodeJS.ProcessEnv,
): Readonly<Record<'no_proxy' | 'NO_PROXY' | 'no_grpc_proxy', string>> {
  const lower = env.no_proxy || env.NO_PROXY;
  const upper = env.NO_PROXY || env.no_proxy;
  return {
    no_proxy: withLoopback(lower),
    NO_PROXY: withLoopback(upper),
    no_grpc_proxy: exempt(env.no_grpc_proxy || lower),
  };
}

/** `*` exempts everything, for clients that know it, only where it stands alone. */
const withLoopback = (list: string | undefined) => (list?.trim() === '*' ? '*' : exempt(list));

/** grpc-js neither trims an entry nor skips an empty one, which would end every host's name. */
function exempt(list = ''): string {
  const given = list.split(/[,\s]+/).filter((entry) => entry !== '');
  return [...new Set([...given, ...LOOPBACK])].join(',');
}

/**
 * The environment's proxies for HTTP and HTTPS, as URLs. The lower-case name comes first, as in curl, Go and undici; a
 * proxy without a scheme is asked by HTTP, as they do. Others than HTTP proxies are left out: Node knows none.
 */
export function proxies(env: NodeJS.ProcessEnv): { readonly http?: string; readonly https?: string } {
  const [http, https] = [env.http_proxy || env.HTTP_PROXY, env.https_proxy || env.HTTPS_PROXY].map(proxyUrl);
  return { ...(http !== undefined && { http }), ...(https !== undefined && { https }) };
}

function proxyUrl(text = ''): string | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return /^https?:/i.test(url) && URL.canParse(url) ? url : undefined;
}

/**
 * Has this process, and every child that inherits its environment, reach this machine without a proxy, and the rest of
 * the world by the one that is set. To be called before the first connection. Node's own clients ask no proxy unless
 * they are told to (`setGlobalProxyFromEnv` of `node:http`, Node 24.14).
 */
export function exemptLoopback(env: NodeJS.ProcessEnv = process.env): void {
  Object.assign(env, loopbackExemptions(env));
  const { http: plain, https: encrypted } = proxies(env);
  if (env !== process.env || (plain ?? encrypted) === undefined) return;
  http.setGlobalProxyFromEnv?.({
    ...(plain !== undefined && { http_proxy: plain }),
    ...(encrypted !== undefined && { https_proxy: encrypted }),
    no_proxy: env.no_proxy,
  });
}
