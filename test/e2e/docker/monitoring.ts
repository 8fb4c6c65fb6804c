import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import { MonitoringStack } from '../../../components/monitoring-stack.ts';
import { dockerPlatform } from '../../../platforms/docker/platform.ts';
import { renderFiles } from '../../../program/files.ts';
import { parseSettings } from '../../../settings/index.ts';
import { OWN_FOLDER, OWN_IMAGE } from '../../images/images.ts';

export const STACK = 'test-suite';
export const PREFIX = `monitoring-${STACK}`;
export const CANARY = 'canary-5b1e8d77';
export const PORTS = { prometheus: 24_090, alertmanager: 24_093, grafana: 24_030, demo: 24_080 };

/** The whole stack with its demo on the Docker platform; `rules` are settings of a second update. */
export function monitoring(rules: object = {}): PulumiFn {
  return async () => {
    const settings = parseSettings(
      {
        platform: 'docker',
        ports: PORTS,
        grafana: { adminPassword: CANARY },
        notifications: {
          slack: { webhookUrl: `http://demo:8090/webhook/${CANARY}` },
        },
        rules,
      },
      { stack: STACK },
    );
    const platform = dockerPlatform({ stack: STACK, ports: PORTS, onHostNetwork: ['node-exporter'] });
    const replicas = { prometheus: 1, alertmanager: 1 };
    const rendered = renderFiles({
      settings,
      platform,
      replicas,
      user: { rules: {}, targets: {}, dashboards: '/nonexistent' },
    });
    // One dashboard of the user's own, which Grafana's second provider looks for.
    const dashboards = { ...rendered.dashboards, 'extra/own.json': '{"uid":"own","title":"Own"}' };
    const files = { ...rendered, dashboards };
    const own = { image: OWN_IMAGE, path: (file: string) => `${OWN_FOLDER}/${file}`, grafanaStandIn: false };
    new MonitoringStack('monitoring', { settings, platform, files, replicas, own });
  };
}
