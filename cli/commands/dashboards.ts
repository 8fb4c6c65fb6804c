import { urlOf } from '../../lib/endpoint.ts';
import { PreviewError } from '../../preview/errors.ts';
import { startPreview } from '../../preview/server.ts';
import { fromCode, fromDirectory } from '../../preview/sources.ts';
import { command, readEndpoint, UsageError } from '../arguments.ts';

export default command({
  name: 'dashboards',
  summary: 'draw the dashboards in a browser, without Grafana',
  options: {
    prometheus: {
      type: 'string',
      env: 'PROM',
      default: 'http://127.0.0.1:9090',
      help: 'Prometheus to read from.',
    },
    port: { type: 'string', default: '3333', help: 'Port on loopback; 0 takes any free one.' },
    dashboards: {
      type: 'string',
      help: 'Folder of JSON files to draw instead of the dashboards of this project.',
    },
  },
  run: async ({ prometheus, port, dashboards }) => {
    const endpoint = readEndpoint('prometheus', prometheus);
    if (!/^\d{1,5}$/.test(port)) throw new UsageError(`--port ${port} is not a port, 0 to 65535`);
    const source = dashboards === undefined ? fromCode() : fromDirectory(dashboards);
    const preview = await startPreview({
      port: Number(port),
      prometheus: endpoint,
      dashboards: source,
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      throw new UsageError(`Port ${port} is in use; choose another: make dashboards ARGS="--port 0"`);
    });
    console.log(`Preview of the dashboards: ${preview.url} (data from ${urlOf(endpoint)}; Ctrl-C ends it)`);
    const built = await source.load().catch((error: Error) => error);
    if (built instanceof PreviewError) console.error(built.message);
    else if (built instanceof Error) throw built;
    await new Promise((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await preview.close();
    return 0;
  },
});
