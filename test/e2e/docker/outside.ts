import { createServer, type Server } from 'node:http';
import { HELPER_IMAGE } from '../../../platforms/docker/images.ts';
import type { Engine } from '../../docker-engine/engine.ts';

/** What a user has beside the stack: a compose file's network with a service, and a service of the machine. */
export interface Outside {
  readonly settings: Readonly<Record<string, unknown>>;
  stop(): void;
}

const NETWORK = 'shop_default';
const PAGE = 'outside_up 1\n';
const PORT = 24_081;

/** Starts two services outside the stack's network, each in a way that docs/docker.md tells. */
export async function startOutside(engine: Engine): Promise<Outside> {
  engine.docker(['network', 'create', '--subnet', '10.216.0.0/24', NETWORK]);
  const pages = `cd /tmp && echo ok >health && printf '${PAGE}' >metrics.txt && exec /bin/busybox httpd -f -p 8000`;
  engine.docker([
    ...['run', '--detach', '--name', 'shop', '--network', NETWORK, '--entrypoint', '/bin/busybox'],
    ...['--tmpfs', '/tmp', HELPER_IMAGE, 'sh', '-c', pages],
  ]);
  const machine = await serve(bridgeAddress(engine));
  return {
    settings: {
      docker: { networks: [NETWORK] },
      services: [
        { name: 'shop', address: 'shop:8000', metricsPath: '/metrics.txt' },
        { name: 'checkout', address: `host.docker.internal:${PORT}` },
      ],
    },
    stop: () => {
      machine.closeAllConnections();
      machine.close();
      engine.docker(['rm', '--force', 'shop']);
      engine.docker(['network', 'rm', NETWORK]);
    },
  };
}

/** The machine's address that containers call host.docker.internal: other machines do not reach it. */
function bridgeAddress(engine: Engine): string {
  return engine
    .docker(['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'])
    .trim();
}

async function serve(address: string): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(PAGE);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(PORT, address, resolve);
  });
  return server;
}
