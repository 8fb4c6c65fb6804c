import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LocalWorkspace } from '@pulumi/pulumi/automation/index.js';
import { planStack } from '../../stack/plan.ts';
import { monitoring } from '../../stack/program.ts';
import { parseSettings } from '../../stack/settings/index.ts';
import { plugin } from '../../test/providers/plugins.ts';

/** Previews the stack of production, for which no cluster is needed: `node production-program.ts <folder>`. */
const root = process.argv[2] ?? '';
const settings = parseSettings(
  {
    platform: 'kubernetes',
    grafana: { adminPassword: 'of the bench' },
    notifications: {
      slack: { webhookUrl: 'https://hooks.slack.com/services/bench' },
      pagerduty: { routingKey: '0123456789abcdef0123456789abcdef' },
      heartbeat: { url: 'https://heartbeat.example.org/bench' },
    },
  },
  { stack: 'prod' },
);
const plan = await planStack(settings, root);
const { settings: plugins } = await plugin('kubernetes');
const backend = join(root, 'state');
mkdirSync(backend, { recursive: true });
const stack = await LocalWorkspace.createOrSelectStack(
  { stackName: 'prod', projectName: 'feature-store-monitoring', program: monitoring(plan) },
  {
    workDir: root,
    projectSettings: {
      name: 'feature-store-monitoring',
      runtime: 'nodejs',
      backend: { url: pathToFileURL(backend).href },
      ...(plugins === undefined ? {} : { plugins }),
    },
  },
);
const { changeSummary } = await stack.preview();
console.log(JSON.stringify({ create: changeSummary.create ?? 0 }));
