import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { type ArchiveLocation, checksumOf } from './archives.ts';
import { loopbackExemptions, proxies } from './loopback.ts';

/** Milliseconds. All are about silence, never about how long a large archive may take. */
export interface DownloadLimits {
  /** Until a connection stands. Default 3000. */
  readonly connectMs: number;
  /** Until the first byte of an answer. Default 8000. */
  readonly answerMs: number;
  /** Between two pieces of an archive. Default 15000. */
  readonly silenceMs: number;
}

export const DEFAULT_LIMITS: DownloadLimits = { connectMs: 3000, answerMs: 8000, silenceMs: 15_000 };

/**
 * Downloads for one run. A host that once did not answer is not tried again, so that a machine without a
 * network waits once and not once a tool. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured; loopback needs no proxy.
 */
export class Downloader {
  private readonly limits: DownloadLimits;
  private readonly agent: EnvHttpProxyAgent;
  /** The first request to each host. The others wait for it: what does not answer is asked once. */
  private readonly contacts = new Map<string, Promise<void>>();

  constructor(env: NodeJS.ProcessEnv, limits: DownloadLimits = DEFAULT_LIMITS) {
    this.limits = limits;
    const { http = '', https = '' } = proxies(env);
    this.agent = new EnvHttpProxyAgent({
      httpProxy: http,
      httpsProxy: https,
      noProxy: loopbackExemptions(env).no_proxy,
      connect: { timeout: limits.connectMs },
      bodyTimeout: limits.silenceMs,
    });
  }

  /**
   * Downloads an archive to a file and checks it against the publisher's checksum file, which is read first:
   * where it cannot be had, nothing large is fetched.
   * @throws an error of one line that says what went wrong and where.
   */
  async archive(location: ArchiveLocation, file: string): Promise<void> {
    const checksums = await this.get(location.checksumsUrl);
    const { algorithm, hash } = checksumOf(await this.text(checksums, location.checksumsUrl), location.name);
    const response = await this.get(location.url);
    try {
      await pipeline(Readable.fromWeb(response.body as never), createWriteStream(file));
    } catch (error) {
      throw new Error(`the download of ${location.url} was cut off (${reasonOf(error)})`);
    }
    const digest = createHash(algorithm);
    await pipeline(createReadStream(file), digest);
    const found = digest.digest('hex');
    if (found !== hash) {
      throw new Error(
        `${location.url} has ${algorithm} ${found.slice(0, 12)}…, the publisher's checksum file says ${hash.slice(0, 12)}…`,
      );
    }
  }

  /** Whether a host answers at all. @throws if it does not, with the reason. */
  async reach(url: string): Promise<void> {
    await this.request(url, 'HEAD');
  }

  async close(): Promise<void> {
    // What was cut off may still hold a connection: waiting for it would hold the whole program.
    await this.agent.destroy();
  }

  private async text(response: Response, url: string): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw new Error(`the download of ${url} was cut off (${reasonOf(error)})`);
    }
  }

  private async get(url: string): Promise<Response> {
    const response = await this.request(url, 'GET');
    if (!response.ok || !response.body)
      throw new Error(`${url} answers ${response.status} ${response.statusText}`.trim());
    return response;
  }

  private async request(url: string, method: 'GET' | 'HEAD'): Promise<Response> {
    const { host } = new URL(url);
    const contact = this.contacts.get(host);
    if (contact) await contact;
    const response = this.ask(url, host, method);
    if (!contact) this.contacts.set(host, settled(response));
    return response.catch((error: Error) => {
      this.contacts.set(host, settled(Promise.reject(error)));
      throw error;
    });
  }

  private async ask(url: string, host: string, method: 'GET' | 'HEAD'): Promise<Response> {
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), this.limits.answerMs);
    try {
      return await fetch(url, { method, dispatcher: this.agent, signal: waiting.signal });
    } catch (error) {
      const reason = waiting.signal.aborted
        ? `no answer within ${this.limits.answerMs / 1000} s`
        : reasonOf(error);
      throw new Error(`${host} cannot be reached (${reason})`);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A promise that nobody may come to wait for: its failure must not end the program. */
function settled(promise: Promise<unknown>): Promise<void> {
  const result = promise.then(() => {});
  result.catch(() => {});
  return result;
}

/** The innermost reason: undici wraps what happened in "fetch failed" and "terminated". */
function reasonOf(error: unknown): string {
  let innermost = error as { cause?: unknown; code?: string; message?: string; errors?: unknown[] };
  while (innermost.cause || innermost.errors?.[0]) {
    innermost = (innermost.cause ?? innermost.errors?.[0]) as typeof innermost;
  }
  return innermost.code ?? innermost.message ?? String(error);
}
