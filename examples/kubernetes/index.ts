// A program of your own on Kubernetes, with two stacks of monitoring: a region each.
import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { MonitoringStack } from 'feature-store-monitoring';
import settings from './settings.json' with { type: 'json' };

const config = new pulumi.Config();
const renderTo = config.get('renderTo');
const cluster = new kubernetes.Provider('cluster', {
  enableServerSideApply: true,
  // Writes manifests instead of asking a cluster: pulumi config set renderTo manifests
  ...(renderTo === undefined ? {} : { renderYamlToDirectory: renderTo }),
});

const urls = Object.fromEntries(
  ['eu', 'us'].map((region) => {
    const monitoring = new MonitoringStack(
      `monitoring-${region}`,
      {
        platform: 'kubernetes',
        kubernetes: { namespace: `monitoring-${region}` },
        ...settings,
        notifications: {
          slack: { webhookUrl: config.requireSecret('slackWebhook') },
          pagerduty: { routingKey: config.requireSecret('pagerdutyKey') },
          heartbeat: { url: config.requireSecret('heartbeat') },
        },
        grafana: { adminPassword: config.requireSecret('grafanaPassword') },
        transform: {
          prometheus: {
            'kubernetes:apps/v1:StatefulSet': (props) => {
              props.metadata = {
                ...props.metadata,
                annotations: { ...props.metadata?.annotations, 'example.org/region': region },
              };
            },
          },
        },
      },
      { provider: cluster },
    );
    return [region, monitoring.urls];
  }),
);

export { urls };
