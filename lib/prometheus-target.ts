/** Where a Prometheus is, and how it lets one in. */
export interface PrometheusTarget {
  /** Base URL, such as `http://127.0.0.1:9090`, without a name and a password; a path prefix is kept. */
  readonly url: string;
  /** Value of the `Authorization` header. Default: none. */
  readonly authorization?: string;
}

/** Up to the sign that ends the credentials; a path may have one as well. */
const AUTHORITY = /^([a-z]+:\/\/)[^/?#]*@/i;

/** Splits the name and password off a URL. They must not be printed, and `fetch` takes no URL that has them. */
export function prometheusTarget(address: string): PrometheusTarget {
  const { protocol = '', username = '', password = '' } = URL.parse(address) ?? {};
  const bare = /^https?:$/.test(protocol) ? address.replace(AUTHORITY, '$1') : withoutCredentials(address);
  const url = bare.replace(/\/+$/, '');
  if (username === '' && password === '') return { url };
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return { url, authorization: basicAuthorization(credentials) };
}

/** The header's value for `name:password`. */
export const basicAuthorization = (credentials: string): string =>
  `Basic ${Buffer.from(credentials).toString('base64')}`;

/** A URL, or what somebody took for one, as it may be printed. */
export const withoutCredentials = (address: string): string =>
  address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, '$1');

/** A percent sign that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
