import { z } from 'zod';
import { httpUrl } from '../../lib/forms.ts';
import { basicAuth, secret } from './credentials.ts';

/** A Consul agent as Prometheus's `consul_sd_configs` names it. */
export interface ConsulServer {
  /** `host` or `host:port`. */
  readonly server: string;
  readonly scheme: 'http' | 'https';
  /** Path of a gateway before the API, with a leading slash. Default: none. */
  readonly pathPrefix?: string;
}

/** Takes a checked URL of an agent apart; nothing of it is lost. */
export function consulServer(url: string): ConsulServer {
  const { host, protocol, pathname } = new URL(url);
  const path = pathname.replace(/\/+$/, '');
  return {
    server: host,
    scheme: protocol === 'https:' ? 'https' : 'http',
    ...(path === '' ? {} : { pathPrefix: path }),
  };
}

/** The URL of an agent: what Prometheus's discovery cannot be given is refused. */
export const consulUrl = httpUrl.superRefine((text, context) => {
  const problem = URL.canParse(text) ? problemOf(new URL(text)) : undefined;
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

function problemOf({ username, password, pathname, search, hash }: URL): string | undefined {
  if (username !== '' || password !== '')
    return 'a URL without a user: put the name and the password, encrypted, into basicAuth beside it';
  if (search !== '' || hash !== '')
    return 'a URL without ? and #: the datacenter, services and tags have keys of their own';
  const path = pathname.replace(/\/+$/, '');
  if (/(^|\/)ui(\/|$)/.test(path))
    return "the URL of the agent's API: a path with /ui is its page for people; leave /ui and what follows it out";
  if (/(^|\/)v1(\/|$)/.test(path))
    return 'the URL of the agent: Prometheus adds /v1 and the rest of the path itself';
  return undefined;
}

/** Keys of a setting that asks an agent. */
export const consulAgent = {
  url: consulUrl.describe(
    'The agent, such as http://consul.shop.svc:8500; a path of a gateway before it is kept.',
  ),
  tags: z.array(z.string().min(1)).default([]).describe('Tags that a service must have. Default: none.'),
  datacenter: z.string().min(1).optional().describe("Default: the agent's own."),
  token: secret.describe('ACL token.'),
  basicAuth: basicAuth.optional().describe('What a gateway before it asks for.'),
};

interface Credentials {
  readonly basicAuth?: unknown;
  readonly token?: unknown;
}

/** An agent's credentials go into one header. */
export function oneCredential({ basicAuth: user, token }: Credentials, context: z.RefinementCtx): void {
  if (user !== undefined && token !== undefined)
    context.addIssue({ code: 'custom', path: ['token'], message: 'either basicAuth or token, not both' });
}
