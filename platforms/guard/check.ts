import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** What of a request is judged. No page can set these headers: a browser does. */
export interface Asked {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Why a request is refused, as a sentence; undefined where it passes. Programs that are no browsers send none of the
 * headers but `Host`, and pass.
 * - `Host` is an address, `localhost` or a known name. Any other name may be made to lead here (DNS rebinding), and the
 *   browser would then take the answers for those of that name.
 * - A page of another origin asks for nothing. A link opens a page; a frame does not, since clicks could be stolen.
 * @param names by which people know the server, besides its addresses and `localhost`.
 */
export function refusal({ method, headers }: Asked, names: readonly string[] = []): string | undefined {
  const host = hostOf(headers.host);
  if (host === undefined || !(isAddress(host) || ['localhost', ...names].includes(host)))
    return (
      `This server is not known as ${headers.host ?? 'nothing'}. Open it by its address, such as http://127.0.0.1; ` +
      'a proxy in front of it has to send that address as Host.'
    );
  const site = headers['sec-fetch-site'];
  // Only browsers with Fetch Metadata send it, and to loopback and HTTPS alone. https://www.w3.org/TR/fetch-metadata/
  const foreign = site === undefined ? !isOwn(headers) : site !== 'same-origin' && site !== 'none';
  if (!foreign || opensPage(method, headers)) return undefined;
  return `A page of another origin (${headers.origin ?? site}) may not ask this server.`;
}

/** Without its port. */
function hostOf(header = ''): string | undefined {
  return /^(\[[^\]]+\]|[^:@/?#\\\s]+)(:\d+)?$/.exec(header)?.[1]?.toLowerCase();
}

/** A name can be made to lead anywhere; an address is where it leads. */
const isAddress = (host: string): boolean => isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0;

/** Every browser sends the origin of what it posts, and of whatever a page reads from elsewhere. */
function isOwn({ origin, host }: IncomingHttpHeaders): boolean {
  return origin === undefined || origin.replace(/^https?:\/\//, '') === host?.toLowerCase();
}

/** Whether it is a link that was followed, or a page that opened a window. */
function opensPage(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return (
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  );
}
