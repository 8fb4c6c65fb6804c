import { createServer, type Server, type Socket } from 'node:net';
import { email } from '../../notifications/channels/email.ts';
import { limitOf } from './limits.ts';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
}

/** Longest line, without its end. */
const MAX_LINE = limitOf(email, 'line');

/** A mail server for one user, without TLS. It refuses strangers, unknown recipients and over-long lines. */
export class FakeSmtp {
  readonly taken: Mail[] = [];
  readonly refused: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #user: string;
  readonly #password: string;
  readonly #mailboxes: readonly string[];

  constructor(user: string, password: string, mailboxes: readonly string[]) {
    this.#user = user;
    this.#password = password;
    this.#mailboxes = mailboxes;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => socket.destroy());
      this.#serve(socket);
    });
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  forget(): void {
    this.taken.length = 0;
    this.refused.length = 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    let known = false;
    let from = '';
    let to: string[] = [];
    let data: string[] | undefined;
    let rest = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    const refuse = (line: string) => {
      this.refused.push(line);
      say(line);
    };
    const command = (line: string) => {
      const verb = line.slice(0, 4).toUpperCase();
      const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
      if (verb === 'EHLO') {
        say('250-fake');
        say('250-AUTH PLAIN');
        say('250 8BITMIME');
      } else if (verb === 'AUTH') {
        const expected = Buffer.from(`\0${this.#user}\0${this.#password}`).toString('base64');
        known = line === `AUTH PLAIN ${expected}`;
        if (known) say('235 welcome');
        else refuse('535 authentication failed');
      } else if (verb === 'MAIL') {
        from = address;
        if (known) say('250 ok');
        else refuse('530 authentication required');
      } else if (verb === 'RCPT') {
        to.push(address);
        if (this.#mailboxes.includes(address)) say('250 ok');
        else refuse(`550 no mailbox ${address}`);
      } else if (verb === 'DATA') {
        data = [];
        say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 bye');
        socket.end();
      } else {
        say('250 ok');
      }
    };
    const finish = (lines: readonly string[]) => {
      const long = lines.find((line) => Buffer.byteLength(line) > MAX_LINE);
      const mail = parse(from, to, lines);
      if (long !== undefined) refuse('500 line too long');
      else if (!mail.headers.from || !mail.headers.to || !mail.headers.subject) refuse('554 header missing');
      else {
        this.taken.push(mail);
        say('250 queued');
      }
      to = [];
    };
    say('220 fake ready');
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (data === undefined) command(line);
        else if (line === '.') {
          const complete = data;
          data = undefined;
          finish(complete);
        } else data.push(line.startsWith('..') ? line.slice(1) : line);
      }
    });
  }
}

function parse(from: string, to: readonly string[], lines: readonly string[]): Mail {
  const blank = lines.indexOf('');
  const headers = headersOf(lines.slice(0, blank));
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const parts = lines
    .slice(blank + 1)
    .join('\r\n')
    .split(`--${boundary}`)
    .map((part) => part.replace(/^\r\n/, ''));
  const body = (type: string) => {
    const part = parts.find((candidate) => candidate.includes(`Content-Type: ${type}`));
    const start = part?.indexOf('\r\n\r\n') ?? -1;
    return part === undefined ? '' : quotedPrintable(part.slice(start + 4).replace(/\r\n$/, ''));
  };
  return { from, to: [...to], headers, text: body('text/plain'), html: body('text/html') };
}

function headersOf(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function quotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
}
