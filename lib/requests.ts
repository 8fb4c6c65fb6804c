/** A URL, or what somebody took for one, as it may be printed: without the name and the password in it. */
const printable = (url: string): string => url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/?#\s]*@/i, '$1');

/** The codes that Node and undici give a certificate that is not trusted. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that this machine does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is signed by an authority that this machine does not trust',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by an authority that this machine does not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is signed by an authority that this machine does not trust',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused: nothing listens there',
  ECONNRESET: 'the connection was cut off',
  EPIPE: 'the connection was cut off',
  UND_ERR_SOCKET: 'the connection was cut off',
  ENOTFOUND: 'the host is unknown',
  EAI_AGAIN: 'the name of the host could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'its answer did not end in time',
  EPROTO: 'it does not speak TLS, so that its scheme may be http',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS, so that its scheme may be http',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS, so that its scheme may be http',
  Z_DATA_ERROR: 'its answer is not compressed as it says',
};

interface Failure {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly cause?: Failure;
  readonly errors?: readonly Failure[];
}

/**
 * Why a request got no answer, as the end of a sentence: refused, unknown host, certificate, time-out and the like. One
 * function for every command, so that all say the same. Nothing of the URL is in it.
 * @param error what `fetch` threw.
 * @param seconds how long the request was allowed to take. Default: it is not told.
 */
export function requestFailure(error: unknown, seconds?: number): string {
  const failure = (error ?? {}) as Failure;
  if (failure.name === 'TimeoutError' || failure.name === 'AbortError')
    return seconds === undefined ? 'it did not answer in time' : `it did not answer within ${seconds} s`;
  for (const each of chain(failure)) {
    const code = each.code ?? '';
    const known = CERTIFICATE[code] ?? CODES[code];
    if (known !== undefined) return known;
    const message = each.message ?? '';
    if (/redirect count exceeded/i.test(message)) return 'it redirects without end';
    if (/^bad port$/i.test(message)) return 'its port belongs to another protocol, and no request goes there';
    if (/^HPE_/.test(code) || /^Response does not match the HTTP/.test(message))
      return 'it does not answer in HTTP';
    if (/unknown scheme/i.test(message)) return 'its scheme is neither http nor https';
  }
  const last = chain(failure).at(-1);
  return printable(last?.message || last?.code || 'no reason is known');
}

/** An error and what caused it, from the outside in. */
function chain(failure: Failure): readonly Failure[] {
  return [failure, ...(failure.errors ?? []).flatMap(chain), ...(failure.cause ? chain(failure.cause) : [])];
}
