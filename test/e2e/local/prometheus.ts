import { join } from 'node:path';
import type { Workload } from '../../../platforms/workload.ts';

/** A Prometheus that evaluates its rules every second, as a workload by its rule files. */
export function prometheus(state: string, port: number): (rules: Record<string, string>) => Workload {
  const config = '{"global": {"evaluation_interval": "1s"}, "rule_files": ["rules/*.yml"]}';
  return (rules) => ({
    name: 'prometheus',
    program: { tool: 'prometheus', image: 'prometheus' },
    args: [
      `--config.file=${join(state, 'prometheus/etc/prometheus/prometheus.yml')}`,
      `--storage.tsdb.path=${join(state, 'prometheus/data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-lifecycle',
    ],
    ports: [{ name: 'web', port }],
    directories: [
      {
        name: 'config',
        mount: '/etc/prometheus',
        files: {
          'prometheus.yml': config,
          ...Object.fromEntries(Object.entries(rules).map(([file, content]) => [`rules/${file}`, content])),
        },
        onChange: { reload: '/-/reload' },
      },
    ],
    data: { mount: '/data', gibibytes: 1 },
    health: { http: { path: '/-/ready', port: 'web' } },
    resources: { cpuMillis: 10, memoryMebibytes: 64 },
    user: 65_534,
  });
}

export interface Alert {
  readonly name: string;
  readonly state: string;
  readonly activeAt: string;
}

/** What a Prometheus says of its alerts. */
export async function alerts(port: number): Promise<Alert[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/alerts`);
  const { data } = (await answer.json()) as {
    data: { alerts: { labels: { alertname: string }; state: string; activeAt: string }[] };
  };
  return data.alerts.map(({ labels, state, activeAt }) => ({ name: labels.alertname, state, activeAt }));
}
