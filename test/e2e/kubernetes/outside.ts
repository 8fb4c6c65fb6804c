import { connect } from 'node:net';
import { program } from '../../../components/program.ts';
import type { Cluster } from '../../cluster/cluster.ts';

export const OUTSIDE = 'fsm-outside';
const LABELS = { app: 'checkout' };
const PORT = 9100;

/**
 * Somebody else's namespace beside the stack: a service and a pod with annotations, and a service without, all
 * served by a node exporter of few words.
 */
export function startOutside(cluster: Cluster): { stop(): void } {
  const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(PORT) };
  const container = {
    name: 'checkout',
    image: program('node_exporter').image,
    imagePullPolicy: 'IfNotPresent',
    args: [`--web.listen-address=:${PORT}`, '--collector.disable-defaults', '--collector.uname'],
    ports: [{ containerPort: PORT }],
  };
  const service = (name: string, more: object) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: OUTSIDE, ...more },
    spec: { selector: LABELS, ports: [{ port: 80, targetPort: PORT }] },
  });
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: OUTSIDE } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'checkout', namespace: OUTSIDE },
      spec: {
        selector: { matchLabels: LABELS },
        template: { metadata: { labels: LABELS }, spec: { containers: [container] } },
      },
    },
    service('checkout', { annotations }),
    service('unasked', {}),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'batch',
        namespace: OUTSIDE,
        labels: { 'app.kubernetes.io/name': 'batch' },
        annotations,
      },
      spec: { containers: [container] },
    },
  ];
  cluster.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  return {
    stop: () => cluster.kubectl(['delete', 'namespace', OUTSIDE, '--ignore-not-found', '--wait=false']),
  };
}

/** Settings of the stack that looks for it, and at the machines. */
export const DISCOVERING = {
  discovery: { kubernetes: { services: true, pods: true, nodes: true, namespaces: [OUTSIDE] } },
};

/** Connects from this machine, past every service. @throws where nobody answers within three seconds. */
export function reach(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: 3000 });
    const end = (outcome: () => void) => {
      socket.destroy();
      outcome();
    };
    socket.once('connect', () => end(resolve));
    socket.once('timeout', () => end(() => reject(new Error('no answer'))));
    socket.once('error', (error) => end(() => reject(error)));
  });
}
