import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import type { Tool } from '../../tools/versions.ts';

/** A tool as the tests want it: a shell script in an archive of a publisher that does not exist. */
export const WIDGET: Tool = {
  version: '1.2.3',
  group: 'run',
  fits: { rule: 'same-minor' },
  versionArguments: ['--version'],
  release: {
    base: 'https://releases.invalid/widget/v{version}',
    archive: 'widget-{version}.{os}-{arch}.tar.gz',
    checksums: 'sums.txt',
    strip: 1,
    executable: 'bin/widgetd',
    keep: 'executable',
  },
};

export const WIDGET_ARCHIVE = '/releases.invalid/widget/v1.2.3/widget-1.2.3.linux-amd64.tar.gz';
export const WIDGET_SUMS = '/releases.invalid/widget/v1.2.3/sums.txt';

export const SAYS_VERSION = '#!/bin/sh\necho widget 1.2.3\n';

/** Packs files into an archive with one leading folder, as publishers do. */
export async function archiveOfFiles(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'fsm-archive-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = join(folder, 'top', name);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, text);
      await chmod(file, 0o755);
    }
    await create({ file: join(folder, 'archive'), cwd: folder, gzip: true }, ['top']);
    return await readFile(join(folder, 'archive'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function sums(archive: Buffer, name = 'widget-1.2.3.linux-amd64.tar.gz'): string {
  return `${createHash('sha256').update(archive).digest('hex')}  ${name}\n`;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A release server on loopback. It answers what it was told to, and remembers what it was asked for. */
export class ReleaseServer {
  readonly asked: string[] = [];
  private readonly handlers = new Map<string, Handler>();
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** Still known once the server has stopped: then nothing listens there. */
  url = '';

  private constructor() {
    this.server = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      const handler = this.handlers.get(request.url ?? '');
      if (handler) handler(request, response);
      else response.writeHead(404).end();
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(): Promise<ReleaseServer> {
    const started = new ReleaseServer();
    await new Promise<void>((resolve) => started.server.listen(0, '127.0.0.1', resolve));
    started.url = `http://127.0.0.1:${(started.server.address() as AddressInfo).port}`;
    return started;
  }

  on(path: string, answer: Handler | Buffer | string): void {
    this.handlers.set(
      path,
      typeof answer === 'function' ? answer : (_request, response) => response.end(answer),
    );
  }

  /** How often a path was asked for. */
  count(path: string): number {
    return this.asked.filter((asked) => asked === path).length;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Sends the headers and the first half of an archive, and nothing more. */
export function half(archive: Buffer): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': archive.length });
    response.write(archive.subarray(0, archive.length / 2));
  };
}
