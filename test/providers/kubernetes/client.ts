import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { Agent, request } from 'undici';

export type Live = { readonly [key: string]: unknown };

/** An answer of the API server that is not a success. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Named<T> {
  readonly name: string;
  readonly [key: string]: T | string;
}

interface Config {
  readonly 'current-context': string;
  readonly contexts: readonly Named<{ cluster: string; user: string }>[];
  readonly clusters: readonly Named<Record<string, string>>[];
  readonly users: readonly Named<Record<string, string>>[];
}

/** Talks to the API server of a kubeconfig, with a client certificate or a token. */
export class Client {
  readonly #server: string;
  readonly #agent: Agent;
  readonly #headers: Record<string, string>;

  /** `kubeconfig` is content or a path. Default: KUBECONFIG, then `~/.kube/config`. */
  constructor(kubeconfig?: string, contextName?: string) {
    const source = kubeconfig ?? process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config');
    const config = load(source.includes('\n') ? source : readFileSync(source, 'utf8')) as Config;
    const context = find<{ cluster: string; user: string }>(
      config.contexts,
      contextName ?? config['current-context'],
      'context',
    );
    const cluster = find<Record<string, string>>(config.clusters, context.cluster, 'cluster');
    const user = find<Record<string, string>>(config.users, context.user, 'user');
    if (user.exec !== undefined || user['auth-provider'] !== undefined) {
      throw new Error(
        `user '${context.user}' of the kubeconfig runs a program to log in: the stand-in cannot`,
      );
    }
    this.#server = cluster.server ?? '';
    this.#headers = user.token === undefined ? {} : { authorization: `Bearer ${user.token}` };
    this.#agent = new Agent({
      connect: {
        ...pem('ca', cluster, 'certificate-authority'),
        ...pem('cert', user, 'client-certificate'),
        ...pem('key', user, 'client-key'),
      },
    });
  }

  get(path: string): Promise<Live> {
    return this.#call('GET', path);
  }

  /** The object, or undefined where there is none. */
  async find(path: string): Promise<Live | undefined> {
    return await orMissing(this.get(path));
  }

  /** Server-side apply; an unknown or repeated field is refused. */
  apply(path: string, object: unknown): Promise<Live> {
    const query = 'fieldManager=pulumi-kubernetes-stand-in&force=true&fieldValidation=Strict';
    return this.#call('PATCH', `${path}?${query}`, 'application/apply-patch+yaml', object);
  }

  async delete(path: string): Promise<void> {
    await orMissing(this.#call('DELETE', `${path}?propagationPolicy=Foreground`));
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #call(
    method: 'GET' | 'PATCH' | 'DELETE',
    path: string,
    type?: string,
    body?: unknown,
  ): Promise<Live> {
    const response = await request(`${this.#server}${path}`, {
      method,
      dispatcher: this.#agent,
      headers: {
        ...this.#headers,
        accept: 'application/json',
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.body.text();
    if (response.statusCode < 300) return JSON.parse(text);
    throw new ApiError(response.statusCode, `${method} ${path.split('?')[0]}: ${message(text)}`);
  }
}

async function orMissing(call: Promise<Live>): Promise<Live | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function message(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}

function find<T>(list: readonly Named<T>[], name: string, what: string): T {
  const entry = list.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    const names = list.map((candidate) => candidate.name).join(', ');
    throw new Error(`the kubeconfig has no ${what} '${name}': there are ${names || 'none'}`);
  }
  return entry[what] as T;
}

function pem(
  option: 'ca' | 'cert' | 'key',
  from: Record<string, string>,
  name: string,
): Record<string, Buffer> {
  const data = from[`${name}-data`];
  const file = from[name];
  if (data !== undefined) return { [option]: Buffer.from(data, 'base64') };
  return file === undefined ? {} : { [option]: readFileSync(file) };
}
