import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Body = Record<string, unknown>;

/** The parts of Grafana's HTTP API that set one up, over what it then holds, for whoever has the token. */
export class FakeGrafana {
  readonly folders = new Map<string, Body>();
  /** Items by uid of the folder. */
  readonly permissions = new Map<string, unknown>();
  readonly dashboards = new Map<string, Body>();
  readonly dataSources = new Map<string, Body>();
  readonly contactPoints = new Map<string, Body>();
  readonly #server: Server;
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
    this.#server = createServer(async (request, response) => {
      const [status, answer] = await this.#answer(request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<readonly [number, unknown]> {
    if (request.headers.authorization !== `Bearer ${this.#token}`) return [401, { message: 'Unauthorized' }];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Body);
    const path = request.url ?? '';
    const rights = /^\/api\/folders\/([^/]+)\/permissions$/.exec(path)?.[1];
    if (rights !== undefined) {
      if (!this.folders.has(rights)) return NOT_FOUND;
      this.permissions.set(rights, body.items);
      return [200, {}];
    }
    if (path === '/api/dashboards/db') return this.#save(body);
    for (const [prefix, held] of this.#collections()) {
      if (path !== prefix && !path.startsWith(`${prefix}/`)) continue;
      return keep(held, request.method ?? '', path.slice(prefix.length + 1), body);
    }
    return NOT_FOUND;
  }

  #collections(): readonly (readonly [string, Map<string, Body>])[] {
    return [
      ['/api/folders', this.folders],
      ['/api/dashboards/uid', this.dashboards],
      ['/api/datasources/uid', this.dataSources],
      ['/api/datasources', this.dataSources],
      ['/api/v1/provisioning/contact-points', this.contactPoints],
    ];
  }

  #save({ dashboard, folderUid, overwrite }: Body): readonly [number, unknown] {
    const { uid } = dashboard as { uid: string };
    if (!this.folders.has(String(folderUid))) return [400, { message: 'folder not found' }];
    if (this.dashboards.has(uid) && overwrite !== true) return [412, { message: 'name-exists' }];
    this.dashboards.set(uid, { ...(dashboard as Body), folderUid });
    return [200, { uid }];
  }
}

const NOT_FOUND = [404, { message: 'not found' }] as const;

function keep(held: Map<string, Body>, method: string, uid: string, body: Body): readonly [number, unknown] {
  if (method === 'POST') {
    if (held.has(String(body.uid))) return [409, { message: 'the uid is taken' }];
    held.set(String(body.uid), body);
    return [200, body];
  }
  const known = held.get(uid);
  if (known === undefined) return NOT_FOUND;
  if (method === 'DELETE') held.delete(uid);
  else held.set(uid, { ...known, ...body });
  return [200, {}];
}
