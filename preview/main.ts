/**
 * The preview as a process of its own, which stands at Grafana's address where Grafana itself could not be had:
 * `node preview/main.ts --listen 127.0.0.1:3000 --prometheus URL --dashboards DIRECTORY`.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { basicAuthorization, parseEndpoint } from '../lib/endpoint.ts';
import { startPreview } from './server.ts';
import { fromCode, fromDirectory } from './sources.ts';

const HELP = `Draws dashboards in the browser without Grafana.

  --listen HOST:PORT         where to listen; no host means every address (default 127.0.0.1:3000)
  --prometheus URL           Prometheus to read from (default http://127.0.0.1:9090)
  --credentials-file FILE    a line user:password for Prometheus's basic authentication
  --dashboards DIRECTORY     JSON files to draw; without it the dashboards of this project are built
  --home UID                 the dashboard that opens first (default: the first one)
  --scrape-interval DURATION what $__rate_interval is calculated from (default 15s)
`;

try {
  const { values } = parseArgs({
    options: {
      listen: { type: 'string', default: '127.0.0.1:3000' },
      prometheus: { type: 'string', default: 'http://127.0.0.1:9090' },
      'credentials-file': { type: 'string' },
      dashboards: { type: 'string' },
      home: { type: 'string' },
      'scrape-interval': { type: 'string', default: '15s' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const [, host, port] = /^(.*):(\d+)$/.exec(values.listen) ?? [];
  if (host === undefined || !port)
    throw new Error(`--listen ${values.listen} is not HOST:PORT, such as 127.0.0.1:3000.`);
  const file = values['credentials-file'];
  const preview = await startPreview({
    host: host.replace(/^\[|\]$/g, '') || '0.0.0.0',
    port: Number(port),
    prometheus: {
      ...parseEndpoint(values.prometheus),
      ...(file ? { authorization: basicAuthorization(readFileSync(file, 'utf8').trim()) } : {}),
    },
    dashboards: values.dashboards ? fromDirectory(values.dashboards) : fromCode(),
    ...(values.home === undefined ? {} : { home: values.home }),
    scrapeInterval: values['scrape-interval'],
  });
  process.stdout.write(`Preview of the dashboards at ${preview.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void preview.close().then(() => process.exit(0)));
  }
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  process.stderr.write(
    code === 'EADDRINUSE' ? `${message}. Choose another with --listen.\n` : `${message}\n`,
  );
  process.exit(1);
}
