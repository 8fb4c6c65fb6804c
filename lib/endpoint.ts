/** Where a program answers HTTP, and how it lets a client in. */
export interface Endpoint {
  readonly scheme: 'http' | 'https';
  /** Name or address; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
  /** Path in front of all paths of the program, such as `/prometheus`. Default: none. */
  readonly prefix?: string;
  /** Value of the `Authorization` header. Default: none is sent. */
  readonly authorization?: string;
  /** PEM of the certificate authorities that sign its certificate. Default: those that this machine trusts. */
  readonly authority?: string;
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** What was given for an address is none. The message has neither a name nor a password. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
}

/**
 * Reads a base URL. A name and a password in it become the `Authorization` header: they must not be printed, and
 * `fetch` takes no URL that has them.
 * @param example what the error proposes. Default: `http://127.0.0.1:9090`.
 * @throws EndpointError where it is no URL, its scheme is not http or https, or it has a query or a fragment.
 */
export function parseEndpoint(address: string, example = 'http://127.0.0.1:9090'): Endpoint {
  const url = /^https?:\/\//i.test(address) ? URL.parse(address) : null;
  if (url === null)
    throw new EndpointError(`${withoutCredentials(address)} is not a URL, such as ${example}`);
  if (url.search !== '' || url.hash !== '')
    throw new EndpointError(
      `${urlOf(endpointOf(url))}${url.search}${url.hash} must end before its ${url.search === '' ? '#' : '?'}: ` +
        `name the program alone, such as ${example}`,
    );
  return endpointOf(url);
}

function endpointOf(url: URL): Endpoint {
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const prefix = url.pathname.replace(/\/+$/, '');
  const { username, password } = url;
  return {
    scheme,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORTS[scheme] : Number(url.port),
    ...(prefix !== '' && { prefix }),
    ...((username !== '' || password !== '') && {
      authorization: basicAuthorization(`${decoded(username)}:${decoded(password)}`),
    }),
  };
}

/**
 * The URL of a path of a program, without credentials: it may be printed.
 * @param path with its leading slash. Default: none, the base URL without a slash at its end.
 */
export function urlOf(endpoint: Endpoint, path = ''): string {
  const { scheme, port, prefix = '' } = endpoint;
  const authority = port === DEFAULT_PORTS[scheme] ? bracketed(endpoint.host) : hostPort(endpoint);
  return `${scheme}://${authority}${prefix}${path}`;
}

/** `host:port`, as addresses to connect to and listen on are written. An IPv6 address is in brackets. */
export const hostPort = ({ host, port }: Pick<Endpoint, 'host' | 'port'>): string =>
  `${bracketed(host)}:${port}`;

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** The header's value for `name:password`. */
export const basicAuthorization = (credentials: string): string =>
  `Basic ${Buffer.from(credentials).toString('base64')}`;

/** A URL, or what somebody took for one, as it may be printed. */
export const withoutCredentials = (address: string): string =>
  address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, '$1');

/** A URL with a path and a query of its own, and the `Authorization` header that its name and password make. */
export function splitCredentials(address: string): {
  readonly url: string;
  readonly authorization?: string;
} {
  const parsed = URL.parse(address);
  const { authorization } = parsed === null ? {} : endpointOf(parsed);
  // A path may have the sign as well.
  const url = address.replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1');
  return { url, ...(authorization !== undefined && { authorization }) };
}

/** A percent sign that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
