import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Endpoint, urlOf } from '../lib/endpoint.ts';
import { asset, page } from './assets.ts';
import { fail, proxy } from './prometheus-proxy.ts';
import type { DashboardSource } from './sources.ts';

export interface PreviewOptions {
  /** Address to bind. Default: 127.0.0.1. */
  host?: string;
  /** 0 takes any free port. Default: 0. */
  port?: number;
  prometheus: Endpoint;
  dashboards: DashboardSource;
  /** Uid of the dashboard that the root leads to. Default: the first. */
  home?: string;
  /** `timeInterval` of Grafana's data source, which `$__rate_interval` is calculated from. Default: 15s. */
  scrapeInterval?: string;
}

export interface Preview {
  url: string;
  server: Server;
  close(): Promise<void>;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "script-src 'self' 'unsafe-inline'",
].join('; ');

/** A page of another site must not read Prometheus through a host name that it points at loopback. */
function foreign(request: IncomingMessage, host: string): boolean {
  const name = (request.headers.host ?? '').replace(/:\d+$/, '');
  return LOOPBACK.test(host) && !LOOPBACK.test(name);
}

function send(response: ServerResponse, type: string, body: string | Buffer, lasting = false): void {
  response.writeHead(200, {
    'content-type': type,
    'cache-control': lasting ? 'max-age=86400' : 'no-store',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

async function listing(options: PreviewOptions): Promise<string> {
  const { dashboards, prometheus, scrapeInterval = '15s' } = options;
  const about = { source: dashboards.name, prometheus: urlOf(prometheus), scrapeInterval };
  try {
    return JSON.stringify({ ...about, dashboards: await dashboards.load() });
  } catch (error) {
    return JSON.stringify({ ...about, dashboards: [], error: (error as Error).message });
  }
}

const metrics = (requests: number): string =>
  [
    '# HELP dashboard_preview_http_requests_total Requests that the dashboard preview answered.',
    '# TYPE dashboard_preview_http_requests_total counter',
    `dashboard_preview_http_requests_total ${requests}`,
    '# HELP process_resident_memory_bytes Resident memory size in bytes.',
    '# TYPE process_resident_memory_bytes gauge',
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
    '# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.',
    '# TYPE process_start_time_seconds gauge',
    `process_start_time_seconds ${Math.round(Date.now() / 1000 - process.uptime())}`,
    '',
  ].join('\n');

/** Starts the preview. Rejects where the address is taken. */
export async function startPreview(options: PreviewOptions): Promise<Preview> {
  const { host = '127.0.0.1', port = 0, prometheus } = options;
  let requests = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests += 1;
    const { pathname, search } = new URL(request.url ?? '/', 'http://preview');
    if (pathname === '/api/health')
      return send(response, 'application/json', '{"database":"ok","preview":true}');
    if (pathname === '/metrics') return send(response, 'text/plain; version=0.0.4', metrics(requests));
    if (foreign(request, host)) return fail(response, 403, 'host', `Open the preview as http://${host}.`);
    if (pathname.startsWith('/prometheus/')) {
      return proxy(prometheus, pathname.slice('/prometheus'.length), search, request, response);
    }
    if (pathname === '/preview/dashboards') return send(response, 'application/json', await listing(options));
    if (pathname === '/' && options.home !== undefined) {
      response.writeHead(302, { location: `/d/${encodeURIComponent(options.home)}${search}` }).end();
      return;
    }
    if (pathname === '/' || pathname.startsWith('/d/') || pathname === '/dashboards') {
      return send(response, 'text/html; charset=utf-8', await page());
    }
    const found = await asset(pathname);
    if (found) return send(response, found.type, found.body, found.lasting);
    return fail(response, 404, 'not_found', `There is nothing at ${pathname}.`);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      if (!response.headersSent) fail(response, 500, 'internal', error.message);
      else response.destroy(error);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: urlOf({ scheme: 'http', host, port: bound }),
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
